"""The code bundle: trimmed to what a Lambda uses, compiled, and zipped so that equal content gives equal bytes.

A cold start compiles every module otherwise (896 → 381 ms, DESIGN §6), because a Lambda cannot write
``__pycache__``. Hashes are not checked at import: the bundle never changes after this.
"""

import shutil
import zipfile
from pathlib import Path
from typing import Final

from chalicelib import clients
from chalicelib.local.packaging.failure import PackagingFailed
from chalicelib.local.packaging.interpreter import run

COMPILE_SECONDS: Final = 300
TASK_ROOT: Final = "/var/task"
"""Where Lambda unzips the bundle; tracebacks name it."""
_DATED: Final = (2020, 1, 1, 0, 0, 0)
_LEFT_OUT: Final = ("*.pyi", "*.pyx", "*.pxd", "*.data", "bin", "__pycache__", "tests")


def unpack(archive: Path, folder: Path) -> None:
    """Unzip what Chalice packed into an empty folder and drop what no Lambda uses."""
    shutil.rmtree(folder, ignore_errors=True)
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    for pattern in _LEFT_OUT:
        for found in sorted(folder.rglob(pattern)):
            _remove(found)
    if (folder / "chalicelib" / "local").exists():
        raise PackagingFailed("chalicelib/local must not ship.")
    trim_botocore(folder / "botocore" / "data")


def trim_botocore(data: Path) -> None:
    """Leave only the services of ``clients.SERVICES``; the files beside them describe regions and retries."""
    missing = [service for service in clients.SERVICES if not (data / service).is_dir()]
    if missing:
        raise PackagingFailed(f"botocore does not know {', '.join(missing)}.")
    for found in sorted(data.iterdir()):
        if found.is_dir() and found.name not in clients.SERVICES:
            _remove(found)


def compile_all(python: Path, folder: Path) -> None:
    """Compile every module beside its source, under the Python that the Lambdas run on."""
    command = [
        str(python),
        "-m",
        "compileall",
        "-q",
        "-f",
        "--invalidation-mode",
        "unchecked-hash",
        "-s",
        str(folder),
        "-p",
        TASK_ROOT,
        str(folder),
    ]
    run(command, "The bundle does not compile", seconds=COMPILE_SECONDS)


def pack(folder: Path, archive: Path) -> None:
    """Zip a folder: sorted, one date, one mode, so that an unchanged bundle is not deployed again."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as opened:
        for found in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(found.relative_to(folder).as_posix(), _DATED)
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            opened.writestr(entry, found.read_bytes())


def unpacked_bytes(folder: Path) -> int:
    """Size of everything in a folder, in bytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
