"""An emulated AWS for one replay: started on a free port, its data in a temporary folder, gone afterwards.

ministack is the engine: it alone has the queue as well as the table and the stream, needs no Java, and made
the calls of a replay in half the time that DynamoDB Local took. Nothing is persisted, so its end also
removes the site of the replay; a copy of Laurel that runs meanwhile has engines and ports of its own.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chalicelib.local import engines, environment
from chalicelib.local.home import Home, Running


@contextmanager
def engine() -> Iterator[None]:
    """An engine that this process and nobody else is pointed at, for the length of the block.

    To be entered before anything reads ``settings``. Raises ``EngineFailed`` and ``InstallationImpossible``.
    """
    with tempfile.TemporaryDirectory(prefix="laurel-replay-", ignore_cleanup_errors=True) as folder:
        place = Home(Path(folder))
        started = engines.start_ministack(place.folder / "aws", persistent=False)
        with engines.running(started) as endpoint:
            os.environ.update(environment.of_laptop(place, Running(0, endpoint, endpoint, os.getpid())))
            for name in engines.UNWANTED:
                os.environ.pop(name, None)
            yield
