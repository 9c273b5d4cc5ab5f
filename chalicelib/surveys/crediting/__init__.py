"""Credits for surveys that were answered elsewhere."""
