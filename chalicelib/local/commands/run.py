"""``run``: the whole of Laurel on a laptop, and the gentle end of all its parts.

This process starts the engines and the server, each in a session of its own, waits, and passes a signal on
to each of them once: the server first, then the engines, which save the data.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from types import FrameType
from typing import Final, NoReturn

from chalicelib.local import engines, home, installing
from chalicelib.local.home import Home, Running

ENGINES: Final = ("ministack", "dynamodb-local")
SERVER_STOP_SECONDS_MAX: Final = 7
WATCH_SECONDS: Final = 0.2
SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class _Asked(BaseException):
    """Somebody asked us to end; like KeyboardInterrupt, no handler of ordinary errors may swallow it."""


class _Failed(Exception):
    """A part ended by itself."""


def main(_: list[str]) -> int:
    """Run until SIGTERM or Ctrl-C; 0 when all ended as asked, 1 with a sentence when something failed."""
    for each in SIGNALS:
        signal.signal(each, _ask)
    try:
        place = home.current()
        with place.locked(), ExitStack() as parts:
            _run(place, parts)
    except _Asked:
        print("Laurel has ended; the data are saved.", flush=True)
        return 0
    except _EXPECTED as failure:
        print(failure, file=sys.stderr)
        return 1


_EXPECTED: Final = (
    home.HomeInUse,
    home.BadSetting,
    installing.InstallationImpossible,
    engines.EngineFailed,
    _Failed,
)


def _run(place: Home, parts: ExitStack) -> NoReturn:
    """Start the parts, each with its end; they are ended last to first."""
    port = home.port()
    kind = os.environ.get("LAUREL_ENGINE") or ENGINES[0]
    if kind not in ENGINES:
        raise home.BadSetting(f"LAUREL_ENGINE is {' or '.join(ENGINES)}, not {kind!r}.")
    _check_port(port)
    print("Starting Laurel ...", flush=True)
    aws = dynamodb = engines.start_ministack(place.folder / "aws", persistent=True)
    parts.callback(aws.stop)
    if kind == "dynamodb-local":
        dynamodb = engines.start_dynamodb_local(place.folder / "dynamodb", persistent=True)
        parts.callback(dynamodb.stop)
    running = Running(port, aws.endpoint, dynamodb.endpoint, os.getpid())
    place.announce(running)
    parts.callback(place.withdraw)
    server = _start_server()
    parts.callback(_stop, server)
    while True:
        for name, process in (("API", server), ("emulated AWS", aws.process), ("DynamoDB", dynamodb.process)):
            if process.poll() is not None:
                raise _Failed(
                    f"The {name} ended by itself, so everything ends. See {place.log} and {place.folder}/aws."
                )
        time.sleep(WATCH_SECONDS)


def _ask(_number: int, _frame: FrameType | None) -> NoReturn:
    # Further signals change nothing: a terminal, make and a person may each send one.
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise _Asked


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((home.HOST, port))
        except OSError as error:
            raise home.BadSetting(
                f"Port {port} cannot be used ({error.strerror}). Name another in LAUREL_PORT."
            ) from None


def _start_server() -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "chalicelib.local", "serve"]
    return subprocess.Popen(command, cwd=home.ROOT, stdin=subprocess.DEVNULL, start_new_session=True)


def _stop(server: "subprocess.Popen[bytes]") -> None:
    if server.poll() is None:
        server.terminate()
    try:
        server.wait(SERVER_STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
