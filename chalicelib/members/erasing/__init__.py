"""Erasing a person: at once where it counts, and the rest in slices until nothing is left."""
