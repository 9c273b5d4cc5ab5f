from datetime import UTC, datetime
from typing import Any

import pytest
from chalice.app import Chalice, Cron, Rate

from chalicelib.local import events, triggers


def app_with_triggers() -> Chalice:
    app = Chalice("laurel-test", configure_logs=False)

    @app.schedule(Rate(5, unit=Rate.MINUTES), name="sweep")
    def sweep(event: Any) -> dict[str, Any]:
        return {"time": event.time, "source": event.source}

    @app.on_sqs_message(queue="laurel-due", batch_size=7, name="settle_due")
    def settle_due(event: Any) -> list[tuple[str, str]]:
        return [(record.body, record.receipt_handle) for record in event]

    @app.on_dynamodb_record(stream_arn="arn:aws:dynamodb:::table/t/stream/s", batch_size=50, name="project")
    def project(event: Any) -> list[Any]:
        return [(record.event_name, record.keys, record.sequence_number, record.event_source_arn) for record in event]

    return app


def test_what_fires_is_read_from_the_app() -> None:
    found = triggers.of(app_with_triggers())

    assert [(each.name, each.every_seconds) for each in found.schedules] == [("sweep", 300)]
    assert [(each.queue, each.batch_size) for each in found.queues] == [("laurel-due", 7)]
    assert [each.batch_size for each in found.streams] == [50]


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [
        ("rate(1 minute)", 60),
        ("rate(2 hours)", 7200),
        (Rate(1, unit=Rate.DAYS), 86_400),
        (Cron(0, 3, "*", "*", "?", "*"), triggers.CRON_SECONDS),
    ],
)
def test_a_schedule_says_how_often_it_runs(expression: Any, seconds: int) -> None:
    app = Chalice("laurel-test", configure_logs=False)
    app.schedule(expression, name="sweep")(lambda event: event)

    assert triggers.of(app).schedules[0].every_seconds == seconds


def test_a_trigger_that_the_laptop_cannot_fire_is_no_secret() -> None:
    app = Chalice("laurel-test", configure_logs=False)
    app.on_s3_event(bucket="uploads", name="intake")(lambda event: event)

    with pytest.raises(ValueError, match="intake"):
        triggers.of(app)


def test_functions_understand_the_events_they_are_handed() -> None:
    found = triggers.of(app_with_triggers())
    now = datetime(2026, 8, 19, 12, 30, tzinfo=UTC)
    message = {"MessageId": "m", "ReceiptHandle": "handle", "Body": "{}", "MD5OfBody": "x"}
    record = {
        "eventID": "1",
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "eventVersion": "1.1",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "Keys": {"pk": {"S": "M#1"}, "raw": {"B": b"\x00"}},
            "SequenceNumber": "42",
            "SizeBytes": 3,
            "StreamViewType": "KEYS_ONLY",
            "ApproximateCreationDateTime": now,
        },
        "userIdentity": {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"},
    }

    swept = found.schedules[0].function(events.scheduled("sweep", now), None)
    settled = found.queues[0].function(events.queued([message], "laurel-due"), None)
    streamed = events.streamed([record], "arn:stream")
    projected = found.streams[0].function(streamed, None)

    assert swept == {"time": "2026-08-19T12:30:00Z", "source": "aws.events"}
    assert settled == [("{}", "handle")]
    assert projected == [("INSERT", {"pk": {"S": "M#1"}, "raw": {"B": "AA=="}}, "42", "arn:stream")]
    assert streamed["Records"][0]["dynamodb"]["ApproximateCreationDateTime"] == now.timestamp()
    assert streamed["Records"][0]["userIdentity"]["principalId"] == "dynamodb.amazonaws.com"


@pytest.mark.parametrize(
    ("result", "failed"),
    [
        (None, []),
        ({}, []),
        ({"batchItemFailures": []}, []),
        ({"batchItemFailures": None}, []),
        ({"batchItemFailures": [{"itemIdentifier": "a"}]}, ["a"]),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, None),
        ({"batchItemFailures": [{"id": "a"}]}, None),
        ({"batchItemFailures": "a"}, None),
        ("done", None),
    ],
)
def test_what_failed_is_read_as_lambda_reads_it(result: object, failed: list[str] | None) -> None:
    assert events.failed_ids(result) == failed
