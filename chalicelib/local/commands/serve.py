"""``serve``: the part of ``run`` that answers HTTP and fires the triggers, against engines that are up already."""

import json
import logging
import logging.handlers
import shlex
import signal
import sys
import threading
from pathlib import Path
from typing import Any, Final

from app import app
from chalicelib import clock
from chalicelib.local import controls, demo, drawing, engines, home, resources, shopfront, showcase
from chalicelib.local.calls import CallFailed
from chalicelib.local.gateway import Gateway
from chalicelib.local.pump import Pump
from chalicelib.local.server import Server
from chalicelib.sites import scopes, tokens

REQUESTS_SECONDS_MAX: Final = 2.0
PUMP_SECONDS_MAX: Final = 3.0
LOG_BYTES_MAX: Final = 10_000_000
LOG_FILES: Final = 3


def main(_: list[str]) -> int:
    """Serve until SIGTERM; the port opens when the demo site is complete."""
    engines.ends_with_parent()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    place = home.current()
    _log_to(place.log)
    gateway = Gateway(app)
    pump = Pump(app, resources.create())
    server = Server(home.port(), shopfront.beside(controls.beside(gateway.answer, pump)))
    # The clock of a copy that ended in another time may have let a sweep run ahead.
    pump.set_clock(None)
    pump.start()
    try:
        demo.create(gateway.answer, pump)
    except CallFailed as failure:
        print(f"The demo site could not be completed: {failure}", file=sys.stderr)
        return 1
    place.receipt.write_bytes(drawing.receipt(clock.now()))
    if not stop.is_set():
        server.open()
        print(_welcome(server.server_port), flush=True)
        stop.wait()
        server.close(seconds=REQUESTS_SECONDS_MAX)
    pump.stop(seconds=PUMP_SECONDS_MAX)
    return 0


def _log_to(file: Path) -> None:
    """One JSON object a line, in the data folder, where it does not push the commands off the screen."""
    handler = logging.handlers.RotatingFileHandler(file, maxBytes=LOG_BYTES_MAX, backupCount=LOG_FILES)
    handler.setFormatter(logging.Formatter("%(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for noisy in ("botocore", "urllib3", "pynamodb"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # In a Lambda the app writes to the standard output; here that is the screen.
    lines = logging.getLogger("laurel")
    lines.handlers.clear()
    lines.propagate = True


def _welcome(port: int) -> str:
    base = f"http://{home.HOST}:{port}/api/3.0"
    staff = tokens.issue_staff(
        demo.SITE, demo.SECRET, scopes=scopes.grantable("staff"), now_seconds=clock.real_seconds()
    )
    gift = json.dumps({"id": demo.ADA, "activity": "CREDIT", "actionId": "100", "credit": "50", "reason": "Thank you"})
    posting = f"-H 'Content-Type: application/json' -d {shlex.quote(gift)}"
    receipt = f"-F userId={demo.ADA} -F {shlex.quote(f'file=@{home.current().receipt}')}"
    commands = [
        f"curl -s -H {_SITE} -H {_bearer('--get', demo.ADA)} {base}/points/{demo.ADA}",
        f"curl -s -H {_SITE} -H {_bearer('--body', gift)} {posting} {base}/points",
        f"curl -s -H {_SITE} -H {_bearer('--get', demo.ADA)} {base}/users/{demo.ADA}/activity",
        f"curl -s -H {_SITE} -H {_bearer('--staff')} {receipt} {base}/receipts",
        f"curl -s -H {_SITE} -H {_bearer('--get', demo.ADA)} {base}/users/{demo.ADA}/receipts",
    ]
    return "\n".join(
        [
            f"\nLaurel is ready on {base} (Ctrl-C stops it and saves the data; log: {home.current().log}).\n",
            f"site    {demo.SITE}",
            f"secret  {demo.SECRET}",
            f"staff   {staff}   (good for an hour; `token --staff` makes another)",
            "\nIn a browser:\n",
            f"  photos of customers in a shop       http://{home.HOST}:{port}{shopfront.PATH}",
            f"  the same photos as JSON             {base}/public/{demo.SITE}/galleries/{showcase.GALLERY}",
            f"  where a printed code leads          {base}/public/{demo.SITE}/upload/{showcase.CODE}",
            f"  what waits for a moderator          {_screen(base, staff)}",
            "\nTry:\n",
            *(f"  {command}\n" for command in commands),
        ]
    )


def _screen(base: str, staff: str) -> str:
    """The moderation page, signed in: what stands behind # stays in the browser."""
    return f"{base}/screens/moderation#token={staff}&site={demo.SITE}"


_SITE: Final = f"'X-AnnexCloud-Site: {demo.SITE}'"


def _bearer(*arguments: str) -> str:
    """The header with a token that is made when the command runs, from whatever folder it is pasted in."""
    python = Path(sys.executable)
    interpreter: Any = python.relative_to(home.ROOT) if python.is_relative_to(home.ROOT) else python
    setting = (
        ""
        if home.current() == home.Home(home.ROOT / home.DEFAULT_HOME)
        else f"LAUREL_HOME={_q(home.current().folder)} "
    )
    token = shlex.join([str(interpreter), "-m", "chalicelib.local", "token", *arguments])
    return f'"Authorization: Bearer $(cd {_q(home.ROOT)} && {setting}{token})"'


def _q(path: Path) -> str:
    return shlex.quote(str(path))
