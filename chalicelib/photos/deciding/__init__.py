"""What moderators decide of photos, what that pays, and what is taken back."""
