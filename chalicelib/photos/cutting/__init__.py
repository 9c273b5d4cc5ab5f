"""Cuts of photos, made on delivery."""
