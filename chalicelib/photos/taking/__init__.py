"""The ways in for photos, and their processing."""
