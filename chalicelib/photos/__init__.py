"""Photos and videos of customers: taken in, processed, approved, published, shown with products."""
