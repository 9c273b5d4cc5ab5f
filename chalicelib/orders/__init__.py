"""Orders: their lines and the states of these, the points that each line earned, and how they are taken back."""
