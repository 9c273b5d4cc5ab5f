"""What happened, added up: facts and daily counters, filled from the stream."""
