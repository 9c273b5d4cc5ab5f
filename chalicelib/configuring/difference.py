"""What differs between two documents, as people read it: a path, before and after."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from chalicelib.values import value

CHANGES_MAX: Final = 500
"""Changes that a plan lists."""
_IDS: Final = (
    "actionId",
    "tierId",
    "segmentId",
    "campaignId",
    "rewardId",
    "surveyId",
    "sectionId",
    "questionId",
    "choiceId",
    "storeId",
    "groupId",
    "seriesId",
    "id",
    "name",
    "period",
)
"""Fields by which the elements of a list are told apart, the first that all of them have."""
ABSENT: Final = None


@value
class Change:
    """Something that is added (``before`` is absent), removed (``after`` is) or changed."""

    path: str
    before: Any
    after: Any

    @property
    def kind(self) -> str:
        """``added``, ``removed`` or ``changed``."""
        return "added" if self.before is ABSENT else "removed" if self.after is ABSENT else "changed"


@value
class Difference:
    """The changes, at most ``CHANGES_MAX`` of them, and how many there are in all."""

    changes: tuple[Change, ...]
    total: int


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> Difference:
    """What must change to make one document of the other, in the order of their fields."""
    found = _changes("", before, after)
    listed = tuple(islice(found, CHANGES_MAX))
    return Difference(listed, len(listed) + sum(1 for _ in found))


def _changes(path: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after and type(before) is type(after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in [*before, *(name for name in after if name not in before)]:
            inside = f"{path}.{name}" if path else name
            yield from _changes(inside, before.get(name, ABSENT), after.get(name, ABSENT))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _of_lists(path, before, after)
    elif before != after:
        yield Change(path, before, after)


def _of_lists(path: str, before: list[Any], after: list[Any]) -> Iterator[Change]:
    """Elements are compared by the id that they have, else by nothing smaller than the whole list."""
    name = _id_of([*before, *after])
    olds, news = (_by_id(name, before), _by_id(name, after)) if name else (None, None)
    if olds is None or news is None:
        yield Change(path, before, after)
        return
    for each in [*olds, *(each for each in news if each not in olds)]:
        yield from _changes(f"{path}[{each}]", olds.get(each, ABSENT), news.get(each, ABSENT))
    kept = [each for each in olds if each in news]
    if kept != [each for each in news if each in olds]:
        yield Change(f"{path} (order)", list(olds), list(news))


def _id_of(elements: Sequence[Any]) -> str | None:
    return next((name for name in _IDS if all(isinstance(each, Mapping) and name in each for each in elements)), None)


def _by_id(name: str, elements: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Elements by id; ``None`` where two have the same, which then tells nothing apart."""
    found = {str(each[name]): each for each in elements}
    return found if len(found) == len(elements) else None
