"""What a moderator sees of a receipt."""
