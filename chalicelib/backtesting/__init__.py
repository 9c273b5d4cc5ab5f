"""Trying a draft programme: a period of recorded history, once more as it was and once under the draft."""
