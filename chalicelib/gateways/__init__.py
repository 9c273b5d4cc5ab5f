"""The outside world: each service in a cloud and a local implementation behind one set of functions."""
