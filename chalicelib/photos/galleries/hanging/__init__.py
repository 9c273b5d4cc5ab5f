"""Published photos as galleries see them."""
