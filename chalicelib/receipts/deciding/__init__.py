"""What moderators do: approve, reject, reverse, open again, try again."""
