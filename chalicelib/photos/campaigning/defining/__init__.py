"""Campaigns for photos, put into the programme one by one."""
