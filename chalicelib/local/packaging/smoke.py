"""What must work once the template is deployed: every face over HTTP, then stream, schedule, queue and worker.

Signs requests as real clients do. Looks into the table only for what no answer of the API shows.
"""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from chalicelib import landing
from chalicelib.dynamo import keys
from chalicelib.facts import table as facts
from chalicelib.ledger import hold
from chalicelib.local.packaging.cloud import Place
from chalicelib.local.packaging.failure import PackagingFailed
from chalicelib.sites import tokens

SITE: Final = "29235480"
SECRET: Final = "laurel-smoke-secret"  # noqa: S105 - lives as long as the emulator of one run.
MEMBER: Final = "ada+1@example.test"
AWARDED: Final = 137
ORDERED: Final = 19
EARNED: Final = AWARDED + ORDERED
HELD_ACTION: Final = 102
FEED_NAME: Final = "products.csv"
FEED: Final = b"productId,productName\ntea-assam,Assam\n"
REQUEST_SECONDS: Final = 40
WAIT_SECONDS: Final = 60
POLL_SECONDS: Final = 0.5
_ENVELOPE: Final = {"errorCode", "errorMessage"}


@dataclass(frozen=True, slots=True)
class Deployed:
    """A stack that stands, and how to reach its API."""

    place: Place
    stack: str
    outputs: Mapping[str, str]

    @property
    def base(self) -> str:
        """Where paths such as ``/3.0/points`` begin; the emulator's form of an API Gateway stage."""
        return f"{self.place.endpoint}/restapis/{self.outputs['RestAPIId']}/api/_user_request_"

    @property
    def table(self) -> str:
        """Name of the table."""
        return self.outputs["TableName"]


Check = Callable[[Deployed], str]


def run(deployed: Deployed) -> int:
    """Every check in order, a line each; gives how many failed. A failure does not keep the next from running."""
    failed = 0
    for check in CHECKS:
        started = time.monotonic()
        try:
            said = check(deployed)
            mark = "ok    "
        except PackagingFailed as failure:
            said, mark = str(failure), "FAILED"
            failed += 1
        name = check.__name__.removeprefix("check_").replace("_", " ")
        print(f"{mark} {name}: {said} ({time.monotonic() - started:.1f} s)", flush=True)
    return failed


def check_public_face(deployed: Deployed) -> str:
    """The OpenAPI document needs no token."""
    status, body = _send(deployed, "GET", "/3.0/openapi.json")
    _expect(status == 200 and "paths" in body, status, body)
    return f"the OpenAPI document lists {len(body['paths'])} paths"


def check_refusals(deployed: Deployed) -> str:
    """Without a token the app answers 401 in the envelope."""
    status, body = _send(deployed, "GET", f"/3.0/points/{MEMBER}")
    _expect(status == 401 and set(body) == _ENVELOPE, status, body)
    return "a request without a token gets 401 and the envelope"


def check_staff_face(deployed: Deployed) -> str:
    """The programme is read and changed with a staff token: points for action 102 are held for a day from now on."""
    scopes = ["programme:read", "programme:write"]
    token = tokens.issue_staff(SITE, SECRET, scopes=scopes, now_seconds=time.time())
    status, body = _send(deployed, "GET", "/3.0/programme", token=token)
    _expect(status == 200 and body.get("siteId") == SITE, status, body)
    for action in body["programme"]["actions"]:
        if action["actionId"] == HELD_ACTION:
            action["holdDays"] = 1
    status, body = _send(deployed, "PUT", "/3.0/programme", token=token, raw=json.dumps(body).encode())
    _expect(status == 200 and "errorCode" not in body, status, body)
    return f"the programme was read and changed, version {body['version']} is in force"


def check_core_face(deployed: Deployed) -> str:
    """A member joins, earns, and sees the points; the same key does not award twice."""
    user = {"id": MEMBER, "email": MEMBER, "firstName": "Ada", "optInStatus": "YES"}
    status, body = _post(deployed, "/3.0/users", user)
    _expect(status in {200, 201}, status, body)
    award = {"id": MEMBER, "activity": "CREDIT", "actionId": 100, "credit": AWARDED, "reason": "smoke"}
    for _ in range(2):
        status, body = _post(deployed, "/3.0/points", award, key="smoke-award")
        _expect(status in {200, 201}, status, body)
    _expect(_available(deployed) == AWARDED, status, body)
    lines = [{"id": "sku-1", "quantity": "2", "unitPrice": "9.50"}]
    status, body = _post(deployed, "/3.0/orders", {"id": "O-1", "userId": MEMBER, "orderDetail": lines})
    _expect(status in {200, 201} and float(body["pointsAwarded"]) == ORDERED, status, body)
    _expect(_available(deployed) == EARNED, status, body)
    return f"a member joined, was awarded {AWARDED} points, twice with one key, and ordered for {ORDERED} more"


def check_stream(deployed: Deployed) -> str:
    """The projection of the award: the facts row of the member."""
    dynamodb = deployed.place.client("dynamodb")
    pk = _account(dynamodb, deployed)["pk"]
    _wait(lambda: _items(dynamodb, deployed, pk, facts.SORT_KEY), "no facts were written for the member")
    return "the stream's function wrote the facts of the member"


def check_schedule_queue_and_worker(deployed: Deployed) -> str:
    """Points on hold are released when their day has come, which is made to be yesterday in the table."""
    status, body = _post(deployed, "/3.0/points", {"id": MEMBER, "activity": "CREDIT", "actionId": HELD_ACTION})
    _expect(status in {200, 201} and _available(deployed) == EARNED, status, body)
    _backdate_hold(deployed)
    _fire_schedules(deployed)
    _wait(lambda: _available(deployed) > EARNED, "the points on hold were not released")
    return f"the schedule queued a hold that was due, the worker released it: {_available(deployed)} points"


def check_uploads(deployed: Deployed) -> str:
    """A file that is dropped in the bucket is taken by the function that the bucket's queue calls."""
    s3, bucket = deployed.place.client("s3"), deployed.outputs["BucketName"]
    told = landing.report(landing.PRODUCTS, SITE, FEED_NAME)
    s3.put_object(Bucket=bucket, Key=landing.dropped(landing.PRODUCTS, SITE, FEED_NAME), Body=FEED)

    def reports() -> list[Any]:
        found: list[Any] = s3.list_objects_v2(Bucket=bucket, Prefix=told).get("Contents", [])
        return found

    _wait(reports, "the dropped feed was not taken")
    report = json.loads(s3.get_object(Bucket=bucket, Key=told)["Body"].read())
    _expect(report.get("created") == 1, 0, report)
    return "a dropped product feed was taken and told of"


def check_dead_letters(deployed: Deployed) -> str:
    """Nothing was set aside."""
    sqs = deployed.place.client("sqs")
    found = {}
    for url in sqs.list_queues().get("QueueUrls", []):
        wanted = "ApproximateNumberOfMessages"
        counted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[wanted])["Attributes"][wanted]
        found[url.rpartition("/")[2]] = int(counted)
    dead = {name: count for name, count in found.items() if name.endswith(("-dead", "-failed")) and count}
    _expect(not dead and len(found) >= 3, 0, found)
    return "dead-letter queues are empty"


CHECKS: Final[tuple[Check, ...]] = (
    check_public_face,
    check_refusals,
    check_staff_face,
    check_core_face,
    check_stream,
    check_schedule_queue_and_worker,
    check_uploads,
    check_dead_letters,
)


def _available(deployed: Deployed) -> int:
    """The member's points by the API."""
    status, body = _get(deployed, "/3.0/points", MEMBER)
    _expect(status == 200, status, body)
    return int(body["availablePoints"])


def _backdate_hold(deployed: Deployed) -> None:
    """Let the one hold of the member have been due since yesterday, in the hold and in the index alike."""
    dynamodb = deployed.place.client("dynamodb")
    item = _items(dynamodb, deployed, _account(dynamodb, deployed)["pk"], "H#")[0]
    yesterday = datetime.now(UTC) - timedelta(days=1)
    _, group, place = item["sk"]["S"].split("#")
    held = hold.load(item["body"]["S"], group=group, place=int(place), version=int(item["ver"]["N"]))
    body = hold.dump(replace(held, release_at=int(yesterday.timestamp() * 1000)))
    kind, _, shard = item["due_pk"]["S"].split("#")
    dynamodb.update_item(
        TableName=deployed.table,
        Key={"pk": item["pk"], "sk": item["sk"]},
        UpdateExpression="SET body = :body, due_pk = :pk, due_sk = :sk",
        ExpressionAttributeValues={
            ":body": {"S": body},
            ":pk": {"S": f"{kind}#{yesterday.date().isoformat()}#{shard}"},
            ":sk": {"S": f"{yesterday:%Y-%m-%dT%H:%M:%S.%fZ}#{item['pk']['S']}"},
        },
    )


def _items(dynamodb: Any, deployed: Deployed, pk: Any, prefix: str) -> list[dict[str, Any]]:
    """The items of a partition whose sort keys begin so."""
    found: list[dict[str, Any]] = dynamodb.query(
        TableName=deployed.table,
        ConsistentRead=True,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
        ExpressionAttributeValues={":pk": pk, ":sk": {"S": prefix}},
    )["Items"]
    return found


def _fire_schedules(deployed: Deployed) -> None:
    """Invoke the target of every rule of the stack, as EventBridge does when its time has come."""
    events, functions = deployed.place.client("events"), deployed.place.client("lambda")
    rules = [rule for rule in events.list_rules()["Rules"] if rule["Name"].startswith(f"{deployed.stack}-")]
    _expect(bool(rules), 0, {"rules": "none"})
    for rule in rules:
        _expect(rule["State"] == "ENABLED", 0, rule)
        for target in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]:
            event = {
                "version": "0",
                "id": "smoke",
                "detail-type": "Scheduled Event",
                "source": "aws.events",
                "account": "000000000000",
                "time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
                "region": "us-east-1",
                "resources": [rule["Arn"]],
                "detail": {},
            }
            answer = functions.invoke(FunctionName=target["Arn"], Payload=json.dumps(event).encode())
            _expect("FunctionError" not in answer, 0, {"said": answer["Payload"].read().decode()[:2000]})


def _account(dynamodb: Any, deployed: Deployed) -> dict[str, Any]:
    """The one account of the smoke's site."""
    pages = dynamodb.scan(TableName=deployed.table, ConsistentRead=True)["Items"]
    found = [
        item
        for item in pages
        if item["sk"]["S"] == keys.ACCOUNT and (keys.parse_member(item["pk"]["S"]) or ("",))[0] == SITE
    ]
    _expect(len(found) == 1, 0, {"accounts": len(found)})
    account: dict[str, Any] = found[0]
    return account


def _get(deployed: Deployed, path: str, identifier: str) -> tuple[int, dict[str, Any]]:
    payload = tokens.identifier_literal(identifier)
    token = tokens.sign_client(SITE, SECRET, payload, now_seconds=time.time())
    return _send(deployed, "GET", f"{path}/{identifier}", token=token)


def _post(deployed: Deployed, path: str, body: Any, *, key: str | None = None) -> tuple[int, dict[str, Any]]:
    raw = json.dumps(body).encode()
    token = tokens.sign_client(SITE, SECRET, raw, now_seconds=time.time())
    return _send(deployed, "POST", path, token=token, raw=raw, key=key)


def _send(
    deployed: Deployed,
    method: str,
    path: str,
    *,
    token: str | None = None,
    raw: bytes | None = None,
    key: str | None = None,
) -> tuple[int, dict[str, Any]]:
    headers = {"Content-Type": "application/json", "X-AnnexCloud-Site": SITE}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if key:
        headers["Idempotency-Key"] = key
    request = urllib.request.Request(deployed.base + path, data=raw, headers=headers, method=method)  # noqa: S310 - loopback.
    try:
        with urllib.request.urlopen(request, timeout=REQUEST_SECONDS) as answer:  # noqa: S310 - loopback.
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            text = error.read().decode(errors="replace")
        return error.code, _parsed(text)
    except (urllib.error.URLError, TimeoutError) as error:
        raise PackagingFailed(f"{method} {path} got no answer: {error}") from error


def _parsed(text: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(text)
    except ValueError:
        return {"body": text[:500]}
    return found


def _wait(ready: Callable[[], Any], blame: str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if ready():
            return
        time.sleep(POLL_SECONDS)
    raise PackagingFailed(f"{blame} within {WAIT_SECONDS} s")


def _expect(held: bool, status: int, body: Any) -> None:  # noqa: FBT001 - reads as an assertion.
    if not held:
        raise PackagingFailed(f"unexpected answer {status}: {json.dumps(body, default=str)[:800]}")
