"""What becomes of a redemption: used, annotated, cancelled."""
