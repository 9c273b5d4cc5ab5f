"""What operations cost: calls to DynamoDB and capacity units of each, and of a million (`make bench`).

Counted by Laurel's own meter (emulators report capacity wrongly) on a real emulated engine. Prices are
those of on-demand tables in us-east-1 in 2026: 0.625 USD a million write units, 0.125 USD a million read
units; index units are write units. The sweep is counted with 20 members due among 100, 2,000 and 10,000.
"""

import argparse
import json
import logging
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("AWS_ACCESS_KEY_ID", "bench")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "bench")
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
os.environ.setdefault("LAUREL_SEAL_KEY_FILE", str(Path(tempfile.mkdtemp(prefix="laurel-bench-")) / "seal.key"))

import app as laurel
from chalicelib import clock
from chalicelib.dynamo import claims, items, meter
from chalicelib.local import engines, resources
from chalicelib.outreach import service as outreach
from chalicelib.programme import service as programme
from chalicelib.programme.defaults import DEFAULT_DOCUMENT
from chalicelib.sites import service as sites
from chalicelib.sites.tokens import identifier_literal, sign_client
from tests.support.gateway_event import event

SITE, SECRET = "29235480", "laurel-bench-secret"
WRITE_USD = 0.625
READ_USD = 0.125
DUE = 20


class Lines(logging.Handler):
    """Keeps the last line that Laurel logged."""

    def __init__(self) -> None:
        super().__init__()
        self.last: dict[str, Any] = {}

    def emit(self, record: logging.LogRecord) -> None:
        self.last = json.loads(record.getMessage())


def main() -> None:
    """Print the table of costs, then the sweeps."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--members", type=int, nargs="*", default=[100, 2_000, 10_000])
    chosen = options.parse_args()
    log = logging.getLogger("laurel")
    lines = Lines()
    log.handlers[:] = [lines]
    with tempfile.TemporaryDirectory(prefix="laurel-bench-") as folder:
        engine = engines.start_ministack(Path(folder), persistent=False)
        with engines.running(engine) as endpoint:
            os.environ["AWS_ENDPOINT_URL"] = endpoint
            items.reconnect()
            resources.create()
            sites.create_site(SITE, "Bench", clock.now(), SECRET)
            programme.publish(SITE, "bench", DEFAULT_DOCUMENT)
            _operations(lines)
            _sweeps(chosen.members)


def _operations(lines: Lines) -> None:
    print(f"{'operation':38} {'calls':>5} {'read':>6} {'write':>6} {'index':>6} {'USD per million':>16}")
    enrol = _call("POST", "/users", {"id": "m-ada", "email": "ada@example.test"})
    _row("enrol", lines, enrol)
    claims.clear_cache()
    award = {"id": "m-ada", "actionId": "100", "activity": "CREDIT", "credit": "50", "reason": "Bonus"}
    _row("award, claim not cached", lines, _call("POST", "/points", award))
    _row("award", lines, _call("POST", "/points", award))
    _row("award with a key", lines, _call("POST", "/points", award, {"Idempotency-Key": "bench-1"}))
    _row("award again with that key", lines, _call("POST", "/points", award, {"Idempotency-Key": "bench-1"}))
    _row("read points", lines, _read("/points/{memberId}", "m-ada"))
    redeem = {"id": "m-ada", "activity": "DEBIT", "debit": 10, "orderId": "O-1", "reason": "Points used"}
    _row("redeem for an order", lines, _call("POST", "/points", redeem))
    order = {"id": "O-1", "userId": "m-ada", "orderDetail": [_line(place) for place in range(5)]}
    _row("order of 5 lines", lines, _call("POST", "/orders", order))
    change = {"orderId": "O-1", "status": "return", "orderDetail": [{"id": "P-1", "quantity": 1}]}
    _row("return one unit", lines, _call("PATCH", "/orders/{orderId}", change, path="/orders/O-1"))
    _hold()
    _row("order of 5 lines with a hold", lines, _call("POST", "/orders", order | {"id": "O-2"}))
    _row("read activity", lines, _read("/users/{memberId}/activity", "m-ada"))
    _call("POST", "/users", {"id": "m-bob"})
    give = {"id": "m-ada", "actionId": 8055, "activity": "DEBIT", "debit": 5, "recipientData": {"recipientId": "m-bob"}}
    _row("transfer", lines, _call("POST", "/points", give))
    clock.move_to(clock.now() + timedelta(days=367))
    mid = claims.find(SITE, "id", "m-bob")
    with meter.metered() as counted:
        laurel.outreach.work(
            {"kind": "account", "pk": f"M#{SITE}#{mid.mid if mid else ''}", "sk": "ACCOUNT"}, clock.now()
        )
    lines.last = {"calls": counted.calls, "rcu": counted.read_units, "wcu": counted.write_units}
    lines.last["index_wcu"] = counted.index_units
    _row("expire one member", lines, {"statusCode": 200})
    clock.move_to(None)


def _sweeps(sizes: list[int]) -> None:
    print(f"\n{'members':>8} {'due':>4} {'calls of the sweep':>20} {'read units':>11} {'seconds':>8}")
    enrolled = 0
    for size in sorted(sizes):
        # Twenty fall due a year after they earn; everybody else, enrolled before and after, has nothing due.
        for number in range(enrolled, size):
            _call("POST", "/users", {"id": f"s-{number}"})
            if sys.stderr.isatty() and number % 100 == 0:
                print(f"\renrolled {number} of {size}", end="", file=sys.stderr)
        enrolled = size
        clock.move_to(clock.now() + timedelta(days=400))
        for number in range(DUE):
            award = {"id": f"s-{number}", "actionId": 100, "activity": "CREDIT", "credit": 5, "reason": "Due"}
            _call("POST", "/points", award)
        # As on any table that is swept every five minutes, the sweep of the day before has been.
        clock.move_to(clock.now() + timedelta(days=364))
        outreach.sweep(clock.now())
        clock.move_to(clock.now() + timedelta(days=2))
        started = time.perf_counter()
        with meter.metered() as counted:
            found = outreach.sweep(clock.now())
        seconds = time.perf_counter() - started
        print(f"{size:8} {found:4} {counted.calls:20} {counted.read_units:11} {seconds:8.2f}")


def _hold() -> None:
    document = json.loads(json.dumps(DEFAULT_DOCUMENT))
    document["purchase"]["hold"] = {"type": "itemShipDate", "days": 14}
    programme.publish(SITE, "bench-hold", document)


def _line(place: int) -> dict[str, Any]:
    return {"id": f"P-{place}", "quantity": "2", "unitPrice": "19.99"}


def _call(
    method: str, resource: str, body: dict[str, Any], more: dict[str, str] | None = None, path: str = ""
) -> dict[str, Any]:
    raw = json.dumps(body).encode()
    token = sign_client(SITE, SECRET, raw, now_seconds=time.time())
    headers = {"Authorization": f"Bearer {token}", "X-AnnexCloud-Site": SITE, **(more or {})}
    full = f"/3.0{path or resource}"
    return _answered(laurel.app(event(method, full, headers, raw, f"/3.0{resource}"), None))


def _read(resource: str, member: str) -> dict[str, Any]:
    token = sign_client(SITE, SECRET, identifier_literal(member), now_seconds=time.time())
    headers = {"Authorization": f"Bearer {token}", "X-AnnexCloud-Site": SITE}
    path = f"/3.0{resource}".replace("{memberId}", member)
    return _answered(laurel.app(event("GET", path, headers, b"", f"/3.0{resource}"), None))


def _answered(reply: dict[str, Any]) -> dict[str, Any]:
    if reply["statusCode"] >= 300:
        raise SystemExit(f"an operation of the benchmark was refused: {reply['body']}")
    return reply


def _row(name: str, lines: Lines, _reply: dict[str, Any]) -> None:
    said = lines.last
    price = (said["wcu"] + said["index_wcu"]) * WRITE_USD + said["rcu"] * READ_USD
    print(f"{name:38} {said['calls']:5} {said['rcu']:6} {said['wcu']:6} {said['index_wcu']:6} {price:16.2f}")


if __name__ == "__main__":
    main()
