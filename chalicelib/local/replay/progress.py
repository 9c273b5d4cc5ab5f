"""How far a replay has come: a bar on a terminal, a line now and then elsewhere. On the standard error only."""

import sys
import time
from typing import Final, TextIO

BAR_CHARACTERS: Final = 24
DRAW_SECONDS: Final = 0.2
SAY_PER_CENT: Final = 10
"""Without a terminal, a line each time so much more is done."""
_CLEAR: Final = "\r\x1b[2K"


class Progress:
    """Counts steps towards a known total and shows them with the time that is left."""

    def __init__(self, total: int, stream: TextIO | None = None) -> None:
        self._total = max(1, total)
        self._stream = sys.stderr if stream is None else stream
        self._is_terminal = self._stream.isatty()
        self._began = time.monotonic()
        self._drawn = 0.0
        self._said = -SAY_PER_CENT
        self.done = 0

    def advance(self, steps: int, label: str) -> None:
        """Count steps that were just done; ``label`` says where that is, for instance the simulated day."""
        self.done += steps
        if self._is_terminal:
            now = time.monotonic()
            if now - self._drawn >= DRAW_SECONDS or self.done >= self._total:
                self._drawn = now
                self._write(_CLEAR + self._line(label))
        elif self._per_cent >= self._said + SAY_PER_CENT:
            self._said = self._per_cent // SAY_PER_CENT * SAY_PER_CENT
            self._write(self._line(label) + "\n")

    def say(self, text: str) -> None:
        """A line of its own, in place of the bar."""
        self._write((_CLEAR if self._is_terminal else "") + text + "\n")

    @property
    def _per_cent(self) -> int:
        return min(100, 100 * self.done // self._total)

    def _line(self, label: str) -> str:
        full = BAR_CHARACTERS * min(self.done, self._total) // self._total
        spent = time.monotonic() - self._began
        left = spent * (self._total - self.done) / self.done if self.done else 0.0
        bar = "█" * full + "░" * (BAR_CHARACTERS - full)
        return f"{label}  {bar} {self._per_cent:3d} %  {_clock(spent)} so far, {_clock(max(0.0, left))} left"

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"
