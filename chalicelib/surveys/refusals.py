"""Why a survey is not there, not open, or not for a member."""

from collections.abc import Sequence
from typing import Final

from chalicelib.errors import AlreadyExists, Malformed, NotFound, Refusal
from chalicelib.programme.section import Problem

PROBLEMS_SHOWN_MAX: Final = 5

CLOSED: Final = {
    "off": "is switched off",
    "early": "has not begun yet",
    "over": "is over",
    "late": "was not finished in time by this member",
}
"""Why nobody, or this member, may answer now."""


class UnknownSurvey(NotFound):
    """The programme has no such survey."""

    def __init__(self) -> None:
        super().__init__("No data found: there is no survey with this surveyId. GET /surveys lists them.")


class UnknownSection(NotFound):
    """The survey has no such section."""

    def __init__(self) -> None:
        super().__init__(
            "No data found: the survey has no section with this sectionId. GET /surveys/{surveyId} shows it."
        )


class UnknownQuestion(NotFound):
    """The section has no such question."""

    def __init__(self) -> None:
        super().__init__("No data found: the section has no question with this questionId.")


class QuestionExists(AlreadyExists):
    """The id is taken in its section."""

    def __init__(self) -> None:
        super().__init__("Data already exists: the section has a question with this questionId.")


class NoResponse(NotFound):
    """The member answered nothing of the survey."""

    def __init__(self) -> None:
        super().__init__("No data found: this member has not answered anything of this survey.")


class SurveyExists(AlreadyExists):
    """The id is taken."""

    def __init__(self) -> None:
        super().__init__("Data already exists: a survey with this surveyId. Change it with PATCH /surveys/{surveyId}.")


class OtherId(Malformed):
    """The body names another survey or question than the path."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}: the body names another one than the path; an id cannot be changed.")


class BadSurvey(Malformed):
    """The survey is none: ``problems`` names each wrong field."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"The survey is not valid. {sentence(problems)}.")
        self.problems = tuple(problems)


class SurveyClosed(Refusal):
    """Nobody, or this member, may answer now: ``reason`` is a key of ``CLOSED``."""

    sticks = False

    def __init__(self, reason: str) -> None:
        super().__init__(f"This survey {CLOSED[reason]}. Nothing was saved.")
        self.reason = reason


class SurveyNotForMember(Refusal):
    """The member is not in the survey's audience."""

    def __init__(self) -> None:
        super().__init__("This survey is not for this member: see its audience. Nothing was saved.")


class SurveyFull(Refusal):
    """As many members as were wanted have begun it."""

    def __init__(self) -> None:
        super().__init__("This survey has all the members it asked for (membersMax). Nothing was saved.")


class SectionAnswered(AlreadyExists):
    """A section is answered once."""

    def __init__(self, section: str) -> None:
        super().__init__(f"Data already exists: this member has answered section {section}. Nothing was saved.")
        self.section = section


class AnsweredBefore(AlreadyExists):
    """The member answered it under an id that was merged into this one."""

    def __init__(self) -> None:
        super().__init__("Data already exists: this member answered the survey before two ids were merged into one.")


class NothingToSave(Malformed):
    """No section was sent, and the survey cannot be completed without: ``left`` are to be answered, or none is."""

    def __init__(self, left: Sequence[str]) -> None:
        wanted = (
            f"one or more of {', '.join(left)}" if left else "nothing is left, this member has completed the survey"
        )
        super().__init__(f"sections: {wanted}.")
        self.left = tuple(left)


class TooMuchText(Malformed):
    """The response does not fit into its item."""

    def __init__(self, bytes_max: int) -> None:
        super().__init__(f"The answers of one member to one survey hold at most {bytes_max} bytes. Nothing was saved.")


def sentence(problems: Sequence[Problem]) -> str:
    """The first problems as a sentence without its end."""
    said = "; ".join(f"{each.field}: {each.text}" for each in problems[:PROBLEMS_SHOWN_MAX])
    more = len(problems) - PROBLEMS_SHOWN_MAX
    return f"{said}{f'; and {more} more' if more > 0 else ''}"
