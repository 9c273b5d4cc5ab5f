"""The data folder of one copy of Laurel on a laptop, and what is written there about the copy that runs."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
"""The folder of ``app.py``."""
DEFAULT_HOME: Final = ".laurel"
DEFAULT_PORT: Final = 8000
HOST: Final = "127.0.0.1"
PORT_MAX: Final = 65_535
PRIVATE: Final = 0o700


class HomeInUse(Exception):
    """Another copy runs on this data folder; two would overwrite each other's data."""


class BadSetting(Exception):
    """A variable of the environment holds something that cannot be used."""


@dataclass(frozen=True, slots=True)
class Running:
    """Where a running copy answers: written when its engine is up, removed when it ends."""

    port: int
    engine: str
    """Address of the emulated AWS."""
    dynamodb: str
    """Address of DynamoDB; the same unless ``LAUREL_ENGINE`` names another engine."""
    pid: int


@dataclass(frozen=True, slots=True)
class Home:
    """A data folder."""

    folder: Path

    @property
    def seal_key(self) -> Path:
        """Key under which the secrets of the sites are kept."""
        return self.folder / "seal.key"

    @property
    def receipt(self) -> Path:
        """A picture of a receipt to try; drawn anew at each start."""
        return self.folder / "receipt.jpg"

    @property
    def log(self) -> Path:
        """Log of the API and its triggers, one JSON object a line."""
        return self.folder / "laurel.log"

    @property
    def _running(self) -> Path:
        return self.folder / "running.json"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other copies off this folder for the length of the block. Raises ``HomeInUse``."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
        with (self.folder / "lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise HomeInUse(
                    f"Another copy of Laurel runs on {self.folder}. Stop it, or name another folder in LAUREL_HOME."
                ) from None
            yield

    def announce(self, running: Running) -> None:
        """Tell the commands of this folder where the copy answers."""
        draft = self._running.with_suffix(".new")
        draft.write_text(json.dumps(asdict(running)))
        draft.replace(self._running)

    def withdraw(self) -> None:
        """Say that nothing runs here any more."""
        self._running.unlink(missing_ok=True)

    def running(self) -> Running | None:
        """The copy that runs on this folder, or ``None``; what a killed copy left behind does not count."""
        try:
            found = Running(**json.loads(self._running.read_text()))
            os.kill(found.pid, 0)
        except (OSError, ValueError, TypeError):
            return None
        return found


def current() -> Home:
    """The folder of ``LAUREL_HOME``, by default ``.laurel`` beside ``app.py``."""
    return Home((ROOT / os.environ.get("LAUREL_HOME", DEFAULT_HOME)).resolve())


def port() -> int:
    """The port of ``LAUREL_PORT``, by default 8000. Raises ``BadSetting``."""
    text = os.environ.get("LAUREL_PORT") or str(DEFAULT_PORT)
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= PORT_MAX):
        raise BadSetting(f"LAUREL_PORT is a port from 1 to {PORT_MAX}, not {text!r}.")
    return int(text)
