"""Documents of tests: the default one, changed in named places."""

import copy
from typing import Any

from chalicelib.programme.defaults import default_programme
from chalicelib.programme.document import Programme
from chalicelib.programme.rendering import render
from chalicelib.programme.validation import InvalidProgramme, validate


def document(**sections: Any) -> dict[str, Any]:
    """The default document as it is rendered; a dict given for a section is merged into that section."""
    whole = copy.deepcopy(render(default_programme()))
    for name, given in sections.items():
        whole[name] = {**whole[name], **given} if isinstance(given, dict) and isinstance(whole[name], dict) else given
    return whole


def with_action(action_id: int, **fields: Any) -> dict[str, Any]:
    """The default document with fields of one action set; ``None`` takes a field away."""
    whole = document()
    action = next(action for action in whole["actions"] if action["actionId"] == action_id)
    action.update(fields)
    return whole


def place_of(action_id: int) -> int:
    """The action's place in the default document."""
    return [action.action_id for action in default_programme().actions].index(action_id)


def programme(**sections: Any) -> Programme:
    return validate(document(**sections))


def problems(raw: object) -> dict[str, str]:
    """What validation says of a document: field → problem; empty when it is right."""
    try:
        validate(raw)
    except InvalidProgramme as refusal:
        return {problem.field: problem.text for problem in refusal.problems}
    return {}
