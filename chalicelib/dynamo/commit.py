"""The only loop that retries a write.

``load`` reads all that a decision rests on, ``decide`` is pure and plans the writes, and one
``TransactWriteItems`` makes them so. When another writer was first, both run again. When the answer of
a commit is lost, the plan's witness tells whether it took effect.
"""

import random
from collections.abc import Callable
from dataclasses import field
from typing import Final, Generic, TypeVar
from uuid import uuid4

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as ConnectionFault
from pynamodb.exceptions import PynamoDBException, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import clock
from chalicelib.dynamo import items, rehearsal
from chalicelib.dynamo.items import EngineUnavailable, Item
from chalicelib.errors import Contention, Refusal
from chalicelib.values import value

ATTEMPTS_MAX: Final = 12
RESENDS_MAX: Final = 3
BACKOFF_FIRST_SECONDS: Final = 0.01
BACKOFF_MAX_SECONDS: Final = 0.4
ACTIONS_MAX: Final = 100
"""Actions a transaction takes (AWS limit)."""

_LOST: Final = "ConditionalCheckFailed"
_BUSY: Final = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
_BUSY_CALLS: Final = {
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "TransactionConflictException",
}
_UNKNOWN_CALLS: Final = {
    "InternalServerError",
    "ServiceUnavailable",
    "TransactionInProgressException",
    "InternalFailure",
}

Loaded = TypeVar("Loaded")
Result = TypeVar("Result")

ABSENT: Final = Item.pk.does_not_exist()
"""The condition of a first write."""


@value
class Write:
    """One action of a transaction: a put, an update (``actions``), a delete or a mere check.

    ``taken`` is raised when its condition fails; without it a failed condition means that the decision
    rested on something stale, and it is taken anew.
    """

    item: Item
    condition: Condition | None = None
    actions: tuple[Action, ...] = ()
    delete: bool = False
    check: bool = False
    taken: Refusal | None = None


@value
class Plan(Generic[Result]):
    """What a decision wants written, all or nothing, and what to answer then.

    ``witness`` tells, by reading something this plan alone would have written, whether it took effect.
    """

    writes: tuple[Write, ...]
    result: Result
    witness: Callable[[], bool] = field(default=lambda: False)


def commit(load: Callable[[], Loaded], decide: Callable[[Loaded], Plan[Result]]) -> Result:
    """Load, decide, write once. Raises what ``decide`` raises (nothing is then written), ``Contention``
    when others were first too often, and ``EngineUnavailable``, also in place of a refusal while an earlier attempt
    may still take effect. Within a rehearsal nothing is sent.
    """
    world = rehearsal.current()
    if world is not None:
        return _rehearsed(world, decide(load()))
    doubts: list[Plan[Result]] = []
    for attempt in range(ATTEMPTS_MAX):
        loaded = load()
        for earlier in doubts:
            # An attempt without an answer may have taken effect after we asked its witness; what was
            # loaded now would then already show it, and deciding on that would act twice.
            if earlier.witness():
                return earlier.result
        try:
            plan = decide(loaded)
        except Refusal:
            if doubts:
                # An attempt on its way may still take effect, so that nothing was written is not known.
                raise EngineUnavailable from None
            raise
        if not plan.writes or _applied(plan, doubts):
            return plan.result
        _pause(attempt)
    raise Contention


def _rehearsed(world: rehearsal.Rehearsal, plan: Plan[Result]) -> Result:
    """Write the plan into the rehearsal. What it rests on was read a moment ago, so only ``taken`` can refuse it."""
    _check_size(plan.writes)
    for write in plan.writes:
        item = write.item
        if write.taken is not None and items.get(type(item), item.pk, item.sk) is not None:
            raise write.taken
    for write in plan.writes:
        item = write.item
        if write.delete:
            world.put(item.pk, item.sk, None)
        elif write.actions:
            before = items.get(type(item), item.pk, item.sk)
            world.update(item.pk, item.sk, None if before is None else before.serialize(), write.actions)
        elif not write.check:
            world.put(item.pk, item.sk, item.serialize())
    return plan.result


def _applied(plan: Plan[Result], doubts: list[Plan[Result]]) -> bool:
    """Whether the plan took effect; False means to decide again. A plan that may yet do so joins ``doubts``."""
    token = str(uuid4())
    doubtful = False
    for resend in range(RESENDS_MAX + 1):
        try:
            _transact(plan.writes, token)
        except TransactWriteError as error:
            outcome = _read(error, plan.writes)
            doubtful |= _was_sent_before(error)
        except (ConnectionFault, HTTPClientError):
            outcome = None
        else:
            return True
        if outcome is None:
            doubtful = True
            _pause(resend)
            continue
        # A lost condition may be our own first try, when the engine or the network repeated it.
        if plan.witness():
            return True
        if isinstance(outcome, Refusal):
            if doubtful or doubts:
                raise EngineUnavailable from outcome
            raise outcome
        if doubtful:
            doubts.append(plan)
        return False
    if doubtful and plan.witness():
        return True
    raise EngineUnavailable


def _read(error: TransactWriteError, writes: tuple[Write, ...]) -> Refusal | bool | None:
    """The refusal to raise, False to decide again, or None when the outcome is unknown."""
    if not isinstance(error.cause, ClientError):
        if isinstance(error.cause, (ConnectionFault, HTTPClientError)):
            return None
        raise error
    code = error.cause_response_code
    if code in _UNKNOWN_CALLS:
        return None
    if code in _BUSY_CALLS:
        return False
    if code != "TransactionCanceledException":
        raise error
    reasons = [reason.code if reason else None for reason in error.cancellation_reasons]
    for write, reason in zip(_in_order(writes), reasons, strict=False):
        if reason == _LOST and write.taken is not None:
            return write.taken
    if any(reason == _LOST or reason in _BUSY for reason in reasons):
        return False
    raise error


def _was_sent_before(error: TransactWriteError) -> bool:
    """Whether botocore sent the transaction more than once: an earlier time may have had no answer, and may yet act."""
    answered = error.cause.__cause__ if error.cause is not None else None
    metadata = answered.response.get("ResponseMetadata", {}) if isinstance(answered, ClientError) else {}
    return bool(metadata.get("RetryAttempts"))


def _transact(writes: tuple[Write, ...], token: str) -> None:
    _check_size(writes)
    with TransactWrite(connection=items.connection().connection, client_request_token=token) as transaction:
        for write in writes:
            if write.check:
                if write.condition is None:
                    raise ValueError("a check without a condition")
                transaction.condition_check(type(write.item), write.item.pk, write.item.sk, write.condition)
            elif write.delete:
                transaction.delete(write.item, write.condition)
            elif write.actions:
                transaction.update(write.item, list(write.actions), write.condition)
            else:
                transaction.save(write.item, write.condition)


def _check_size(writes: tuple[Write, ...]) -> None:
    if len(writes) > ACTIONS_MAX:
        raise ValueError(f"{len(writes)} actions do not fit into one transaction")


def _in_order(writes: tuple[Write, ...]) -> list[Write]:
    """The order in which PynamoDB sends actions, which is the order of the cancellation reasons."""
    checks = [write for write in writes if write.check]
    deletes = [write for write in writes if write.delete]
    updates = [write for write in writes if write.actions]
    puts = [write for write in writes if not (write.check or write.delete or write.actions)]
    return [*checks, *deletes, *puts, *updates]


def _pause(attempt: int) -> None:
    longest = min(BACKOFF_MAX_SECONDS, BACKOFF_FIRST_SECONDS * 2**attempt)
    # Spreading retries needs no secrecy.
    clock.sleep(random.uniform(0, longest))  # noqa: S311


__all__ = ["ABSENT", "EngineUnavailable", "Plan", "PynamoDBException", "Write", "commit"]
