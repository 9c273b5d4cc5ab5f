"""An order as the facts of its member see it."""
