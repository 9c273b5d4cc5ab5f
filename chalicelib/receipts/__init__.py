"""Paper receipts: what a picture says, whether to believe it, and what is decided."""
