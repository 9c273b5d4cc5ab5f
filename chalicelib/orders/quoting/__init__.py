"""What a purchase would earn: the same for an order that is placed and for a cart that only asks."""
