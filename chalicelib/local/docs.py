"""Writes the generated pages: ``python -m chalicelib.local.docs [--check]``.

``docs/features.md`` comes from ``docs/features.toml`` and the marks on the tests, ``docs/openapi.json`` from
the routes. With ``--check`` nothing is written, and the exit code is 1 when a page is stale.
"""

import argparse
import importlib
import json
import pkgutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from chalicelib import api
from chalicelib.api import openapi
from chalicelib.api.route import Route
from chalicelib.api.routing import Routes
from chalicelib.local import features

ROOT: Final = Path(__file__).parent.parent.parent
FEATURES: Final = "docs/features.toml"
COMMAND: Final = "python -m chalicelib.local.docs"


def routes() -> list[Route]:
    """What every route of the API says of itself, of all faces."""
    found: dict[int, Routes] = {}
    for info in pkgutil.walk_packages(api.__path__, f"{api.__name__}."):
        module = importlib.import_module(info.name)
        found |= {id(value): value for value in vars(module).values() if isinstance(value, Routes)}
    return sorted((route for each in found.values() for route in each.described), key=lambda route: route.key)


def features_page(root: Path = ROOT) -> str:
    """``docs/features.md``. Raises ``FeatureFault`` where list and tests contradict each other."""
    listed = features.read_features((root / FEATURES).read_text())
    proofs = features.read_proofs(root / "tests", root)
    wrong = features.faults(listed, proofs)
    if wrong:
        raise features.FeatureFault("\n".join(wrong))
    return features.render(listed, proofs)


def openapi_page() -> str:
    """``docs/openapi.json``."""
    return json.dumps(openapi.document(routes()), indent=1, ensure_ascii=False) + "\n"


def pages() -> dict[str, str]:
    """Every generated page by its path."""
    return {"docs/features.md": features_page(), "docs/openapi.json": openapi_page()}


def stale(made: dict[str, str], root: Path = ROOT) -> list[str]:
    """Paths of pages that are not what they would be if they were written now."""
    return [path for path, text in made.items() if not (root / path).exists() or (root / path).read_text() != text]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages, or check them."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is stale")
    check = parser.parse_args(arguments).check
    try:
        made = pages()
    except features.FeatureFault as fault:
        print(fault, file=sys.stderr)
        return 1
    old = stale(made)
    for path in old:
        if check:
            print(f"{path} is stale; run {COMMAND}", file=sys.stderr)
        else:
            (ROOT / path).write_text(made[path])
            print(f"wrote {path}")
    return 1 if check and old else 0


if __name__ == "__main__":
    sys.exit(main())
