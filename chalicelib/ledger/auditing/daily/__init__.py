"""The audit that runs by itself: the whole table once a day, in slices that may be cut short or run twice."""
