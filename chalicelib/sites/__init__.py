"""Tenants: each site, its secrets, and the tokens that prove who speaks for it."""
