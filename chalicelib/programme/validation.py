"""The way in: what a merchant sent becomes a programme, or a list of exactly what is wrong with it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from chalicelib.errors import Malformed
from chalicelib.programme.checks import problems_of
from chalicelib.programme.document import Programme
from chalicelib.programme.fields import plain
from chalicelib.programme.section import Problem

PROBLEMS_MAX: Final = 50
"""Problems that an answer lists."""
PROBLEMS_IN_MESSAGE_MAX: Final = 5
GIVEN_CHARACTERS_MAX: Final = 40
PATH_CHARACTERS_MAX: Final = 120


class InvalidProgramme(Malformed):
    """The document is not a programme. ``data`` names each wrong field by its JSON path, with what is wanted."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        named = "; ".join(
            f"{problem.field or 'the programme'}: {problem.text}" for problem in problems[:PROBLEMS_IN_MESSAGE_MAX]
        )
        more = len(problems) - PROBLEMS_IN_MESSAGE_MAX
        super().__init__(f"The programme is not valid. {named}{f'; and {more} more' if more > 0 else ''}.")
        self.problems = tuple(problems[:PROBLEMS_MAX])

    @property
    def data(self) -> dict[str, list[dict[str, str]]]:
        """The problems as JSON: ``{"problems": [{"field", "message"}]}``."""
        return {"problems": [{"field": problem.field, "message": problem.text} for problem in self.problems]}


def validate(raw: object) -> Programme:
    """The programme that the JSON document says; raises ``InvalidProgramme`` naming every wrong field.

    Fields that must agree with each other are looked at once each of them is right by itself.
    """
    try:
        programme = Programme.model_validate(raw, by_name=False, by_alias=True)
    except ValidationError as error:
        raise InvalidProgramme(list(_problems(error.errors(include_url=False)))) from error
    problems = list(problems_of(programme))
    if problems:
        raise InvalidProgramme(problems)
    return programme


def _problems(errors: Iterable[Mapping[str, Any]]) -> Iterable[Problem]:
    for error in errors:
        context = error.get("ctx", {})
        field = path_of(error["loc"])
        match error["type"]:
            case "missing":
                yield Problem(field, "is missing")
            case "extra_forbidden":
                yield Problem(field, "is not a field of a programme")
            case kind:
                wanted = context.get("wanted") or context.get("expected") if kind in _SAID else _WANTED.get(kind)
                yield Problem(field, f"wanted {wanted or error['msg']}, got {_shown(error['input'])}")


_SAID: Final = {"wanted", "literal_error"}
_WANTED: Final = {
    "bool_type": "true or false",
    "model_type": "an object",
    "tuple_type": "a list",
    "string_type": "a text",
    "invalid_key": "a text as name of a field",
}


def path_of(location: Sequence[str | int]) -> str:
    """A JSON path as people write it, such as ``actions[3].maxPoints``."""
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
    return plain(path.removeprefix(".")[:PATH_CHARACTERS_MAX])


def _shown(given: object) -> str:
    """What was given, short enough to read in a sentence."""
    if isinstance(given, Mapping):
        return "an object"
    if isinstance(given, (list, tuple)):
        return "a list"
    if given is None or isinstance(given, bool):
        return {None: "null", True: "true", False: "false"}[given]
    text = f'"{given}"' if isinstance(given, str) else _digits(given)
    return plain(text if len(text) <= GIVEN_CHARACTERS_MAX else f"{text[:GIVEN_CHARACTERS_MAX]}…")


def _digits(number: object) -> str:
    # Python refuses to print whole numbers of thousands of digits.
    if isinstance(number, int) and abs(number) >= 10**GIVEN_CHARACTERS_MAX:
        return "a number of many digits"
    return str(number)
