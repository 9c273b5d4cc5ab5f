"""Handles in social networks that members connected."""
