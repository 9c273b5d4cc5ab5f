"""Issuances: orders whose points the shop computed itself (annex-api-2, section 10)."""
