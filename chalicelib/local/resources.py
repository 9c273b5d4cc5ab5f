"""The table, the bucket and the queues, made when they are not there: what the packaged template makes in the cloud."""

import contextlib
import json
from dataclasses import dataclass
from typing import Any, Final

from chalicelib import landing, settings
from chalicelib.dynamo.schema import TABLE_DEFINITION, TTL_ATTRIBUTE
from chalicelib.local import clients

RECEIVES_MAX: Final = 5
"""After so many attempts a message goes to the dead letters (as in ``.chalice/resources.yaml``)."""
VISIBILITY_SECONDS: Final = 60
TAKING_SECONDS: Final = 360
"""Reading a receipt may take a minute on a busy laptop: no second reader begins meanwhile."""
DEAD_LETTER_SECONDS: Final = 1_209_600
STREAM_FAILED_QUEUE: Final = f"{settings.TABLE}-stream-failed"


@dataclass(frozen=True, slots=True)
class Resources:
    """What the pump reads from."""

    stream_arn: str
    queue_url_by_name: dict[str, str]


def create() -> Resources:
    """Make whatever is missing; what exists keeps its data. May be called any number of times."""
    stream_arn = _table(clients.client("dynamodb"))
    sqs = clients.client("sqs")
    dead = _queue(sqs, f"{settings.DUE_QUEUE}-dead", {"MessageRetentionPeriod": str(DEAD_LETTER_SECONDS)})
    failed = _queue(sqs, STREAM_FAILED_QUEUE, {"MessageRetentionPeriod": str(DEAD_LETTER_SECONDS)})
    redrive = json.dumps({"deadLetterTargetArn": _arn(sqs, dead), "maxReceiveCount": str(RECEIVES_MAX)})
    due = _queue(sqs, settings.DUE_QUEUE, {"VisibilityTimeout": str(VISIBILITY_SECONDS), "RedrivePolicy": redrive})
    waiting = _queue(sqs, f"{settings.UPLOADS_QUEUE}-dead", {"MessageRetentionPeriod": str(DEAD_LETTER_SECONDS)})
    redrive = json.dumps({"deadLetterTargetArn": _arn(sqs, waiting), "maxReceiveCount": str(RECEIVES_MAX)})
    uploads = _queue(sqs, settings.UPLOADS_QUEUE, {"VisibilityTimeout": str(TAKING_SECONDS), "RedrivePolicy": redrive})
    _bucket(clients.client("s3"), _arn(sqs, uploads))
    queues = {
        settings.DUE_QUEUE: due,
        f"{settings.DUE_QUEUE}-dead": dead,
        STREAM_FAILED_QUEUE: failed,
        settings.UPLOADS_QUEUE: uploads,
        f"{settings.UPLOADS_QUEUE}-dead": waiting,
    }
    return Resources(stream_arn, queues)


def _bucket(s3: Any, queue_arn: str) -> None:
    """The bucket, whose notifications go to the queue, and to which a browser may post a form."""
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou, s3.exceptions.BucketAlreadyExists):
        s3.create_bucket(Bucket=settings.BUCKET)
    told = [
        {
            "Id": prefix,
            "QueueArn": queue_arn,
            "Events": ["s3:ObjectCreated:*"],
            "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": f"{prefix}/"}]}},
        }
        for prefix in (landing.INCOMING, landing.DROPPED)
    ]
    s3.put_bucket_notification_configuration(
        Bucket=settings.BUCKET, NotificationConfiguration={"QueueConfigurations": told}
    )
    rule = {"AllowedMethods": ["GET", "HEAD", "POST"], "AllowedOrigins": ["*"], "AllowedHeaders": ["*"]}
    s3.put_bucket_cors(Bucket=settings.BUCKET, CORSConfiguration={"CORSRules": [rule]})


def _table(dynamodb: Any) -> str:
    with contextlib.suppress(dynamodb.exceptions.ResourceInUseException):
        dynamodb.create_table(**TABLE_DEFINITION)
        dynamodb.get_waiter("table_exists").wait(TableName=settings.TABLE, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
        dynamodb.update_time_to_live(
            TableName=settings.TABLE,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": TTL_ATTRIBUTE},
        )
    return str(dynamodb.describe_table(TableName=settings.TABLE)["Table"]["LatestStreamArn"])


def _queue(sqs: Any, name: str, attributes: dict[str, str]) -> str:
    """Its address. A queue that exists gets the attributes too: creating it with others would be refused."""
    try:
        url = str(sqs.get_queue_url(QueueName=name)["QueueUrl"])
    except sqs.exceptions.QueueDoesNotExist:
        return str(sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])
    sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    return url


def _arn(sqs: Any, url: str) -> str:
    return str(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"])
