"""Where packaging reads and writes."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[3]
"""The project: ``app.py``, ``chalicelib/``, ``.chalice/`` and the requirements stand here."""
BUILD: Final = ROOT / "build"
PYTHON: Final = BUILD / "python"
"""Environment of the Python that the Lambdas run on, with what they need and Chalice's command line."""
EMULATOR: Final = BUILD / "emulator"
"""Environment of the emulated AWS, under the same Python: its Lambdas run in it."""
SOURCE: Final = BUILD / "source"
"""The project as Chalice packages it: without ``chalicelib/local`` and without caches."""
CHALICE: Final = BUILD / "chalice"
"""What ``chalice package`` wrote."""
BUNDLE: Final = BUILD / "bundle"
"""The bundle, unzipped and compiled."""
PACKAGE: Final = BUILD / "package"
"""The result: ``<split>/template.json`` and ``<split>/bundle.zip`` beside it."""
