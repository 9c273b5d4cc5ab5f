"""The DynamoDB kit: one table, its items, and the only loop that retries a write."""
