"""Wiring: the routes of this function's face, and the triggers. No rule stands here."""

import gc
import json
import logging
import sys
from typing import Any

# Nothing that is imported is garbage, and looking for some takes a seventh of a cold start.
gc.disable()

from chalice.app import Chalice, CloudWatchEvent, DynamoDBEvent, Rate, SQSEvent

from chalicelib import clock, settings
from chalicelib.api import faces
from chalicelib.dynamo import items, meter
from chalicelib.errors import traced
from chalicelib.ledger.auditing.daily import service as auditing
from chalicelib.outreach import service as outreach
from chalicelib.outreach.uploads import service as uploads
from chalicelib.reporting import service as reporting

app = Chalice(app_name="laurel", configure_logs=False)
_log = logging.getLogger("laurel")
if not _log.handlers:
    _handler = logging.StreamHandler(sys.stdout)
    _handler.setFormatter(logging.Formatter("%(message)s"))
    _log.addHandler(_handler)
    _log.setLevel(logging.INFO)
    _log.propagate = False

for blueprint in faces.blueprints(settings.FACE):
    app.register_blueprint(blueprint)

# The client is made while the function starts, not in somebody's first request.
items.connection()


@app.schedule(Rate(5, unit=Rate.MINUTES), name="sweep")
def sweep(event: CloudWatchEvent) -> dict[str, int]:  # noqa: ARG001
    """Queue what is due: expiries, holds, tiers, unfinished erasures."""
    with meter.metered() as counted:
        found = outreach.sweep(clock.now())
    _line("sweep", counted, found=found)
    return {"found": found}


@app.schedule(Rate(auditing.EVERY_MINUTES, unit=Rate.MINUTES), name="audit")
def audit(event: CloudWatchEvent) -> dict[str, int]:
    """Prove the book of every site, once a day, a slice at a time."""
    # Chalice calls a context a dict. No meter: it remembers every item that it saw.
    context: Any = event.context
    done = auditing.run_slice(clock.now(), lambda: context.get_remaining_time_in_millis() / 1000)
    said = {"steps": done.steps, "members": done.members, "faults": done.faults}
    _log.info(json.dumps({"op": "audit", "outcome": "done" if done.is_finished else "more", **said}))
    return said


@app.on_sqs_message(queue=settings.DUE_QUEUE, batch_size=10, name="settle_due")
def settle_due(event: SQSEvent) -> dict[str, Any]:
    """Do what the sweep found, message by message; those that fail come back alone."""
    return {"batchItemFailures": [failed for record in event.to_dict()["Records"] if (failed := _settled(record))]}


@app.on_sqs_message(queue=settings.UPLOADS_QUEUE, batch_size=1, name="take_upload")
def take_upload(event: SQSEvent) -> dict[str, Any]:
    """Take what landed in the bucket: read receipts, process photos, put product feeds into the catalogue."""
    return {"batchItemFailures": [failed for record in event.to_dict()["Records"] if (failed := _taken(record))]}


@app.on_dynamodb_record(stream_arn=settings.STREAM_ARN, batch_size=100, name="project")
def project(event: DynamoDBEvent) -> dict[str, Any]:
    """Keep facts and counters; a record that fails is where the stream goes on next time."""
    seen: set[tuple[str, str]] = set()
    failed: list[dict[str, str]] = []
    with meter.metered() as counted:
        for record in event.to_dict()["Records"]:
            change = record["dynamodb"]
            key = change["Keys"]["pk"]["S"], change["Keys"]["sk"]["S"]
            if key in seen or record.get("userIdentity", {}).get("principalId") == "dynamodb.amazonaws.com":
                continue
            seen.add(key)
            try:
                reporting.project(*key)
            except Exception as error:  # noqa: BLE001 - the outermost edge: whatever happens has an answer and a line.
                # Without a member's key in the log: the stream's own position finds the record again.
                _log.error(json.dumps({"op": "project", "outcome": "fault", **traced(error)}))
                failed = [{"itemIdentifier": change["SequenceNumber"]}]
                break
    _line("project", counted, outcome="retry" if failed else "done", items=len(seen))
    return {"batchItemFailures": failed}


def _settled(record: dict[str, Any]) -> dict[str, str] | None:
    message: dict[str, Any] = {}
    try:
        message = json.loads(record["body"])
        with meter.metered() as counted:
            outreach.work(message, clock.now())
    except Exception as error:  # noqa: BLE001 - the outermost edge: whatever happens has an answer and a line.
        _log.error(json.dumps({"op": f"settle.{message.get('kind')}", "outcome": "fault", **traced(error)}))
        return {"itemIdentifier": record["messageId"]}
    _line(f"settle.{message['kind']}", counted, site=outreach.site_of(message))
    return None


def _taken(record: dict[str, Any]) -> dict[str, str] | None:
    keys: list[str] = []
    try:
        keys = uploads.keys_of(record["body"])
        with meter.metered() as counted:
            taken = [uploads.take(key, clock.now()) for key in keys]
    except Exception as error:  # noqa: BLE001 - the outermost edge: whatever happens has an answer and a line.
        said = traced(error)
        _log.error(json.dumps({"op": "take_upload", "outcome": "fault", **said}))
        if int(record.get("attributes", {}).get("ApproximateReceiveCount", 1)) >= uploads.ATTEMPTS_MAX:
            _given_up(keys, str(said["error"]))
        return {"itemIdentifier": record["messageId"]}
    _line("take_upload", counted, taken=[each for each in taken if each])
    return None


def _given_up(keys: list[str], reason: str) -> None:
    for key in keys:
        try:
            uploads.give_up(key, reason, clock.now())
        except Exception as error:  # noqa: BLE001 - as above; the message goes to the dead letters in any case.
            _log.error(json.dumps({"op": "give_up", "outcome": "fault", **traced(error)}))


def _line(operation: str, counted: meter.Meter, **more: object) -> None:
    said = {
        "op": operation,
        "outcome": "done",
        **more,
        "ms": round(counted.seconds * 1000, 1),
        "calls": counted.calls,
        "rcu": counted.read_units,
        "wcu": counted.write_units,
        "index_wcu": counted.index_units,
    }
    _log.info(json.dumps(said, separators=(",", ":")))


# What stands by now stays for the life of the function: later collections need not look at it again.
gc.freeze()
gc.enable()
