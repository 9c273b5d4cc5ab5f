"""Orders and carts: what a purchase comes to."""
