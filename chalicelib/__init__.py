"""Laurel: customer loyalty, referrals and user content in the merchant's own AWS account."""
