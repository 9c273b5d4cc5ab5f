"""Customers' photos: taken in, looked at by moderators, shown in galleries with products, paid once."""
