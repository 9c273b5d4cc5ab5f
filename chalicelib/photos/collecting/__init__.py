"""Photos that are looked for in social networks, and those that their owners choose there."""
