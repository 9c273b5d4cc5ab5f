"""The step that is Chalice's: stage the project, run ``chalice package`` over it, ask the app for its routes."""

import json
import shutil
from pathlib import Path
from typing import Any, Final

from chalicelib.local.packaging import layout
from chalicelib.local.packaging.failure import PackagingFailed
from chalicelib.local.packaging.interpreter import run, without_account

STAGE: Final = "prod"
CHALICE_SECONDS: Final = 300
PROBE_SECONDS: Final = 60
MISSING: Final = "Could not install dependencies"
"""What Chalice says, with exit code 0, when a package has no wheel for Lambda."""
_AS_JSON: Final = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))"
_ROUTES: Final = "import json, app; print(json.dumps({path: sorted(found) for path, found in app.app.routes.items()}))"
_FACES: Final = (
    "import json; from chalicelib.api.faces import FACES; "
    "print(json.dumps([face for face, modules in FACES.items() if modules]))"
)


def stage(root: Path, folder: Path) -> None:
    """Lay out what is packaged: no laptop, no caches, and requirements without Chalice.

    Chalice adds the two modules of itself that a Lambda needs; named among the requirements it would
    bring its command line, pip and setuptools along.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(root / "app.py", folder)
    ignored = shutil.ignore_patterns("__pycache__", "local", "*.pyc", "deployments", "deployed", "venv")
    shutil.copytree(root / "chalicelib", folder / "chalicelib", ignore=ignored)
    shutil.copytree(root / ".chalice", folder / ".chalice", ignore=ignored)
    lines = (root / "requirements.txt").read_text().splitlines(keepends=True)
    (folder / "requirements.txt").write_text("".join(line for line in lines if not line.startswith("chalice==")))


def package(python: Path) -> None:
    """Run ``chalice package`` without credentials over the staged project, into ``layout.CHALICE``."""
    shutil.rmtree(layout.CHALICE, ignore_errors=True)
    command = [
        str(python.with_name("chalice")),
        "package",
        "--stage",
        STAGE,
        "--merge-template",
        str(layout.SOURCE / ".chalice" / "resources.yaml"),
        str(layout.CHALICE),
    ]
    said = run(
        command,
        "chalice package failed",
        seconds=CHALICE_SECONDS,
        folder=layout.SOURCE,
        variables=without_account(),
    )
    if MISSING in said:
        raise PackagingFailed(f"The bundle would lack packages:\n{said}")


def template(python: Path) -> dict[str, Any]:
    """The template that Chalice wrote. It is YAML, because ours is; its Python has the parser that Chalice uses."""
    said = run(
        [str(python), "-c", _AS_JSON, str(layout.CHALICE / "sam.yaml")],
        "The template of Chalice cannot be read",
        seconds=PROBE_SECONDS,
        variables=without_account(),
    )
    found: dict[str, Any] = json.loads(said)
    return found


def routes(python: Path, *, face: str = "all") -> dict[str, list[str]]:
    """The routes that ``app.py`` serves under a face: path → methods."""
    found: dict[str, list[str]] = _ask(python, _ROUTES, face)
    return found


def faces(python: Path) -> list[str]:
    """The names of the faces, in the order in which ``chalicelib/api/faces.py`` lists them."""
    found: list[str] = _ask(python, _FACES, "all")
    return found


def _ask(python: Path, question: str, face: str) -> Any:
    said = run(
        [str(python), "-c", question],
        "The app could not be asked for its routes",
        seconds=PROBE_SECONDS,
        folder=layout.SOURCE,
        variables=without_account() | {"LAUREL_FACE": face},
    )
    return json.loads(said.splitlines()[-1])
