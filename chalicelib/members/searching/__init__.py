"""Finding members by what their profiles say."""
