"""HTTP: the edge of the house; nothing beneath it knows of requests and answers."""
