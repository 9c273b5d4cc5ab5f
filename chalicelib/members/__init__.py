"""Members: who takes part, and what a shop told us of them."""
