"""Keys that never act twice: what a key was used for, for as long as the table's history is kept.

A key item holds the hash of the request, the status, and a pointer to what the call produced; the answer
is rendered again from that, so that an erased person is not remembered here.
"""

from typing import Final

from pynamodb.attributes import UnicodeAttribute

from chalicelib.dynamo import items, keys
from chalicelib.dynamo.commit import ABSENT, Write
from chalicelib.dynamo.items import Item, Whole
from chalicelib.errors import Refusal
from chalicelib.values import value

SORT_KEY: Final = "KEY"


class KeyTaken(Refusal):
    """The key was used, perhaps a moment ago: read it and answer from it."""

    status = 409
    code = "AC1006"
    sticks = False

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was just used; send the request again to get its answer.")


class KeyReused(Refusal):
    """The key stands for another request."""

    status = 409
    code = "AC1006"
    sticks = False

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key was used for a different request. Send the same method, path and body, or a new key."
        )


@value
class Key:
    """A key of a site as its digest, and the digest of the request it came with."""

    digest: str
    request: str


class KeyItem(Item):
    """What a key was used for."""

    request = UnicodeAttribute()
    status = Whole()
    mid = UnicodeAttribute(null=True)
    ref = UnicodeAttribute(null=True)
    code = UnicodeAttribute(null=True)
    message = UnicodeAttribute(null=True)


@value
class Known:
    """What a key remembers: the status, whose partition and what in it was produced, or why nothing was."""

    status: int
    mid: str
    ref: str
    code: str | None
    message: str

    @property
    def is_refusal(self) -> bool:
        """Whether the call was refused and produced nothing at all."""
        return self.code is not None and not self.ref


def find(site: str, key: Key) -> Known | None:
    """What the key was used for, ``None`` when it is new. Raises ``KeyReused`` for another request."""
    item = items.get(KeyItem, keys.idempotency(site, key.digest), SORT_KEY)
    if item is None:
        return None
    if item.request != key.request:
        raise KeyReused
    return Known(item.status, item.mid or "", item.ref or "", item.code, item.message or "")


@value
class Answer:
    """What to remember of an answer: a pointer to what was produced, or why nothing was (with a 2xx status)."""

    ref: str
    status: int = 200
    code: str | None = None
    message: str | None = None
    mid: str = ""
    """Whose book it points into; empty: that of the member whom the call was about."""


def remember(
    site: str, key: Key, *, status: int, mid: str, ref: str, code: str | None = None, message: str | None = None
) -> Write:
    """The write that uses the key up, for the transaction of the call itself."""
    item = KeyItem(
        keys.idempotency(site, key.digest),
        SORT_KEY,
        request=key.request,
        status=status,
        mid=mid,
        ref=ref,
        code=code,
        message=message,
    )
    return Write(item, ABSENT, taken=KeyTaken())


def remember_refusal(site: str, key: Key, refusal: Refusal) -> Write:
    """The write that makes a business refusal stick: it is then the only one."""
    item = KeyItem(
        keys.idempotency(site, key.digest),
        SORT_KEY,
        request=key.request,
        status=refusal.status,
        code=refusal.code,
        message=refusal.message,
    )
    return Write(item, ABSENT, taken=KeyTaken())
