"""What idempotency keys and claims lead to: the address that must exist, and up to which entry.

A key's pointer is written by whoever used the key. Its forms: ``E12`` an entry; ``E12+1`` that and one
after it; ``E12@mid:7`` that and the other half of a transfer, or what it moved on a group's account; ``G{…}`` a change
of a group; ``P…`` a kept answer; ``X`` an erasure, which leaves nothing to point to; ``OP{…}`` a placed
order with its id and entry; ``OC[…]`` a changed order; ``[…]`` an award that a limit withheld; ``Y…`` a campaign
that the member joined; ``V…`` a photo that was decided on, which may go to another member. Without a member it names a
definition of the site (a programme's version, a reward, a store) or holds the answer itself.
"""

import json
import re
from collections.abc import Mapping
from typing import Final

from chalicelib.ids import composed
from chalicelib.values import value

ACCOUNT: Final = "ACCOUNT"
CLOSED: Final = "closed"
_ENTRY: Final = re.compile(r"E(\d{1,15})(?:\+\d{1,3})?(?:@([^:]+):(\d{1,15}))?")
_CLAIM_KINDS: Final = ("id", "order", "handle")
"""Kinds of claims that lead to a member."""


@value
class Wanted:
    """Something that must stand at an address. An account must have reached ``version``, and be open if ``is_open``."""

    mid: str
    sk: str
    version: int = 0
    is_open: bool = False
    or_closed: bool = False
    """Whether a closed account of the member excuses that there is nothing: an erasure removed it."""


def of_key(item: Mapping[str, str]) -> list[Wanted] | None:
    """What a key's item leads to; empty when it leads nowhere by intent, ``None`` when the pointer makes no sense."""
    mid, ref, is_refusal = item.get("mid", ""), item.get("ref", ""), "code" in item
    if not mid:
        return [] if ref or is_refusal else None
    account = Wanted(mid, ACCOUNT)
    if found := _ENTRY.fullmatch(ref):
        # The pointer of a call that found nothing to book is 0.
        mine = Wanted(mid, ACCOUNT, version=int(found[1]))
        return [mine, Wanted(found[2], ACCOUNT, version=int(found[3]))] if found[2] else [mine]
    if ref.startswith("P"):
        return [account, Wanted(mid, f"K#{ref[1:]}", or_closed=True)]
    if ref.startswith("OP"):
        return _of_placed(mid, ref[2:])
    return [account] if ref == "X" or ref.startswith(("OC", "[", "G", "Y", "V")) else None


def of_claim(kind: str, item: Mapping[str, str]) -> list[Wanted]:
    """What a claim leads to; empty for claims that do not lead to a member."""
    mid = item.get("mid", "")
    if kind not in _CLAIM_KINDS:
        return []
    if kind == "order" and "given" in item:
        return [Wanted(mid, ACCOUNT), Wanted(mid, f"O#{composed(item['given'])}")]
    # The claim on an id is released in the transaction that closes the account.
    return [Wanted(mid, ACCOUNT, is_open=kind == "id")]


def _of_placed(mid: str, text: str) -> list[Wanted] | None:
    try:
        placed = json.loads(text)
        return [Wanted(mid, ACCOUNT, version=int(placed["e"])), Wanted(mid, f"O#{composed(placed['o'])}")]
    except (ValueError, KeyError, TypeError):
        return None
