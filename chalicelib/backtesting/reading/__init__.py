"""What is recorded of a member, as a replay needs it."""
