"""Handler time of an award without AWS, against the same two raw botocore calls (`make bench`).

The transport is a stub that answers at once, so what is measured is ours: authentication, parsing, the
decision, rendering, PynamoDB and botocore on one side; botocore with the very same parameters on the other.
Both run interleaved in this process; the processor time of the fastest of several rounds is compared, which
says least about whatever else the machine was doing.
"""

import json
import logging
import os
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("AWS_ACCESS_KEY_ID", "bench")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "bench")
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
os.environ.setdefault("LAUREL_FACE", "core")

from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.session import get_session

import app as laurel
from chalicelib.dynamo import claims, items
from chalicelib.ledger import moves, table
from chalicelib.ledger.account import Account
from chalicelib.ledger.draft import Draft
from chalicelib.programme import service as programme
from chalicelib.programme.defaults import default_programme
from chalicelib.programme.in_force import compiled
from chalicelib.sites import service as sites
from chalicelib.sites.tokens import sign_client
from tests.support.gateway_event import event

SITE, SECRET, MID = "29235480", "laurel-demo-secret", "0123456789abc"
ROUNDS = 15
CALLS_PER_ROUND = 100
BODY = json.dumps({"id": "m-ada", "actionId": "100", "activity": "CREDIT", "credit": "50", "reason": "Bonus"}).encode()


class Raw:
    """A body of a response that never came over a wire."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def stream(self, *_: Any, **__: Any) -> list[bytes]:
        return [self.content]


class Transport:
    """Answers every call at once: with the account for a read, with nothing for a write."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes] = {"TransactWriteItems": b"{}"}
        self.seen: dict[str, Any] = {}

    def __call__(self, request: Any, **_: Any) -> AWSResponse:
        operation = request.headers["X-Amz-Target"].decode().split(".")[1]
        self.seen[operation] = request.body
        response = AWSResponse(request.url, 200, {"content-type": "application/x-amz-json-1.0"}, Raw(b""))
        response._content = self.answers[operation]
        return response


def main() -> None:
    """Print the ratio; exit 1 above the bound."""
    logging.getLogger("laurel").setLevel(logging.WARNING)
    transport = Transport()
    client = items.connection().connection.client
    client.meta.events.register_first("before-send.dynamodb.*", transport)
    _prepare(transport)
    handler = _handler()
    handler()
    raw = _raw(transport)
    raw()
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_timed(handler))
        theirs.append(_timed(raw))
    mine, base = min(ours), min(theirs)
    ratio = mine / base
    print(f"award handler {mine * 1000:.2f} ms, two raw calls {base * 1000:.2f} ms, ratio {ratio:.2f} (bound 2.00)")
    sys.exit(ratio > 2)


def _prepare(transport: Transport) -> None:
    """Everything a warm function knows: the secret, the programme, the claim; and an account with 12 lots."""
    force = compiled(default_programme(), 1)
    programme._remember(SITE, force)
    sites.secrets = lambda _site: (SECRET,)
    programme._pointers[SITE] = (time.monotonic() + 3600, programme.Pointer(1, ((1, 0),)))
    claim = claims.ClaimItem("x", "CLAIM", mid=MID, given="m-ada")
    claims._cache[claims._pk(SITE, "id", "m-ada")] = (time.monotonic() + 3600, claim)
    draft = Draft(SITE, MID, Account(), force.rules, "bench", laurel.clock.now())
    moves.enrol(draft, "active")
    for days in range(12):
        lasting = type(force.rules and moves.Lasting("days", 1))("days", 300 + days)
        moves.award(draft, 137, lasting, moves.Telling(action=100))
    write = table.account_write(SITE, MID, Account(), draft.account)
    transport.answers["GetItem"] = json.dumps({"Item": write.item.to_dynamodb_dict()}).encode()


def _handler() -> Callable[[], None]:
    token = sign_client(SITE, SECRET, BODY, now_seconds=time.time(), expires_in_seconds=3600)
    headers = {"Authorization": f"Bearer {token}", "X-AnnexCloud-Site": SITE, "Content-Type": "application/json"}
    incoming = event("POST", "/3.0/points", headers, BODY)

    def call() -> None:
        reply = laurel.app(incoming, None)
        if reply["statusCode"] != 200:
            raise AssertionError(reply)

    return call


def _raw(transport: Transport) -> Callable[[], None]:
    """The same two calls by a plain client, set up as ours is."""
    config = Config(parameter_validation=False, retries={"mode": "standard", "total_max_attempts": 3})
    client = get_session().create_client("dynamodb", region_name="us-east-1", config=config)
    client.meta.events.register_first("before-send.dynamodb.*", transport)
    read, write = json.loads(transport.seen["GetItem"]), json.loads(transport.seen["TransactWriteItems"])

    def call() -> None:
        client.get_item(**read)
        client.transact_write_items(**write)

    return call


def _timed(call: Callable[[], None]) -> float:
    started = time.process_time()
    for _ in range(CALLS_PER_ROUND):
        call()
    return (time.process_time() - started) / CALLS_PER_ROUND


if __name__ == "__main__":
    main()
