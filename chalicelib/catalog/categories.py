"""Categories as products name them: what a shop says of one, put into the programme's definitions."""

from collections.abc import Mapping
from typing import Any

from chalicelib.programme.definitions.category import Category
from chalicelib.programme.document import Programme

Given = Mapping[str, Mapping[str, Any]]
"""Category id → the fields of ``Category`` that were given."""


def changed(programme: Programme, given: Given) -> Programme:
    """The programme with these categories: new ones at the end, given fields in place of those that are there.

    A category of which nothing but its id is said is not defined by that: its products earn as they do without one.
    """
    known = {each.category_id: each for each in programme.categories}
    for category_id, fields in given.items():
        if fields:
            before = known.get(category_id) or Category(category_id=category_id)
            known[category_id] = before.model_copy(update=dict(fields))
    after = tuple(known.values())
    return programme if after == programme.categories else programme.model_copy(update={"categories": after})


def is_changed(programme: Programme, given: Given) -> bool:
    """Whether the programme would become another."""
    return changed(programme, given) is not programme
