"""A bucket in this process, for what stands on uploads."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib import settings
from chalicelib.gateways import queue, storage
from tests.support import amazon


@contextmanager
def bucket() -> Iterator[Any]:
    """An empty bucket of moto, within ``moto_table``; yields a botocore client that the product does not share."""
    client = amazon.client("s3")
    sqs = amazon.client("sqs")
    client.create_bucket(Bucket=settings.BUCKET)
    for name in (settings.UPLOADS_QUEUE, settings.DUE_QUEUE):
        sqs.create_queue(QueueName=name)
    storage.forget_clients()
    queue.forget_clients()
    try:
        yield client
    finally:
        for key in keys(client):
            client.delete_object(Bucket=settings.BUCKET, Key=key)
        client.delete_bucket(Bucket=settings.BUCKET)
        storage.forget_clients()
        queue.forget_clients()


def keys(client: Any) -> list[str]:
    """Everything in the bucket, in order."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=settings.BUCKET)
    return [found["Key"] for page in pages for found in page.get("Contents", [])]


def put(client: Any, key: str, data: bytes) -> None:
    """Put an object there as another system would."""
    client.put_object(Bucket=settings.BUCKET, Key=key, Body=data)
