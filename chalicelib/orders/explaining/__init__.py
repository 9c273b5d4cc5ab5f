"""Why an order earned points or did not, by what was recorded of it."""
