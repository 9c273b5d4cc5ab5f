"""The book of points. Points move nowhere else."""
