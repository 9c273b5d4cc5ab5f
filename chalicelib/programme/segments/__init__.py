"""Who is in a segment: judged of one member at one moment, listed and counted for staff."""
