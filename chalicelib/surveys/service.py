"""Reading what was answered, and forgetting it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.ledger import days
from chalicelib.ledger import service as ledger
from chalicelib.programme.definitions.survey import Survey
from chalicelib.programme.in_force import InForce
from chalicelib.programme.segments import service as segments
from chalicelib.surveys import opening, refusals, table
from chalicelib.surveys import response as responses
from chalicelib.surveys.response import Response, Stored
from chalicelib.surveys.tally import Tally
from chalicelib.values import value

FORGOTTEN_AT_ONCE: Final = 40
AUDIENCES_AT_ONCE: Final = 3
"""Surveys whose audiences are judged by one call: each may name 20 lists, and a call reads 100 items (AWS limit)."""
DOSSIER_MAX: Final = 200
ALIKE_MAX: Final = 1_000
"""Responses begun in one millisecond that a place in a list can tell apart."""


def read_response(site: str, mid: str, survey_id: str, homes: Sequence[str] = ()) -> Stored:
    """A member's response to a survey, also to one that is gone, or given in one of ``homes``, accounts merged
    into the member's. Raises ``NoResponse``.
    """
    found = table.read_listed(site, survey_id, (mid, *homes))
    if not found:
        raise refusals.NoResponse
    return next(iter(found.values()))


@value
class Offered:
    """A survey as it stands for a member: what they answered of it, and why it cannot be answered, if so."""

    survey: Survey
    response: Response | None
    closed: str | None


def offered(site: str, mid: str, force: InForce, now: datetime, homes: Sequence[str] = ()) -> list[Offered]:
    """The surveys that a member may answer or has answered, in the programme's order. Three calls, and for surveys that
    name segments one for every ``AUDIENCES_AT_ONCE`` of them; one for each of ``homes``, accounts that were merged
    into the member's.

    Raises ``NoSuchMember``.
    """
    ledger.read(site, mid, force.rules, now)
    surveys = force.programme.surveys
    names = [survey.survey_id for survey in surveys]
    stored: dict[str, Stored] = {}
    for home in homes:
        read = table.read_responses(site, home, names)
        stored |= {name: each for name, each in read.items() if each.response.completed is not None}
    stored |= table.read_responses(site, mid, names)
    bounded = [survey.survey_id for survey in surveys if survey.members_max and survey.survey_id not in stored]
    places = table.read_places(site, bounded)
    found: list[Offered] = []
    for survey in surveys:
        response = stored[survey.survey_id].response if survey.survey_id in stored else None
        reason = opening.closed(survey, force, now, response)
        is_full = survey.members_max is not None and places.get(survey.survey_id, 0) >= survey.members_max
        if response is not None or (reason is None and not is_full):
            found.append(Offered(survey, response, reason))
    new = [each.survey for each in found if each.response is None]
    admitted = _admitted(site, force, mid, now, new)
    return [each for each in found if each.response is not None or each.survey.survey_id in admitted]


def _admitted(site: str, force: InForce, mid: str, now: datetime, surveys: Sequence[Survey]) -> set[str]:
    """Which of the surveys are for the member."""
    found = {survey.survey_id for survey in surveys if survey.audience.is_everybody}
    bounded = [survey for survey in surveys if survey.survey_id not in found]
    for begin in range(0, len(bounded), AUDIENCES_AT_ONCE):
        part = bounded[begin : begin + AUDIENCES_AT_ONCE]
        judged = segments.admitted(site, force, mid, now, [survey.audience for survey in part])
        found |= {survey.survey_id for survey, is_in in zip(part, judged, strict=True) if is_in}
    return found


@value
class Listing:
    """A page of a survey's responses, the newest first; ``following`` goes on after it, ``None`` at the end."""

    responses: tuple[Stored, ...]
    following: int | None


def page(site: str, survey_id: str, *, place: int = 0, limit: int) -> Listing:
    """A page of the responses to a survey, also to one that is gone, from ``following`` of the page before. Two calls.

    A place is an instant and how many of the responses begun in that millisecond were shown: it names nobody.
    """
    through, skip = divmod(place, ALIKE_MAX)
    rows = table.listed(site, survey_id, through=through or None, skip=skip, limit=limit + 1)
    shown = rows[:limit]
    found = table.read_listed(site, survey_id, [row.mid for row in shown])
    following = None
    if len(rows) > limit:
        begun = shown[-1].begun
        alike = sum(row.begun == begun for row in shown) + (skip if begun == through else 0)
        following = begun * ALIKE_MAX + alike
    # Whoever was erased in between is in the list no more.
    return Listing(tuple(found[row.mid] for row in shown if row.mid in found), following)


def counts(site: str, survey: Survey) -> list[Tally]:
    """What the answers to each section add up to, for the questions as this survey asks them. One call."""
    asked = [(section.section_id, responses.edition(section)) for section in survey.sections]
    return table.read_tallies(site, survey.survey_id, asked)


def forget(site: str, mid: str) -> bool:
    """Delete the next responses of an erased member; whether nothing is left. Counts stay: they name nobody."""

    def decide(loaded: tuple[list[Write], bool]) -> Plan[bool]:
        writes, is_last = loaded
        return Plan(tuple(writes), is_last)

    return commit(lambda: table.removals(site, mid, FORGOTTEN_AT_ONCE), decide)


def dossier(site: str, mid: str) -> dict[str, Any]:
    """Everything that this package holds of a member: the answers to each survey; empty when there are none."""
    found = table.of_member(site, mid, DOSSIER_MAX)
    if not found:
        return {}
    return {
        "surveys": [
            {
                "surveyId": each.response.survey,
                "begun": days.from_ms(each.response.begun),
                "answers": {saved.section: dict(saved.answers) for saved in each.response.sections},
            }
            for each in found
        ]
    }
