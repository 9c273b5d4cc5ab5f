"""What is awarded so often only with one and the same customId."""
