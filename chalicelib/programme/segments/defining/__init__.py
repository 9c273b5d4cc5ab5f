"""Creating and changing segments."""
