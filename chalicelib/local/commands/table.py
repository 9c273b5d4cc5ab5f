"""``table``: create the table and the queues in the engine that runs; what exists is left as it is."""

import argparse

from chalicelib import settings
from chalicelib.local import resources


def main(arguments: list[str]) -> int:
    """Create whatever is missing."""
    parser = argparse.ArgumentParser(prog="python -m chalicelib.local table", description=__doc__)
    parser.add_subparsers(required=True).add_parser("create", help="create whatever is missing")
    parser.parse_args(arguments)
    made = resources.create()
    print(f"table {settings.TABLE}, queues {', '.join(sorted(made.queue_url_by_name))}")
    return 0
