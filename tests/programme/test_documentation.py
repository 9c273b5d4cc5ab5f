"""docs/programme.md tells the truth: its example is valid and complete, and it names every field."""

import json
import re
from decimal import Decimal
from pathlib import Path

from chalicelib.programme import document, standard
from chalicelib.programme.in_force import compiled
from chalicelib.programme.section import Section
from chalicelib.programme.validation import validate

PAGE = (Path(__file__).parents[2] / "docs" / "programme.md").read_text()
EXAMPLE = json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0], parse_float=Decimal)


def names_in(value: object) -> set[str]:
    if isinstance(value, list):
        return {name for inner in value for name in names_in(inner)}
    if not isinstance(value, dict):
        return set()
    return {*value} | {name for inner in value.values() for name in names_in(inner)}


def all_fields() -> set[str]:
    return {field.alias or name for part in Section.__subclasses__() for name, field in part.model_fields.items()}


def test_the_example_is_a_programme():
    found = compiled(validate(EXAMPLE), 2)

    assert found.rules.ladder.levels[2].threshold == 1000_00
    assert found.award_units(found.action_by_id[515]) == 25


def test_the_example_shows_every_field_but_the_count_of_another_keep_period():
    assert all_fields() - names_in(EXAMPLE) == {"count"}


def test_the_page_names_every_field():
    missing = {name for name in all_fields() if not re.search(rf"`(\w+\.)?{name}(\.\w+)?`", PAGE)}

    assert missing == set()


def test_the_page_names_every_action_of_the_system():
    assert all(f"| {action_id} |" in PAGE for action_id in standard.REQUIRED)


def test_the_page_states_the_limits_of_the_code():
    limits = [document.ACTIONS_MAX, document.COUNTERS_MAX, document.TIERS_MAX, document.DAYS_MAX, document.MONTHS_MAX]

    assert all(re.search(rf"\b{limit}\b", PAGE) for limit in limits)
