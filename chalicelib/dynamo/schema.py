"""The table as ``create_table`` wants it. The packaged template and every emulator are made from this."""

from typing import Any, Final

from chalicelib import settings

DUE_INDEX: Final = "due"
FIND_INDEX: Final = "find"
TTL_ATTRIBUTE: Final = "ttl"
_KEYS: Final = ("pk", "sk", "due_pk", "due_sk", "find_pk", "find_sk")


def _index(name: str) -> dict[str, Any]:
    return {
        "IndexName": name,
        "KeySchema": _key_schema(f"{name}_pk", f"{name}_sk"),
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }


def _key_schema(hash_key: str, range_key: str) -> list[dict[str, str]]:
    return [{"AttributeName": hash_key, "KeyType": "HASH"}, {"AttributeName": range_key, "KeyType": "RANGE"}]


TABLE_DEFINITION: Final[dict[str, Any]] = {
    "TableName": settings.TABLE,
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": _key_schema("pk", "sk"),
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in _KEYS],
    "GlobalSecondaryIndexes": [_index(DUE_INDEX), _index(FIND_INDEX)],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
}
