"""What products promise before anybody buys them."""
