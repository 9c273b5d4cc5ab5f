"""What posting an action does: earn by it, be credited or debited by hand, pass points to another member."""
