"""Views, clicks and purchases that galleries lead to: taken from pages, told to staff."""
