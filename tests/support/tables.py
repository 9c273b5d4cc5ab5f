"""Tables to test on: moto in this process, and any engine behind an address."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.config import Config
from moto import mock_aws
from moto.dynamodb.responses import DynamoHandler

from chalicelib import clock, settings
from chalicelib.dynamo import claims, items, schema
from tests.support import amazon

_ENDPOINT = "AWS_ENDPOINT_URL_DYNAMODB"
_one_call = threading.Lock()


_clients: dict[str, tuple[Any, Any]] = {}
"""By engine: a botocore client of ours, and the product's connection. Making them takes longer than a test."""


@contextmanager
def moto_table() -> Iterator[Any]:
    """A fresh table in this process; yields a botocore client that the product does not share."""
    with mock_aws(), _calls_in_turn(), _fresh_table("moto") as client:
        yield client


def begin_anew(client: Any) -> None:
    """Empty moto's table between tests: it copies the whole table for each transaction, so that a full one is slow."""
    client.delete_table(TableName=settings.TABLE)
    client.create_table(**schema.TABLE_DEFINITION)


@contextmanager
def engine_table(endpoint: str) -> Iterator[Any]:
    """A fresh table on the engine at that address; yields a botocore client that the product does not share."""
    before = os.environ.get(_ENDPOINT)
    os.environ[_ENDPOINT] = endpoint
    try:
        with _fresh_table(endpoint) as client:
            yield client
    finally:
        os.environ.pop(_ENDPOINT)
        if before is not None:
            os.environ[_ENDPOINT] = before


@contextmanager
def _fresh_table(engine: str) -> Iterator[Any]:
    client, shared = _connected(engine)
    if settings.TABLE in client.list_tables()["TableNames"]:
        # Engines of their own take half a second to make a table and a moment to empty one.
        _empty(client)
    else:
        client.create_table(**schema.TABLE_DEFINITION)
        client.get_waiter("table_exists").wait(TableName=settings.TABLE, WaiterConfig={"Delay": 1})
    items.reconnect()
    items._connection = items.Item._connection = shared
    claims.clear_cache()
    try:
        yield client
    finally:
        clock.move_to(None)
        items.reconnect()
        claims.clear_cache()


def _connected(engine: str) -> tuple[Any, Any]:
    if engine not in _clients:
        config = Config(connect_timeout=5, read_timeout=20, max_pool_connections=64)
        client = amazon.client("dynamodb", config)
        items.reconnect()
        _clients[engine] = client, items.connection()
    return _clients[engine]


def _empty(client: Any) -> None:
    keys = [{"DeleteRequest": {"Key": {name: item[name] for name in ("pk", "sk")}}} for item in everything(client)]
    for start in range(0, len(keys), 25):
        client.batch_write_item(RequestItems={settings.TABLE: keys[start : start + 25]})


@contextmanager
def _calls_in_turn() -> Iterator[None]:
    """moto rolls a transaction back by copying the table, which undoes what another thread wrote meanwhile."""
    original = DynamoHandler.call_action

    def in_turn(handler: DynamoHandler) -> Any:
        with _one_call:
            return original(handler)

    DynamoHandler.call_action = in_turn
    try:
        yield
    finally:
        DynamoHandler.call_action = original


def raw_items(client: Any, pk: str, prefix: str = "") -> list[dict[str, Any]]:
    """All items of a partition as the engine gives them, in key order, by a client of our own."""
    query = {
        "TableName": settings.TABLE,
        "ConsistentRead": True,
        "KeyConditionExpression": "pk = :pk" + (" AND begins_with(sk, :sk)" if prefix else ""),
        "ExpressionAttributeValues": {":pk": {"S": pk}} | ({":sk": {"S": prefix}} if prefix else {}),
    }
    found: list[dict[str, Any]] = []
    for page in client.get_paginator("query").paginate(**query):
        found += page["Items"]
    return found


def everything(client: Any) -> list[dict[str, Any]]:
    """All items of the table."""
    return [item for page in client.get_paginator("scan").paginate(TableName=settings.TABLE) for item in page["Items"]]
