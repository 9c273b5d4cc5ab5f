"""docs/programme.md tells the truth: its example is valid and complete, and it names every field."""

import json
import re
from decimal import Decimal
from pathlib import Path

from chalicelib.programme import document, section, standard
from chalicelib.programme.definitions import ladder
from chalicelib.programme.in_force import compiled
from chalicelib.programme.section import Section
from chalicelib.programme.validation import validate

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "programme.md").read_text()
NOUNS = (DOCS / "definitions.md").read_text()
"""Buckets, segments, campaigns, rewards and whatever else is defined in ``programme/definitions``."""
EXAMPLE = json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0], parse_float=Decimal)


def names_in(value: object) -> set[str]:
    if isinstance(value, list):
        return {name for inner in value for name in names_in(inner)}
    if not isinstance(value, dict):
        return set()
    return {*value} | {name for inner in value.values() for name in names_in(inner)}


def sections(*, of_nouns: bool) -> list[type[Section]]:
    return [part for part in all_parts(Section) if is_of_noun(part) == of_nouns]


def all_parts(base: type[Section]) -> list[type[Section]]:
    return [each for part in base.__subclasses__() for each in (part, *all_parts(part))]


def is_of_noun(part: type[Section]) -> bool:
    return ".definitions." in part.__module__ and not part.__module__.endswith(".ladder")


def fields_of(parts: list[type[Section]]) -> set[str]:
    return {field.alias or name for part in parts for name, field in part.model_fields.items()}


def own_fields() -> set[str]:
    """Those of the document itself, without the lists of nouns."""
    lists = {
        field.alias or name
        for name, field in document.Programme.model_fields.items()
        if ".definitions." in str(field.annotation) and ".ladder." not in str(field.annotation)
    }
    return fields_of(sections(of_nouns=False)) - lists


def test_the_example_is_a_programme():
    found = compiled(validate(EXAMPLE), 2)

    assert found.rules.ladder.levels[2].threshold == 1000_00
    assert found.award_units(found.action_by_id[515]) == 25


def test_the_example_shows_every_field_but_the_count_of_another_keep_period():
    assert own_fields() - names_in(EXAMPLE) == {"count"}


def test_the_page_names_every_field():
    missing = {name for name in own_fields() if not re.search(rf"`(\w+\.)?{name}(\.\w+)?`", PAGE)}

    assert missing == set()


def test_the_page_of_definitions_names_every_field_of_theirs():
    named = fields_of(sections(of_nouns=True)) | (fields_of([document.Programme]) - own_fields())

    assert {name for name in named if not re.search(rf"`(\w+\.)?{name}(\.\w+)?`", NOUNS)} == set()


def test_the_examples_of_definitions_are_valid_in_the_example_programme():
    """Each block shows one list or section of the document; together they are one programme."""
    blocks = [json.loads(block, parse_float=Decimal) for block in re.findall(r"```json\n(.*?)```", NOUNS, re.DOTALL)]
    together = {name: value for block in blocks for name, value in block.items()}

    assert len(together) == sum(len(block) for block in blocks) > 0
    assert validate({**EXAMPLE, **together})


def test_the_page_names_every_action_of_the_system():
    assert all(f"| {action_id} |" in PAGE for action_id in standard.REQUIRED)


def test_the_page_states_the_limits_of_the_code():
    limits = [document.ACTIONS_MAX, document.COUNTERS_MAX, ladder.TIERS_MAX, section.DAYS_MAX, ladder.MONTHS_MAX]

    assert all(re.search(rf"\b{limit}\b", PAGE) for limit in limits)
