"""A headless Chromium that is spoken to over a pipe (Chrome DevTools Protocol), without any library.

No port is opened, nothing is downloaded, and the browser resolves no name but this machine's.
"""

import contextlib
import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
ANSWER_SECONDS_MAX = 20
END_SECONDS_MAX = 5
READ_BYTES = 1 << 16
FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-breakpad",
    "--disable-features=Translate,MediaRouter,OptimizationHints",
    "--hide-scrollbars",
    "--mute-audio",
    "--force-color-profile=srgb",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost",
)
# The protocol is spoken on the descriptors 3 (to the browser) and 4 (from it).
_START = "import os,sys;os.dup2(int(sys.argv[1]),3);os.dup2(int(sys.argv[2]),4);os.execvp(sys.argv[3],sys.argv[3:])"


class ProtocolError(AssertionError):
    """The browser refused a command, or went away."""


def found() -> str | None:
    """The path of a Chromium on this machine; None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Pipe:
    """Commands to a browser, and its answers and events, in the order in which they came."""

    def __init__(self, process: subprocess.Popen[bytes], to_browser: int, from_browser: int) -> None:
        self._process = process
        self._to = to_browser
        self._from = from_browser
        self._rest = b""
        self._last = 0
        self._answers: dict[int, dict[str, Any]] = {}
        self.listeners: dict[str, Callable[[str, dict[str, Any]], None]] = {}
        """Who is told of the events of a session."""

    def call(self, method: str, parameters: Mapping[str, Any] | None = None, session: str | None = None) -> Any:
        """Give a command and wait for its answer. Raises ``ProtocolError`` with the browser's words."""
        number = self.send(method, parameters, session)
        deadline = time.monotonic() + ANSWER_SECONDS_MAX
        while number not in self._answers:
            self.listen(deadline - time.monotonic())
            if time.monotonic() > deadline:
                raise ProtocolError(f"no answer to {method} in {ANSWER_SECONDS_MAX} s")
        answer = self._answers.pop(number)
        if "error" in answer:
            raise ProtocolError(f"{method}: {answer['error'].get('message')}")
        return answer.get("result", {})

    def send(self, method: str, parameters: Mapping[str, Any] | None = None, session: str | None = None) -> int:
        """Give a command without waiting; gives its number."""
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": dict(parameters or {})}
        if session is not None:
            message["sessionId"] = session
        left = json.dumps(message).encode() + b"\0"
        while left:
            left = left[os.write(self._to, left) :]
        return self._last

    def listen(self, seconds: float) -> None:
        """Take in what the browser said until now, waiting so long for something at most."""
        ready, _, _ = select.select([self._from], [], [], max(seconds, 0))
        if not ready:
            return
        read = os.read(self._from, READ_BYTES)
        if not read:
            raise ProtocolError(f"the browser ended with {self._process.poll()}")
        *whole, self._rest = (self._rest + read).split(b"\0")
        for each in whole:
            self._take(json.loads(each))

    def _take(self, message: dict[str, Any]) -> None:
        if "id" in message:
            self._answers[message["id"]] = message
            return
        listener = self.listeners.get(message.get("sessionId", ""))
        if listener is not None:
            listener(message["method"], message.get("params", {}))


@contextlib.contextmanager
def started(path: str) -> Iterator[Pipe]:
    """A browser with a profile of its own that ends, with its profile, when the block does."""
    profile = tempfile.mkdtemp(prefix="laurel-chromium-")
    to_read, to_write = os.pipe()
    from_read, from_write = os.pipe()
    # Above 10, so that neither stands where the protocol wants the other.
    theirs = [fcntl.fcntl(each, fcntl.F_DUPFD, 10) for each in (to_read, from_write)]
    for each in (to_read, from_write):
        os.close(each)
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", _START, *map(str, theirs), path, *FLAGS, f"--user-data-dir={profile}"],
        pass_fds=theirs,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": profile},
    )
    for each in theirs:
        os.close(each)
    pipe = Pipe(process, to_write, from_read)
    try:
        yield pipe
    finally:
        _end(process, pipe)
        os.close(to_write)
        os.close(from_read)
        shutil.rmtree(profile, ignore_errors=True)


def _end(process: subprocess.Popen[bytes], pipe: Pipe) -> None:
    with contextlib.suppress(ProtocolError, OSError):
        pipe.call("Browser.close")
    try:
        process.wait(END_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
