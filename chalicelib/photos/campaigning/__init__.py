"""Campaigns for photos: their codes and upload form, their entries, and the draw of a contest."""
