"""The engine in memory answers as DynamoDB Local does: chosen operations, then random ones, on both at once."""

import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import chain
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib import settings
from tests.simulation.engine import ACTIONS_MAX, Engine, Refused
from tests.support.fixtures import dynamodb_local_endpoint
from tests.support.tables import engine_table

__all__ = ["dynamodb_local_endpoint"]

STEPS = 120
Call = tuple[str, dict[str, Any]]
Both = Callable[[str, dict[str, Any]], Any]
S = "S"
_SNAKE = {
    "GetItem": "get_item",
    "BatchGetItem": "batch_get_item",
    "Query": "query",
    "Scan": "scan",
    "PutItem": "put_item",
    "UpdateItem": "update_item",
    "DeleteItem": "delete_item",
    "TransactWriteItems": "transact_write_items",
}
_NOT_OURS = {"ResponseMetadata", "ConsumedCapacity"}

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def reference(dynamodb_local_endpoint: str) -> Iterator[Any]:
    with engine_table(dynamodb_local_endpoint) as client:
        yield client


@pytest.fixture
def both(reference: Any) -> Both:
    """Calls both engines, and fails unless they say the same; keys of each test are its own."""
    engine = Engine()

    def call(operation: str, params: dict[str, Any]) -> Any:
        engine.settle_indexes()
        mine = said_by_engine(engine, operation, params)
        theirs = said_by_reference(reference, operation, params)
        if operation == "Query" and isinstance(mine, dict) and isinstance(theirs, dict):
            # A page that ends with its range may say so at once, or only by an empty page.
            for page in (mine, theirs):
                last = page.get("LastEvaluatedKey")
                if last and not engine.call("Query", params | {"ExclusiveStartKey": last})["Count"]:
                    del page["LastEvaluatedKey"]
        assert mine == theirs, (operation, params)
        return mine

    return call


def said_by_engine(engine: Engine, operation: str, params: dict[str, Any]) -> Any:
    try:
        return told(engine.call(operation, params))
    except Refused as refused:
        return refused.code, list(refused.reasons)


def said_by_reference(client: Any, operation: str, params: dict[str, Any]) -> Any:
    named = params if operation in {"BatchGetItem", "TransactWriteItems"} else {"TableName": settings.TABLE, **params}
    try:
        return told(getattr(client, _SNAKE[operation])(**named))
    except ClientError as error:
        reasons = [reason["Code"] for reason in error.response.get("CancellationReasons", [])]
        return error.response["Error"]["Code"], reasons


def told(answer: dict[str, Any]) -> dict[str, Any]:
    """What matters of an answer; a batch has no order, and an engine may write a number in several ways."""
    kept = {name: exact(value) for name, value in answer.items() if name not in _NOT_OURS}
    if "Responses" in kept:
        kept["Responses"] = {table: sorted(found, key=str) for table, found in kept["Responses"].items()}
    return kept


def exact(value: Any) -> Any:
    if isinstance(value, list):
        return [exact(each) for each in value]
    if isinstance(value, dict):
        return {name: Decimal(each) if name == "N" else exact(each) for name, each in value.items()}
    return value


def key(sk: str, pk: str) -> dict[str, Any]:
    return {"pk": {S: pk}, "sk": {S: sk}}


def item(sk: str, pk: str, **more: Any) -> dict[str, Any]:
    typed = {name: {"N": str(value)} if isinstance(value, int) else {S: value} for name, value in more.items()}
    return key(sk, pk) | typed


@pytest.fixture
def pk(request: pytest.FixtureRequest) -> str:
    return request.node.name


def put(both: Both, sk: str, pk: str, **more: Any) -> None:
    both("PutItem", {"Item": item(sk, pk, **more)})


@pytest.mark.parametrize(
    "condition",
    [
        "attribute_exists (#n)", "attribute_not_exists (#n)", "attribute_exists (#none)", "#n = :five", "#n <> :five",
        "#n < :six", "#n <= :five", "#n > :five", "#n >= :six", "#n BETWEEN :five AND :six", "#n IN (:six, :five)",
        "#none = :five", "#none <> :five", "#n = :text", "#n <> :text", "#n < :text", "begins_with (#t, :text)",
        "contains (#t, :text)", "NOT #n = :five", "(#n = :five AND #t = :text)", "#n = :six OR #t = :text",
        "#n = :six AND #n = :six OR #n = :five", "NOT (#n = :five OR #n = :six) AND #t = :text", "size (#t) = :five",
        "attribute_type (#t, :kind)", "#n = #m", "#n < #m",
    ],
)  # fmt: skip
def test_conditions_mean_the_same(both, pk, condition):
    put(both, "a", pk, n=5, m=7, t="texts")
    names = {f"#{name}": name for name in ("n", "m", "t", "none") if f"#{name}" in condition.replace("#none", "#x")}
    names |= {"#none": "none"} if "#none" in condition else {}
    values = {":five": {"N": "5"}, ":six": {"N": "6"}, ":text": {S: "texts"}, ":kind": {S: S}}
    used = {name: value for name, value in values.items() if name in condition}

    check: dict[str, Any] = {"ConditionExpression": condition, "ExpressionAttributeNames": names}
    both("PutItem", {"Item": item("a", pk, n=6), **check, **({"ExpressionAttributeValues": used} if used else {})})
    both("GetItem", {"Key": key("a", pk)})


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("SET #n = :v", {":v": {"N": "9"}}),
        ("SET #n = #n + :v, #o = #n", {":v": {"N": "9"}}),
        ("SET #n = #n - :v REMOVE #o", {":v": {"N": "0.5"}}),
        ("ADD #n :v", {":v": {"N": "-10"}}),
        ("ADD #o :v SET #n = if_not_exists(#o, :v)", {":v": {"N": "1E+2"}}),
        ("REMOVE #n, #o", {}),
        ("SET #n = :v REMOVE #o ADD #p :v", {":v": {"N": "1"}}),
        ("SET #n = #o", {}),
        ("SET #n = list_append(:v, :v)", {":v": {"L": [{"S": "x"}]}}),
        ("ADD #t :v", {":v": {"N": "1"}}),
    ],
)
def test_updates_mean_the_same(both, pk, expression, values):
    put(both, "a", pk, n=5, t="text")
    names = {f"#{name}": name for name in "notp" if f"#{name}" in expression}

    for sk in ("a", "new"):
        update = {"Key": key(sk, pk), "UpdateExpression": expression, "ExpressionAttributeNames": names}
        update |= {"ExpressionAttributeValues": values} if values else {}
        both("UpdateItem", update | {"ReturnValues": "ALL_NEW"})
        both("GetItem", {"Key": key(sk, pk)})


@pytest.mark.parametrize("returned", ["NONE", "ALL_OLD"])
def test_what_was_there_is_given_back(both, pk, returned):
    for n in (1, 2):
        both("PutItem", {"Item": item("a", pk, n=n), "ReturnValues": returned})
    for _ in range(2):
        both("DeleteItem", {"Key": key("a", pk), "ReturnValues": returned})


@pytest.mark.parametrize("number", ["0", "-0", "007", "1.50", "1E+2", "-3.0", "123456789012345678901234567890"])
def test_numbers_come_back_the_same(both, pk, number):
    both("PutItem", {"Item": {**key("a", pk), "n": {"N": number}}})
    both("GetItem", {"Key": key("a", pk), "ConsistentRead": True})


@pytest.mark.parametrize("condition", ["#sk < :b", "#sk <= :b", "#sk > :b", "#sk >= :b", "#sk = :b",
                                       "#sk BETWEEN :b AND :c", "begins_with (#sk, :b )", None])  # fmt: skip
@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("limit", [None, 1, 2, 4, 9])
def test_partitions_are_read_in_the_same_pages(both, pk, condition, forward, limit):
    for sk in ("a", "b", "bé", "bz", "c", "d\U0001f600", "d\ufffd"):
        put(both, sk, pk, n=1)
    values = {":pk": {S: pk}, ":b": {S: "b"}, ":c": {S: "c"}}
    expression = "#pk = :pk" + (f" AND {condition}" if condition else "")
    query = {
        "KeyConditionExpression": expression,
        "ExpressionAttributeNames": {"#pk": "pk"} | ({"#sk": "sk"} if condition else {}),
        "ExpressionAttributeValues": {name: values[name] for name in values if f"{name} " in f"{expression} "},
        "ScanIndexForward": forward,
        "ConsistentRead": True,
    } | ({"Limit": limit} if limit else {})

    page = both("Query", query)
    while "LastEvaluatedKey" in page:
        page = both("Query", query | {"ExclusiveStartKey": page["LastEvaluatedKey"]})


def test_a_page_goes_on_after_an_item_that_is_gone(both, pk):
    for sk in ("a", "b", "c"):
        put(both, sk, pk)
    values = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {S: pk}}}
    last = both("Query", values | {"Limit": 2})["LastEvaluatedKey"]
    both("DeleteItem", {"Key": key("b", pk)})

    both("Query", values | {"ExclusiveStartKey": last})
    both("Query", values | {"ExclusiveStartKey": last, "ScanIndexForward": False})


def test_a_page_ends_at_a_megabyte(both, pk):
    for sk in "abcdef":
        put(both, sk, pk, t="x" * 300_000)
    query = {
        "KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {S: pk}},
        "ProjectionExpression": "sk",
    }  # fmt: skip

    first = both("Query", query)

    both("Query", query | {"ExclusiveStartKey": first["LastEvaluatedKey"]})


def test_indexes_are_sparse_and_keep_keys_only(both, pk):
    put(both, "a", pk, due_pk=f"{pk}#1", due_sk="2", n=1)
    put(both, "b", pk, due_pk=f"{pk}#1", due_sk="1", n=1)
    put(both, "c", pk, due_pk=f"{pk}#2", due_sk="1")
    put(both, "d", pk, due_pk=f"{pk}#1")
    put(both, "e", pk, n=1)
    query = {
        "IndexName": "due", "KeyConditionExpression": "due_pk = :p AND due_sk < :s",
        "ExpressionAttributeValues": {":p": {S: f"{pk}#1"}, ":s": {S: "9"}},
    }  # fmt: skip

    assert both("Query", query)["Count"] == 2
    page = both("Query", query | {"Limit": 1})
    both("Query", query | {"Limit": 1, "ExclusiveStartKey": page["LastEvaluatedKey"]})
    put(both, "a", pk, n=1)
    both("DeleteItem", {"Key": key("b", pk)})
    assert both("Query", query)["Count"] == 0
    both("Query", query | {"ConsistentRead": True})
    both("PutItem", {"Item": item("f", pk, due_pk=1, due_sk="1")})


def test_batches_find_what_there_is(both, pk):
    put(both, "a", pk, n=1)
    put(both, "b", pk, n=2)

    for sks in ("abc", "aa", map(str, range(101))):
        asked = {"Keys": [key(sk, pk) for sk in sks], "ConsistentRead": True}
        both("BatchGetItem", {"RequestItems": {settings.TABLE: asked}})


def action(kind: str, sk: str, pk: str, **more: Any) -> dict[str, Any]:
    place = {"Item": item(sk, pk, n=1)} if kind == "Put" else {"Key": key(sk, pk)}
    return {kind: {"TableName": settings.TABLE, **place, **more}}


ABSENT = {"ConditionExpression": "attribute_not_exists (pk)"}
THERE = {"ConditionExpression": "attribute_exists (pk)"}


def test_a_transaction_is_all_or_nothing(both, pk):
    put(both, "there", pk, n=1)
    add = {"UpdateExpression": "ADD n :v", "ExpressionAttributeValues": {":v": {"N": "1"}}}
    fine = [
        action("ConditionCheck", "there", pk, **THERE),
        action("Put", "new", pk, **ABSENT),
        action("Update", "counter", pk, **add),
        action("Delete", "none", pk),
    ]

    both("TransactWriteItems", {"TransactItems": fine})
    both("TransactWriteItems", {"TransactItems": fine})
    both("TransactWriteItems", {"TransactItems": [fine[2], action("Delete", "there", pk, **ABSENT), fine[1]]})
    for sk in ("there", "new", "counter"):
        both("GetItem", {"Key": key(sk, pk)})


def test_a_token_makes_a_transaction_once(both, pk):
    add = {"UpdateExpression": "ADD n :v", "ExpressionAttributeValues": {":v": {"N": "1"}}}
    one, other = [action("Update", "a", pk, **add)], [action("Update", "b", pk, **add)]

    for actions in (one, one, other):
        both("TransactWriteItems", {"TransactItems": actions, "ClientRequestToken": f"{pk:.36}"})
    for sk in "ab":
        both("GetItem", {"Key": key(sk, pk)})


def test_the_bounds_of_transactions_are_the_same(both, pk):
    both("TransactWriteItems", {"TransactItems": [action("Put", "a", pk), action("Delete", "a", pk)]})
    both("TransactWriteItems", {"TransactItems": [action("Put", str(n), pk) for n in range(ACTIONS_MAX)]})
    both("TransactWriteItems", {"TransactItems": [action("Put", str(n), pk) for n in range(ACTIONS_MAX + 1)]})


@pytest.mark.parametrize("size", [409_000, 410_000])
def test_the_bound_of_an_item_is_the_same(both, pk, size):
    both("PutItem", {"Item": {**key("a", "pk"), "t": {S: "x" * size}}})
    values = {":t": {S: "x" * size}}
    both("UpdateItem", {"Key": key("b", pk), "UpdateExpression": "SET t = :t", "ExpressionAttributeValues": values})


BAD_KEYS = [("", "a"), ("a", ""), ("p" * 2049, "a"), ("p", "s" * 1025)]


@pytest.mark.parametrize(("bad_pk", "bad_sk"), BAD_KEYS, ids=["no pk", "no sk", "long pk", "long sk"])
def test_bad_keys_are_refused(both, bad_pk, bad_sk):
    both("PutItem", {"Item": key(bad_sk, bad_pk)})


def test_segments_of_a_scan_share_the_table():
    engine = Engine()
    for number in range(40):
        engine.call("PutItem", {"Item": item("a", f"P{number}")})

    found = [scanned(engine, TotalSegments=4, Segment=segment, Limit=3) for segment in range(4)]

    assert sorted(chain(*found)) == sorted(f"P{number}" for number in range(40))
    assert all(found)


def scanned(engine: Engine, **params: Any) -> list[str]:
    page = engine.call("Scan", params)
    found = [each["pk"][S] for each in page["Items"]]
    while "LastEvaluatedKey" in page:
        page = engine.call("Scan", params | {"ExclusiveStartKey": page["LastEvaluatedKey"]})
        found += [each["pk"][S] for each in page["Items"]]
    return found


@pytest.mark.parametrize("seed", range(6))
def test_random_operations_are_answered_the_same(both, pk, seed):
    rng = random.Random(seed)

    for _ in range(STEPS):
        both(*rng.choice([random_get, random_write, random_write, random_transaction, random_query])(rng, pk))


def random_key(rng: random.Random, pk: str) -> dict[str, Any]:
    return key(rng.choice("abcdef"), f"{pk}{rng.randrange(2)}")


def random_get(rng: random.Random, pk: str) -> Call:
    return "GetItem", {"Key": random_key(rng, pk), "ConsistentRead": True}


def random_action(rng: random.Random, pk: str) -> Call:
    """A put, update or delete, mostly with a condition on its version."""
    condition: dict[str, Any] = rng.choice([
        {}, ABSENT, THERE,
        {"ConditionExpression": "n = :n", "ExpressionAttributeValues": {":n": {"N": str(rng.randrange(4))}}},
    ])  # fmt: skip
    kind = rng.choice(["Put", "Update", "Delete"])
    if kind == "Put":
        more = {"due_pk": f"{pk}due", "due_sk": rng.choice("123")} if rng.random() < 0.5 else {}
        found = random_key(rng, pk)
        return kind, condition | {"Item": item(found["sk"][S], found["pk"][S], n=rng.randrange(4), **more)}
    if kind == "Delete":
        return kind, condition | {"Key": random_key(rng, pk)}
    values = condition.get("ExpressionAttributeValues", {}) | {":v": {"N": str(rng.randrange(-2, 3))}}
    expression = rng.choice(["ADD n :v", "SET n = :v REMOVE due_pk", "SET n = if_not_exists(n, :v) + :v"])
    return kind, condition | {
        "Key": random_key(rng, pk), "UpdateExpression": expression, "ExpressionAttributeValues": values,
    }  # fmt: skip


def random_write(rng: random.Random, pk: str) -> Call:
    kind, body = random_action(rng, pk)
    return f"{kind}Item", body


def random_transaction(rng: random.Random, pk: str) -> Call:
    """One to three actions on different items; what is said of equal ones has a test of its own."""
    found: dict[str, Any] = {}
    for _ in range(rng.randint(1, 3)):
        kind, body = random_action(rng, pk)
        place = body.get("Key") or {name: body["Item"][name] for name in ("pk", "sk")}
        found[str(place)] = {kind: {"TableName": settings.TABLE, **body}}
    return "TransactWriteItems", {"TransactItems": list(found.values())}


def random_query(rng: random.Random, pk: str) -> Call:
    if rng.random() < 0.3:
        values = {":p": {S: f"{pk}due"}, ":s": {S: rng.choice("123")}}
        # Equal index keys have no order, so only one item at a time is comparable as a count.
        return "Query", {
            "IndexName": "due", "KeyConditionExpression": "due_pk = :p AND due_sk <= :s",
            "ExpressionAttributeValues": values, "Select": "COUNT",
        }  # fmt: skip
    return "Query", {
        "KeyConditionExpression": "pk = :p AND sk BETWEEN :a AND :b",
        "ExpressionAttributeValues": {":p": {S: f"{pk}{rng.randrange(2)}"}, ":a": {S: "b"}, ":b": {S: "e"}},
        "ScanIndexForward": rng.random() < 0.5,
        "Limit": rng.randint(1, 6),
    }
