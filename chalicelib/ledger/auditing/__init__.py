"""The auditor: proves from the stored items that the book is what it promises to be, and changes nothing."""
