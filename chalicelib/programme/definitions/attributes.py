"""The extended attributes that members of a site may have; any, where the programme declares none."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Final, Literal

from chalicelib.errors import Malformed
from chalicelib.programme.definitions.erasure import number
from chalicelib.programme.fields import Few, Text
from chalicelib.programme.section import Problem, Section

ATTRIBUTES_MAX: Final = 50
CHOICES_MAX: Final = 100


class ExtendedAttribute(Section):
    """An attribute of members: its name, what its text must be, and the choices of a ``choice``."""

    name: Annotated[str, Text(100)]
    type: Literal["text", "number", "date", "yesNo", "choice"] = "text"
    choices: Annotated[tuple[Annotated[str, Text(255)], ...], Few(CHOICES_MAX)] = ()


class BadAttribute(Malformed):
    """An attribute that the programme does not declare, or with a value that it does not take."""


def problems(declared: Sequence[ExtendedAttribute]) -> Iterator[Problem]:
    """Names that come twice, and choices without a choice."""
    names = [each.name for each in declared]
    for place, each in enumerate(declared):
        if each.name in names[:place]:
            yield Problem(f"extendedAttributes[{place}].name", "comes twice")
        if (each.type == "choice") != bool(each.choices):
            yield Problem(f"extendedAttributes[{place}].choices", "are given for the type choice, and for it alone")


def check(declared: Sequence[ExtendedAttribute], given: Mapping[str, object]) -> None:
    """Whether a programme takes these attributes of a member; the empty text empties any. Raises ``BadAttribute``."""
    by_name = {each.name: each for each in declared}
    for name, said in given.items() if declared else ():
        if said is None or said == "":
            continue
        attribute = by_name.get(name)
        if attribute is None:
            raise BadAttribute(f"extendedAttribute: the programme declares no attribute {name[:100]!r}.")
        wanted = _wanted(attribute, "" if isinstance(said, dict | list) else str(said))
        if wanted:
            raise BadAttribute(f"extendedAttribute.{name}: {wanted}.")


def _wanted(attribute: ExtendedAttribute, said: str) -> str | None:
    """What the attribute wants, where this text is not it."""
    match attribute.type:
        case "number":
            return None if number(said) is not None else "a number, for example 38"
        case "date":
            return None if _is_day(said) else "a day as yyyy-MM-dd"
        case "yesNo":
            return None if said.upper() in {"YES", "NO"} else "YES or NO"
        case "choice":
            return None if said in attribute.choices else f"one of {', '.join(attribute.choices)}"
        case _:
            return None


def _is_day(said: str) -> bool:
    try:
        return date.fromisoformat(said).isoformat() == said
    except ValueError:
        return False
