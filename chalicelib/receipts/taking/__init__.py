"""Reading what came in, and deciding what becomes of it."""
