"""Ways in: a picture, an address of one, a form for a browser, a file that another system drops."""
