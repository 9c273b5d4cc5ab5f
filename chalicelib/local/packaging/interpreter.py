"""The Python that the Lambdas run on, and environments made with it.

Chalice packages for the Python that runs it; on 3.11 it drops packages silently (DESIGN §6), so
packaging runs under 3.13 or 3.12 whatever runs this command.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from chalicelib.local.packaging.failure import PackagingFailed

VERSIONS: Final = ("3.13", "3.12")
"""In order of preference; both are Lambda runtimes."""
PROBE_SECONDS: Final = 20
INSTALL_SECONDS: Final = 600
_PROBE: Final = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2])"


def find() -> Path:
    """The first Python of ``VERSIONS`` that runs: this one, one on the PATH, or one of pyenv's.

    ``LAUREL_PACKAGE_PYTHON`` names one to be taken instead. Raises ``PackagingFailed`` when there is none.
    """
    for version in VERSIONS:
        for candidate in _candidates(version):
            if _version(candidate) == version:
                return candidate
    wanted = " or ".join(VERSIONS)
    raise PackagingFailed(
        f"Packaging needs Python {wanted}, because that is what runs in the Lambdas. Install one "
        f"(for example `pyenv install {VERSIONS[0]}`), put it on the PATH, or name it in LAUREL_PACKAGE_PYTHON.",
    )


def environment(folder: Path, requirements: Path) -> Path:
    """The Python of a virtual environment that holds exactly these requirements; made anew when they changed."""
    python = folder / "bin" / "python"
    base = find()
    stamp = folder / "requirements.sha256"
    wanted = hashlib.sha256(requirements.read_bytes() + str(base).encode()).hexdigest()
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    run([str(base), "-m", "venv", str(folder)], "The environment could not be made", seconds=INSTALL_SECONDS)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(requirements)]
    run(install, f"{requirements.name} could not be installed", seconds=INSTALL_SECONDS)
    stamp.write_text(wanted)
    return python


def run(
    command: list[str],
    blame: str,
    *,
    seconds: int,
    folder: Path | None = None,
    variables: dict[str, str] | None = None,
) -> str:
    """What a command wrote, both streams; raises ``PackagingFailed`` with its last words when it fails."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=variables,
            timeout=seconds,
            check=False,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except subprocess.TimeoutExpired as error:
        raise PackagingFailed(f"{blame}: no end after {seconds} s") from error
    if done.returncode:
        raise PackagingFailed(f"{blame}:\n{done.stdout[-4000:]}")
    return done.stdout


def without_account() -> dict[str, str]:
    """The environment without credentials, regions or settings of ours: what is packaged depends on neither."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LAUREL_", "PYTHON"))}
    return kept | {"AWS_DEFAULT_REGION": "us-east-1"}


def _candidates(version: str) -> Iterator[Path]:
    if named := os.environ.get("LAUREL_PACKAGE_PYTHON"):
        yield Path(named)
        return
    yield Path(sys.executable)
    if found := shutil.which(f"python{version}"):
        yield Path(found)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(pyenv.glob(f"versions/{version}*/bin/python"), reverse=True)


def _version(python: Path) -> str | None:
    try:
        done = subprocess.run(
            [str(python), "-c", _PROBE],
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
