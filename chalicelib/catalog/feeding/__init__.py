"""The product feed: a CSV file put into the catalogue."""
