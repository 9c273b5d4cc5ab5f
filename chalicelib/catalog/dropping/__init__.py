"""The drop folder of the product feed: whatever CSV file lands there is put into the catalogue."""
