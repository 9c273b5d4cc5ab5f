"""Putting members and domains on the blocklist and taking them off."""
