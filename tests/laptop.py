"""Laurel as ``make run`` starts it, for tests over real HTTP: a process of its own, a folder and a port of its own."""

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import pytest

from chalicelib.local import demo, engines, home, installing
from chalicelib.sites import scopes, tokens

COMMANDS = 5
"""To paste, of those that a start prints."""
READY_SECONDS_MAX = 90
END_SECONDS_MAX = 15


class Laptop:
    """A copy that runs, or ran, on a data folder."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = engines.free_port()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("LAUREL_", "AWS_"))},
            "LAUREL_PORT": str(self.port),
            "LAUREL_HOME": str(folder),
            **settings,
        }
        self.said = ""

    @property
    def base(self) -> str:
        """Where the API answers."""
        return f"http://127.0.0.1:{self.port}/api/3.0"

    @property
    def commands(self) -> list[str]:
        """The commands to paste that it printed."""
        return re.findall(r"^\s*(curl .*)$", self.said, re.MULTILINE)

    def start(self) -> None:
        """Start it and wait for its ready line."""
        installing.ministack()
        command = [sys.executable, "-m", "chalicelib.local", "run"]
        self.process = subprocess.Popen(
            command,
            cwd=home.ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.said = ""
        self._listener = threading.Thread(target=self._listen, args=(self.process.stdout,), daemon=True)
        self._listener.start()
        deadline = time.monotonic() + READY_SECONDS_MAX
        while len(self.commands) < COMMANDS:
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"Laurel did not start:\n{self.said}")
            time.sleep(0.05)

    def parts(self) -> list[int]:
        """The processes that it is made of."""
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        return [self.process.pid, *map(int, found.stdout.split())]

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Signal its process group, as a terminal does, and wait; gives the seconds that it took."""
        begun = time.monotonic()
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)
        try:
            self.process.wait(END_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self._listener.join()
        return time.monotonic() - begun

    def run(self, *arguments: str) -> str:
        """What a command of ours says of this copy."""
        command = [sys.executable, "-m", "chalicelib.local", *arguments]
        done = subprocess.run(
            command, cwd=home.ROOT, env=self.environment, capture_output=True, text=True, timeout=60, check=True
        )
        return done.stdout.strip()

    def get(self, path: str, identifier: str) -> tuple[int, dict[str, Any]]:
        """Ask as a shop's server does; the token covers the identifier."""
        return self._call("GET", f"/api/3.0{path}", b"", tokens.identifier_literal(identifier))

    def send(self, method: str, path: str, body: object, **headers: str) -> tuple[int, dict[str, Any]]:
        """Send a body as a shop's server does; the token covers its bytes."""
        raw = json.dumps(body).encode()
        return self._call(method, f"/api/3.0{path}", raw, raw, **headers)

    def as_staff(self, method: str, path: str, raw: bytes = b"", **headers: str) -> tuple[int, dict[str, Any]]:
        """Ask as the merchant's staff, with a body of any type, which the headers name."""
        token = tokens.issue_staff(
            demo.SITE, demo.SECRET, scopes=scopes.grantable("staff"), now_seconds=int(time.time())
        )
        headers |= {"X-AnnexCloud-Site": demo.SITE, "Authorization": f"Bearer {token}"}
        return self._call(method, f"/api/3.0{path}", raw, None, **headers)

    def control(self, route: str, body: object = None) -> tuple[int, dict[str, Any]]:
        """Post to a route that exists only on a laptop: ``clock`` or ``run-due``."""
        return self._call("POST", f"/local/{route}", b"" if body is None else json.dumps(body).encode())

    def _call(
        self, method: str, path: str, raw: bytes, signed: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        if signed is not None:
            token = tokens.sign_client(demo.SITE, demo.SECRET, signed, now_seconds=time.time())
            headers |= {"X-AnnexCloud-Site": demo.SITE, "Authorization": f"Bearer {token}"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        with contextlib.closing(connection):
            connection.request(method, path, raw, {"Content-Type": "application/json", **headers})
            reply = connection.getresponse()
            return reply.status, json.loads(reply.read())

    def _listen(self, output: TextIO) -> None:
        with output:
            for line in output:
                self.said += line


def seed(folder: Path) -> None:
    """Leave in the folder what a first start makes. Copies of it start in seconds: ``shutil.copytree``."""
    with running(folder):
        pass


@contextlib.contextmanager
def running(folder: Path, **settings: str) -> Iterator[Laptop]:
    """A copy that is ready for the length of the block."""
    laptop = Laptop(folder, **settings)
    try:
        laptop.start()
    except installing.InstallationImpossible as reason:
        pytest.skip(str(reason))
    try:
        yield laptop
    finally:
        laptop.stop()
