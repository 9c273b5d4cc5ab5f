"""One queue for everything that a human looks at: where each thing stands, and since when."""
