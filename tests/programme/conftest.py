"""An empty table in process, and a programme service that remembers nothing of the test before."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib import clock, settings
from chalicelib.dynamo import items
from chalicelib.dynamo.schema import TABLE_DEFINITION
from chalicelib.programme import service

TABLE_NAME = TABLE_DEFINITION["TableName"]


@pytest.fixture(scope="module")
def aws() -> Iterator[Any]:
    """Emulated AWS for the tests of one module: making its clients takes longer than a test."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", "testing")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        with mock_aws():
            items.reconnect()
            yield boto3.client("dynamodb", region_name=settings.REGION)
    items.reconnect()


@pytest.fixture
def table(aws: Any) -> Iterator[Any]:
    aws.create_table(**TABLE_DEFINITION)
    service.clear_caches()
    yield aws
    aws.delete_table(TableName=TABLE_NAME)
    service.clear_caches()
    clock.move_to(None)
