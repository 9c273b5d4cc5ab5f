"""Codes from the merchant's own coupon API."""
