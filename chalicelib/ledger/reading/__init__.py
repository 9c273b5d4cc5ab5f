"""Answers from the book: what a member had, what happened, and where points came from and went to."""
