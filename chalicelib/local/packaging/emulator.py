"""The emulated AWS that a package is deployed into: its own process, its own environment, all on loopback."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from chalicelib.local.packaging.failure import PackagingFailed
from chalicelib.local.packaging.interpreter import without_account

HOST: Final = "127.0.0.1"
START_SECONDS: Final = 60
STOP_SECONDS: Final = 10
POLL_SECONDS: Final = 0.2
HEALTH: Final = "/_ministack/health"


@contextlib.contextmanager
def running(python: Path, folder: Path) -> Iterator[str]:
    """The address of an emulator that lives as long as the block; its log and state are in the folder."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "tmp").mkdir(parents=True)
    port = _free_port()
    endpoint = f"http://{HOST}:{port}"
    variables = without_account() | {
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "PERSIST_STATE": "0",
        "STATE_DIR": str(folder / "state"),
        "S3_DATA_DIR": str(folder / "s3"),
        # Its Lambdas run in processes of this Python, the one that the bundle was made for, and never in containers.
        "LAMBDA_EXECUTOR": "local",
        "DOCKER_HOST": f"unix://{folder}/none.sock",
        "SFTP_ENABLED": "0",
        "TMPDIR": str(folder / "tmp"),
    }
    with (folder / "emulator.log").open("w") as log:
        process = subprocess.Popen(
            [str(python.with_name("ministack"))],
            env=variables,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_until_healthy(process, endpoint, folder / "emulator.log")
            yield endpoint
        finally:
            _stop(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_healthy(process: "subprocess.Popen[bytes]", endpoint: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(endpoint + HEALTH, timeout=2).close()  # noqa: S310 - our own loopback address.
            return
        time.sleep(POLL_SECONDS)
    raise PackagingFailed(f"The emulated AWS did not start:\n{log.read_text()[-2000:]}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End the emulator and the processes of its Lambdas, which share its process group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(STOP_SECONDS)
