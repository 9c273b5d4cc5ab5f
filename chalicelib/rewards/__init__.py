"""What points are spent on."""
