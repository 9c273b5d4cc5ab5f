"""The emulated AWS as processes of ours: started on a free port of the loopback, stopped gently.

An engine runs in a session of its own, so that Ctrl-C in a terminal reaches only whoever started it; that
one then sends a single SIGTERM and waits, because ministack saves DynamoDB on SIGTERM only.
"""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chalicelib.local import installing
from chalicelib.local.home import HOST

START_SECONDS_MAX: Final = 45
STOP_SECONDS_MAX: Final = 12
PORT_TRIES_MAX: Final = 3
POLL_SECONDS: Final = 0.05
REGION: Final = "us-east-1"
KEY_ID: Final = "laurel"
"""Any credentials do, as long as the engine has the same. DynamoDB Local takes letters and digits only."""
_HEALTH: Final = "/_ministack/health"
_PARENT_DEATH_SIGNAL: Final = 1
"""``PR_SET_PDEATHSIG`` of Linux's prctl."""
# Loaded here, because little may be done between fork and exec.
_LIBC: Final = ctypes.CDLL(None) if sys.platform == "linux" else None

_Command = Callable[[int], tuple[list[str], Mapping[str, str]]]
"""What to start for a port: arguments and environment."""


class EngineFailed(Exception):
    """An engine did not come up; the message ends with what it said last."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A running engine."""

    endpoint: str
    process: "subprocess.Popen[bytes]"

    def stop(self) -> None:
        """Ask it once to end, and wait while it saves; only an engine that hangs is killed."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_ministack(folder: Path, *, persistent: bool) -> Engine:
    """Start ministack with its state and log in the folder. Raises ``EngineFailed``, ``InstallationImpossible``."""
    program = installing.ministack()
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    flag = "1" if persistent else "0"
    variables = {
        **_plain_environment(),
        "BIND_HOST": HOST,
        # Links to objects are the one thing whose signature is checked: the engine must know who signs them.
        "AWS_ACCESS_KEY_ID": KEY_ID,
        "AWS_SECRET_ACCESS_KEY": KEY_ID,
        "PERSIST_STATE": flag,
        "STATE_DIR": str(folder / "state"),
        "S3_PERSIST": flag,
        "S3_DATA_DIR": str(folder / "s3"),
        "TMPDIR": str(folder / "tmp"),
        "LOG_LEVEL": "WARNING",
        "SFTP_ENABLED": "0",
        # Without a Docker socket to talk to, ministack leaves the containers of this machine alone.
        "DOCKER_HOST": f"unix://{folder}/none.sock",
    }
    return _started(lambda port: ([str(program)], {**variables, "GATEWAY_PORT": str(port)}), folder, _HEALTH)


def start_dynamodb_local(folder: Path, *, persistent: bool) -> Engine:
    """Start DynamoDB Local, on disk in the folder or in memory. Raises as ``start_ministack``."""
    java, jar = installing.dynamodb_local()
    place = ["-dbPath", str(folder)] if persistent else ["-inMemory"]
    folder.mkdir(parents=True, exist_ok=True)
    library = f"-Djava.library.path={jar.parent / 'DynamoDBLocal_lib'}"
    # Without -sharedDb every pair of credentials and region would see tables of its own.
    # It lives for minutes: Java's optimising compiler would take longer than it saves, and twice as long to start.
    quick = "-XX:TieredStopAtLevel=1"
    command = [str(java), quick, library, "-jar", str(jar), "-sharedDb", "-disableTelemetry", *place]
    return _started(lambda port: ([*command, "-port", str(port)], _plain_environment()), folder, "/")


@contextlib.contextmanager
def running(engine: Engine) -> Iterator[str]:
    """Its address for the length of the block; then it is stopped."""
    try:
        yield engine.endpoint
    finally:
        engine.stop()


def connection(engine: str, dynamodb: str) -> dict[str, str]:
    """Variables with which AWS clients find the engines and nothing else: no profile, no account, no proxy."""
    return {
        "AWS_ENDPOINT_URL": engine,
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb,
        "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": dynamodb,
        "AWS_ACCESS_KEY_ID": KEY_ID,
        "AWS_SECRET_ACCESS_KEY": KEY_ID,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": HOST,
        "no_proxy": HOST,
    }


UNWANTED: Final = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
"""Variables that would lead a client away from the engines."""


def free_port() -> int:
    """A port of the loopback that is free at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def ends_with_parent() -> None:
    """In a new child on Linux: get SIGTERM when the parent is killed, so that no engine is left behind unsaved."""
    if _LIBC is not None:
        _LIBC.prctl(_PARENT_DEATH_SIGNAL, signal.SIGTERM)


def _plain_environment() -> dict[str, str]:
    kept = ("PATH", "HOME", "LANG", "JAVA_HOME", "LD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _started(command: _Command, folder: Path, health: str) -> Engine:
    """Start it on a free port; another program may take that port first, so more than one is tried."""
    log = folder / "engine.log"
    for _ in range(PORT_TRIES_MAX):
        port = free_port()
        arguments, variables = command(port)
        with log.open("wb") as output:
            process = subprocess.Popen(
                arguments,
                env=dict(variables),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # It is one system call, safe between fork and exec.
                preexec_fn=ends_with_parent,  # noqa: PLW1509
            )
        engine = Engine(f"http://{HOST}:{port}", process)
        try:
            if _answers(engine, health):
                return engine
        except BaseException:
            engine.stop()
            raise
        engine.stop()
    raise EngineFailed(f"The engine did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _answers(engine: Engine, path: str) -> bool:
    deadline = time.monotonic() + START_SECONDS_MAX
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline and engine.process.poll() is None:
        try:
            direct.open(engine.endpoint + path, timeout=2).close()
        except urllib.error.HTTPError:
            return True  # DynamoDB Local refuses an unsigned request, which shows that it is there.
        except OSError:
            time.sleep(POLL_SECONDS)
        else:
            return True
    return False
