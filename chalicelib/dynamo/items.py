"""The base of every item, reads of one or many, and the connection they share."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Final, TypeVar

from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as ConnectionFault
from pynamodb.attributes import Attribute, UnicodeAttribute
from pynamodb.connection import TableConnection
from pynamodb.connection.base import MetaTable
from pynamodb.constants import NUMBER
from pynamodb.exceptions import PynamoDBException
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model

from chalicelib import clients, clock, settings
from chalicelib.dynamo import meter, rehearsal, schema

CONNECT_TIMEOUT_SECONDS: Final = 1
READ_TIMEOUT_SECONDS: Final = 3
RETRIES_MAX: Final = 2
POOL_CONNECTIONS: Final = 32
USER_AGENT: Final = "laurel/3.0"
BATCH_GET_MAX: Final = 100
"""Keys a BatchGetItem takes (AWS limit)."""
READ_AT_ONCE_MAX: Final = 1_000
"""Items that one reading asks for, whatever a programme names."""
BATCH_ROUNDS_MAX: Final = 8
BATCH_PAUSE_SECONDS: Final = 0.005
"""Doubled with every round in which the engine left keys unread, because it is throttled."""


class EngineUnavailable(Exception):
    """DynamoDB did not answer, or not in time, more often than we retry. Whether a commit took effect is
    unknown to the caller; sending the request again with its key is safe.
    """


class Whole(Attribute[int]):
    """A DynamoDB number that is a Python int, and nothing else: a float never gets near points."""

    attr_type = NUMBER

    def serialize(self, value: int) -> str:
        """Digits of an int; anything else is a programming error."""
        if type(value) is not int:
            raise TypeError(f"{self.attr_name} holds whole numbers, not {type(value).__name__}")
        return str(value)

    def deserialize(self, value: str) -> int:
        """The int that was stored, also where an engine writes it as ``1E+2``."""
        try:
            return int(value)
        except ValueError:
            exact = Decimal(value)
            if exact != exact.to_integral_value():
                raise
            return int(exact)


class Item(Model):
    """An item of the table. Subclasses name their attributes; they never change the keys."""

    class Meta:
        table_name = settings.TABLE
        region = settings.REGION

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


AnyItem = TypeVar("AnyItem", bound=Item)
Address = tuple[type[Item], str, str]


_connection: TableConnection | None = None


def connection() -> TableConnection:
    """The one connection of this process, shared by all items; its client is made on first call."""
    global _connection
    if _connection is None:
        # Made from the whole definition: the base item knows no index, and PynamoDB then refuses to query one.
        made = TableConnection(settings.TABLE, region=settings.REGION, meta_table=MetaTable(schema.TABLE_DEFINITION))
        # Subclasses inherit it; a connection per class would make a client, 70 ms of a cold start, for each.
        Item._connection = made  # noqa: SLF001 - PynamoDB has no public way to set its connection.
        # PynamoDB takes any botocore client. Ours names itself, so that botocore does not compose a description
        # of this machine for every single request, a fifth of what a call costs.
        made.connection._client = _client()  # noqa: SLF001 - as above.
        meter.attach(made.connection.client)
        _connection = made
    return _connection


def _client() -> Any:
    config = Config(
        user_agent=USER_AGENT,
        parameter_validation=False,
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=READ_TIMEOUT_SECONDS,
        max_pool_connections=POOL_CONNECTIONS,
        retries={"mode": "standard", "total_max_attempts": 1 + RETRIES_MAX},
    )
    return clients.client("dynamodb", config)


def reconnect() -> None:
    """Forget the connection, so that the next call uses the engine the environment names now (tests, laptop)."""
    global _connection
    _connection = None
    for cls in _all_classes(Item):
        # Set on a subclass, even to None, it would hide the shared connection from then on.
        if "_connection" in vars(cls):
            del cls._connection


def get(cls: type[AnyItem], pk: str, sk: str) -> AnyItem | None:
    """One consistent read; ``None`` when there is no such item."""
    world = rehearsal.current()
    if world is not None and world.covers(pk, sk):
        found = world.find(pk, sk)
    else:
        with _read():
            found = connection().get_item(pk, sk, consistent_read=True).get("Item")
    if world is not None:
        world.read(pk, sk, found)
    return None if found is None else cls.from_raw_data(dict(found))


def get_many(addresses: Sequence[Address]) -> list[Any]:
    """Consistent reads of items in the order asked, ``None`` where there is none: a call for each hundred of them."""
    if len(addresses) > READ_AT_ONCE_MAX:
        raise ValueError(f"at most {READ_AT_ONCE_MAX} items at once")
    if len(addresses) > BATCH_GET_MAX:
        parts = (addresses[first : first + BATCH_GET_MAX] for first in range(0, len(addresses), BATCH_GET_MAX))
        return [item for part in parts for item in get_many(part)]
    world = rehearsal.current()
    asked = [(pk, sk) for _, pk, sk in addresses]
    there = [] if world is None else [place for place in asked if world.covers(*place)]
    wanted = [place for place in dict.fromkeys(asked) if place not in there]
    found = _batch(wanted) if world is None or not world.alone else _once(world, wanted)
    if world is not None:
        found |= {place: item for place in there if (item := world.find(*place)) is not None}
        for place in asked:
            world.read(*place, found.get(place))
    raw = [(cls, found.get((pk, sk))) for cls, pk, sk in addresses]
    return [None if item is None else cls.from_raw_data(dict(item)) for cls, item in raw]


def _once(world: rehearsal.Rehearsal, places: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    """What a rehearsal that is alone sees of the table: definitions of the site, which stay as they were first read."""
    unseen = [place for place in dict.fromkeys(places) if place not in world.seen]
    fresh = _batch(unseen) if unseen else {}
    world.seen |= {place: fresh.get(place) for place in unseen}
    return {place: item for place in places if (item := world.seen[place]) is not None}


def _batch(places: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    """Those of the items that there are, read consistently."""
    wanted: list[dict[str, Any]] = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in places]
    found: dict[tuple[str, str], Any] = {}
    for attempt in range(BATCH_ROUNDS_MAX):
        if not wanted:
            break
        if attempt:
            clock.sleep(BATCH_PAUSE_SECONDS * 2**attempt)
        with _read():
            reply = connection().connection.client._make_api_call(  # noqa: SLF001 - PynamoDB reads one class at a time.
                "BatchGetItem", {"RequestItems": {settings.TABLE: {"Keys": wanted, "ConsistentRead": True}}}
            )
        for item in reply.get("Responses", {}).get(settings.TABLE, []):
            found[item["pk"]["S"], item["sk"]["S"]] = item
        wanted = reply.get("UnprocessedKeys", {}).get(settings.TABLE, {}).get("Keys", [])
    if wanted:
        # What was not read is not absent: a decision on it would be wrong.
        raise EngineUnavailable
    return found


def put_many(written: Sequence[Item]) -> None:
    """Write items over whatever is there, 25 a call (DynamoDB's limit): for what may be repeated and rests on nothing.

    Not one transaction: after a failure some may be written and the whole is to be sent again. Raises
    ``EngineUnavailable``.
    """
    world = rehearsal.current()
    if world is not None:
        for item in written:
            world.put(item.pk, item.sk, item.serialize())
        return
    connection()
    with _read(), Item.batch_write() as batch:
        for item in {(item.pk, item.sk): item for item in written}.values():
            batch.save(item)


def query(
    cls: type[AnyItem],
    pk: str,
    sort: Condition | None = None,
    *,
    limit: int,
    newest_first: bool = False,
    consistent: bool = True,
) -> Iterator[AnyItem]:
    """At most ``limit`` items of one partition, in key order or against it."""
    connection()
    world = rehearsal.current()
    if world is not None and (world.hides(pk) or world.touched(pk)):
        yield from _rehearsed(world, cls, pk, sort, limit=limit, newest_first=newest_first)
        return
    found = cls.query(
        pk, sort, limit=limit, page_size=limit, scan_index_forward=not newest_first, consistent_read=consistent
    )
    with _read():
        yield from found


def _rehearsed(
    world: rehearsal.Rehearsal, cls: type[AnyItem], pk: str, sort: Condition | None, *, limit: int, newest_first: bool
) -> Iterator[AnyItem]:
    """A query that sees the rehearsal: as many of the table's items as may be replaced are read beyond the limit."""
    raw: list[rehearsal.Raw] = []
    if not world.hides(pk):
        wide = limit + world.touched(pk)
        stored = cls.query(
            pk, sort, limit=wide, page_size=wide, scan_index_forward=not newest_first, consistent_read=True
        )
        with _read():
            raw = [item.serialize() for item in stored]
    merged = world.merged(raw, pk, sort)
    for item in (merged[::-1] if newest_first else merged)[:limit]:
        yield cls.from_raw_data(dict(item))


@contextmanager
def _read() -> Iterator[None]:
    """Tell an engine that does not answer, or not now, from a defect of ours."""
    try:
        yield
    except (ConnectionFault, HTTPClientError) as fault:
        raise EngineUnavailable from fault
    except ClientError as fault:
        if fault.response.get("Error", {}).get("Code") in _BUSY:
            raise EngineUnavailable from fault
        raise
    except PynamoDBException as fault:
        if isinstance(fault.cause, (ConnectionFault, HTTPClientError)) or fault.cause_response_code in _BUSY:
            raise EngineUnavailable from fault
        raise


_BUSY: Final = frozenset(
    {
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "InternalServerError",
        "ServiceUnavailable",
    }
)


def _all_classes(cls: type[Item]) -> Iterator[type[Item]]:
    yield cls
    for child in cls.__subclasses__():
        yield from _all_classes(child)
