"""Looking after submissions that nobody finished. Apart from taking them, so that workers load no decoder."""
