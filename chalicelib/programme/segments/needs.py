"""What has to be known of a member to judge some segments, so that nothing else is read. Pure."""

from collections.abc import Iterable
from typing import Final

from chalicelib.programme.definitions.audience import Audience
from chalicelib.programme.definitions.segment import ATTRIBUTE, CHAIN_MAX, SETS, TEXTS, Segment
from chalicelib.programme.in_force import InForce
from chalicelib.values import value

_OF_ACCOUNT: Final = frozenset({"tier", "actions", "segments"})
"""Texts and lists that the account alone tells."""
_OF_PROFILE: Final = frozenset({"age", *TEXTS}) - _OF_ACCOUNT
_OF_FACTS: Final = frozenset({"daysSinceLastOrder", "daysSinceFirstOrder", *SETS}) - _OF_ACCOUNT


@value
class Needs:
    """Whether the profile and the facts are needed, and for which segments it is asked whether the member is listed."""

    profile: bool = False
    facts: bool = False
    lists: tuple[str, ...] = ()


def of(force: InForce, audiences: Iterable[Audience]) -> Needs:
    """What these audiences need beside the account: nothing where tiers and points alone decide."""
    return of_segments(force, (each for audience in audiences for each in audience.segments))


def of_segments(force: InForce, segment_ids: Iterable[str], *, profile: bool = False) -> Needs:
    """What these segments need, and those that they name; what the programme does not have needs nothing."""
    named = list(_reached(force, segment_ids))
    return Needs(
        profile=profile or any(_needs_profile(each) for each in named),
        facts=any(_needs_facts(each) for each in named),
        lists=tuple(each.segment_id for each in named if each.reads_list),
    )


def _reached(force: InForce, segment_ids: Iterable[str]) -> Iterable[Segment]:
    """Each segment once, in the order in which it is named first."""
    found: dict[str, Segment] = {}
    wanted = tuple(dict.fromkeys(segment_ids))
    for _ in range(CHAIN_MAX):
        new = [force.segment_by_id[each] for each in wanted if each in force.segment_by_id and each not in found]
        found |= {each.segment_id: each for each in new}
        wanted = tuple(dict.fromkeys(name for each in new for name in each.others))
    return found.values()


def _needs_profile(segment: Segment) -> bool:
    asked = any(each.fact in _OF_PROFILE or each.fact.startswith(ATTRIBUTE) for each in segment.comparisons)
    return segment.member_details is not None or asked


def _needs_facts(segment: Segment) -> bool:
    rfm = segment.rfm
    recent = rfm is not None and (rfm.recency_days_from is not None or rfm.recency_days_to is not None)
    bought = segment.purchase_details is not None or segment.store_details is not None
    return bought or recent or any(each.fact in _OF_FACTS for each in segment.comparisons)
