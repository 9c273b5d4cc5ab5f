"""The Loyalty Calculator: from a shop's figures to a structure of actions and rewards with its cost (A098-A103)."""
