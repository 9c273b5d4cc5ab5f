"""Products and stores: what comes by the thousand and has no states."""
