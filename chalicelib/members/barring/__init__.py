"""The blocklist as it is stored, and whose e-mail it bars."""
