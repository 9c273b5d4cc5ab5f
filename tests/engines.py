"""The two engines that stand threads, for any suite: started on a free port, installed on first use, stopped after."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chalicelib.local import engines
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
