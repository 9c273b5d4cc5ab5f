"""What a merchant wants to know before launching a programme, as text and as one page that needs no network."""
