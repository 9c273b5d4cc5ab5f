"""What happens after something happened, and when something falls due."""
