"""Changes of a submission that no picture is needed for."""
