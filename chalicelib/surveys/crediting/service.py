"""``POST /points`` for a survey: once for each member and section, in the same transaction as the award."""

from dataclasses import replace
from typing import Any, Final

from chalicelib.dynamo.commit import Write
from chalicelib.errors import LIMIT_REACHED
from chalicelib.groups.pooling import service as pooling
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.service import Command
from chalicelib.programme.campaigning import service as campaigning
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing import service as performing
from chalicelib.programme.performing.limits import Withheld
from chalicelib.programme.performing.repeating import service as repeating
from chalicelib.programme.performing.service import Balance, Booked, Wish
from chalicelib.programme.segments.subject import Event
from chalicelib.surveys import refusals, table

PAID: Final = "Points cannot be awarded due to limit reached: this section of the survey was paid before"
"""What is said of a second credit, as of a limit."""


def award(site: str, run: Command, force: InForce, mid: str, wish: Wish, survey_id: str, section_id: str) -> Booked:
    """Credit points for a section of a survey, or with an empty one for the survey, that was answered elsewhere.

    Once for each member; later ones are withheld as a limit would (AC1026). Where the programme has surveys it must
    be one of them: raises ``UnknownSurvey`` and ``UnknownSection``, and what ``performing.award`` does.
    """
    _check_named(force, survey_id, section_id)
    own = performing.wished_points(force, wish)
    of = campaigning.wanted(site, mid, force, wish.action, run.now, only=wish.campaign)
    repeated = repeating.addresses(site, mid, force, wish.action, wish.note)
    also = (table.paid_address(site, mid, survey_id, section_id), *repeated, *of.places)

    def decide(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Booked]:
        draft, (paid, *rest) = drafts[0], found
        performing.check_takes_part(draft)
        if paid is not None or table.paid_of(site, tuple(draft.account.absorbed), survey_id, [section_id]):
            return [], Booked(withheld=Withheld(LIMIT_REACHED, PAID), balance=balance_of(draft))
        counted = repeating.count(draft, force, wish.action, wish.note, rest[: len(repeated)])
        if isinstance(counted, Withheld):
            return [], Booked(withheld=counted, balance=balance_of(draft))
        event, read = Event(store=wish.store or "", source=wish.source or ""), rest[len(repeated) :]
        more = campaigning.for_action(site, force, of, draft, read, wish.action, own, event)
        writes, booked = performing.grant(draft, force, wish, more)
        if booked.withheld is not None:
            return writes, booked
        given = dict(booked.entry.campaigns) if booked.entry else {}
        charged = campaigning.charged(site, mid, force, more.judged, given, run.now, is_order=False)
        once = table.paid_write(site, mid, survey_id, section_id, run.id)
        return [*writes, *counted, *charged, once], booked

    pool = pooling.earning(site, force.groups, mid)
    with performing.counting_refusals(site, mid, wish.action, run.now):
        booked = pool.post(site, [mid], run, force.rules, decide, also=also, answer=performing.answer_of)
    return replace(booked, received=pool.entry, group=pool.group if pool.entry else None)


def balance_of(draft: Draft) -> Balance:
    """How the member of a draft stands."""
    points = draft.account.bucket()
    return Balance(points.available, points.lifetime, draft.account.standing.tier)


def _check_named(force: InForce, survey_id: str, section_id: str) -> None:
    """Refuse what is no survey where there are surveys."""
    if not force.survey_by_id:
        return
    survey = force.survey_by_id.get(survey_id)
    if survey is None:
        raise refusals.UnknownSurvey
    if section_id and survey.section(section_id) is None:
        raise refusals.UnknownSection
