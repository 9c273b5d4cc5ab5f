"""From words with boxes to what a receipt says: pure, whoever recognised the words."""
