"""An action paid within the transaction of another noun, with what campaigns add."""
