"""``python -m chalicelib.local.packaging.plant SITE``: make a site in a deployed stack; its secret is on the input.

A process of its own, because settings are read once, at import: table, key and endpoint are those of the stack.
"""

import sys

from chalicelib import clock
from chalicelib.sites import service


def main(site: str, secret: str) -> None:
    """Create the site, named after what it is for."""
    service.create_site(site, "Smoke", clock.now(), secret)


if __name__ == "__main__":
    main(sys.argv[1], sys.stdin.readline().rstrip("\n"))
