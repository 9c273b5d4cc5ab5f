"""The two engines that stand threads, for any suite: started on a free port, installed on first use, stopped after."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chalicelib.local import engines, installing
from chalicelib.local.engines import Engine
from chalicelib.local.installing import InstallationImpossible


@contextmanager
def ministack() -> Iterator[str]:
    """The address of a fresh emulated AWS: DynamoDB with streams, SQS, S3 and the rest."""
    with _running(lambda folder: engines.start_ministack(folder, persistent=False)) as endpoint:
        yield endpoint


@contextmanager
def dynamodb_local() -> Iterator[str]:
    """The address of a fresh DynamoDB Local, in memory."""
    with _running(lambda folder: engines.start_dynamodb_local(folder, persistent=False)) as endpoint:
        yield endpoint


@contextmanager
def _running(start: Callable[[Path], Engine]) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="laurel-engine-") as folder:
        try:
            engine = start(Path(folder))
        except InstallationImpossible as reason:
            pytest.skip(str(reason))
        with engines.running(engine) as endpoint:
            yield endpoint


class OnDisk:
    """DynamoDB Local with its data on disk, which can be killed and comes back at the same address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._engine = engines.start_dynamodb_local(folder, persistent=True)
        self.endpoint = self._engine.endpoint

    def kill(self) -> None:
        """End it in the middle of whatever it does (SIGKILL)."""
        self._engine.process.kill()
        self._engine.process.wait()

    def revive(self) -> None:
        """Start it again on what it left on disk."""
        process = subprocess.Popen(
            self._engine.process.args,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=engines.ends_with_parent,  # noqa: PLW1509 - one system call, safe between fork and exec.
        )
        self._engine = Engine(self.endpoint, process)
        if not engines._answers(self._engine, "/"):
            raise engines.EngineFailed("the engine did not come back")

    def stop(self) -> None:
        """End it gently."""
        self._engine.stop()


@contextmanager
def dynamodb_local_on_disk() -> Iterator[OnDisk]:
    """A fresh DynamoDB Local that keeps its data in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="laurel-engine-") as folder:
        try:
            engine = OnDisk(Path(folder))
        except InstallationImpossible as reason:
            pytest.skip(str(reason))
        try:
            yield engine
        finally:
            engine.stop()


def main() -> None:
    """Install both before the tests begin, so that no test waits for it: ``python -m tests.engines``."""
    for install in (installing.ministack, installing.dynamodb_local):
        try:
            install()
        except InstallationImpossible as reason:
            sys.stderr.write(f"{reason} Its tests will be skipped.\n")


if __name__ == "__main__":
    main()
