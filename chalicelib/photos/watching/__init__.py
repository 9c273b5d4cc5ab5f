"""Videos that another service plays."""
