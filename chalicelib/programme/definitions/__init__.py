"""What staff write down, a class each: parts of the programme document, pure."""
