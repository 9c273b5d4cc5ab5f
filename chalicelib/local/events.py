"""Events in the shapes that Lambda is handed, made of what the queues and the stream give."""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

REGION: Final = "us-east-1"
ACCOUNT: Final = "000000000000"
_CASE_IN_LAMBDA: Final = {"PrincipalId": "principalId", "Type": "type"}


def scheduled(name: str, now: datetime) -> dict[str, Any]:
    """A schedule has fired (EventBridge)."""
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}"],
        "detail": {},
    }


def queued(messages: Sequence[Mapping[str, Any]], queue: str) -> dict[str, Any]:
    """Messages of a queue, as ``receive_message`` gave them."""
    return {"Records": [_message(message, f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}") for message in messages]}


def streamed(records: Sequence[Mapping[str, Any]], stream_arn: str) -> dict[str, Any]:
    """Records of a stream, as ``get_records`` gave them."""
    return {"Records": [_record(record, stream_arn) for record in records]}


def failed_ids(result: object) -> list[str] | None:
    """Which of a batch failed by the function's own word; ``None`` when it says nothing that makes sense.

    Then the whole batch counts as failed, as Lambda has it for partial batch responses.
    """
    if result is None or result == {}:
        return []
    if not isinstance(result, Mapping):
        return None
    failures = result.get("batchItemFailures", [])
    if not isinstance(failures, list):
        return [] if failures is None else None
    ids = [failure.get("itemIdentifier") if isinstance(failure, Mapping) else None for failure in failures]
    return [each for each in ids if each] if all(ids) else None


def _message(message: Mapping[str, Any], arn: str) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": dict(message.get("MessageAttributes", {})),
        "md5OfBody": message.get("MD5OfBody", ""),
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": REGION,
    }


def _record(record: Mapping[str, Any], stream_arn: str) -> dict[str, Any]:
    change = dict(record["dynamodb"])
    created = change.get("ApproximateCreationDateTime")
    if isinstance(created, datetime):
        change["ApproximateCreationDateTime"] = created.timestamp()
    for image in ("Keys", "NewImage", "OldImage"):
        if image in change:
            change[image] = {name: _value(value) for name, value in change[image].items()}
    shaped = {**record, "dynamodb": change, "eventSourceARN": stream_arn}
    if "userIdentity" in record:
        identity = record["userIdentity"]
        shaped["userIdentity"] = {_CASE_IN_LAMBDA.get(name, name): value for name, value in identity.items()}
    return shaped


def _value(value: Mapping[str, Any]) -> dict[str, Any]:
    """A value as JSON carries it: bytes in base64."""
    ((kind, content),) = value.items()
    if kind == "B":
        return {kind: base64.b64encode(content).decode()}
    if kind == "BS":
        return {kind: [base64.b64encode(each).decode() for each in content]}
    if kind == "L":
        return {kind: [_value(each) for each in content]}
    if kind == "M":
        return {kind: {name: _value(each) for name, each in content.items()}}
    return {kind: content}
