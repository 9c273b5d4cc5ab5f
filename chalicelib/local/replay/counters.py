"""The site's daily counters, which the stream's consumer filled, added up by month."""

from collections.abc import Iterable

from chalicelib.local.replay.counting import MonthlyCount
from chalicelib.reporting import service as reporting

_TIER = "tier#"


def by_month(site: str, months: Iterable[int]) -> dict[int, MonthlyCount]:
    """What each month changed, by the counters; months are named by their first day."""
    found: dict[int, MonthlyCount] = {}
    for first in months:
        change = found[first] = MonthlyCount()
        for subjects in reporting.monthly(site, first).values():
            for subject, figures in subjects.items():
                if subject.startswith(_TIER):
                    change.tiers.update({subject[len(_TIER) :]: figures.get("members", 0)})
                else:
                    change.figures.update(figures)
    return found
