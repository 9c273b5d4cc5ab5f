"""What landed in the bucket, led to the noun that takes it."""
