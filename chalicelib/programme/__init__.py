"""What the merchant configures: actions, limits, tiers, expiry, holds, currency. Versioned, validated, immutable."""
