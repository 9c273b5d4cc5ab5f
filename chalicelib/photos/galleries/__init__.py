"""Galleries: what a page shows of the published photos, and how often it was seen and clicked."""
