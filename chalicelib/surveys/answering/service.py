"""Answering surveys: sections are saved and paid in one transaction."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from chalicelib.dynamo.commit import Write
from chalicelib.dynamo.idempotency import Answer, Known
from chalicelib.dynamo.items import Address
from chalicelib.errors import LIMIT_REACHED
from chalicelib.groups.pooling import service as pooling
from chalicelib.ledger import days
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.service import Command
from chalicelib.programme.campaigning import service as campaigning
from chalicelib.programme.campaigning.service import Wanted
from chalicelib.programme.definitions.survey import Benefit, Survey, SurveySection
from chalicelib.programme.in_force import InForce
from chalicelib.programme.performing import service as performing
from chalicelib.programme.performing.service import Balance, Booked, Wish
from chalicelib.programme.segments import judging
from chalicelib.programme.segments import service as segments
from chalicelib.programme.segments.subject import Event
from chalicelib.surveys import answers, opening, refusals, table, tally
from chalicelib.surveys import response as responses
from chalicelib.surveys.answers import Answers
from chalicelib.surveys.crediting.service import PAID, balance_of
from chalicelib.surveys.response import NOTHING, Earned, Response, Saved
from chalicelib.surveys.tally import Tally
from chalicelib.values import value

WHOLE: Final = ""
"""In place of a section: the survey as a whole."""
_PAID: Final = Earned(code=LIMIT_REACHED, message=PAID)
NO_CAMPAIGN: Final = Wanted((), ())


@value
class Saving:
    """What a call saved: each section with what it earned; what completing the survey earned, when it did; and how
    the member stands after it, points in smallest units.
    """

    survey: str
    programme: int
    sections: tuple[tuple[str, Earned], ...]
    left: tuple[str, ...]
    """Sections that are still to be answered."""
    completed: Earned | None
    balance: Balance


@value
class _Given:
    """A section with the answers that were read for it, and where its counts stand."""

    section: SurveySection
    answers: Answers
    edition: str


def respond(
    site: str,
    run: Command,
    force: InForce,
    mid: str,
    member: str,
    survey_id: str,
    given: Mapping[str, Mapping[str, Any]],
    *,
    source: str = "",
    homes: Sequence[str] = (),
) -> Saving:
    """Save one or more sections of a member's response, all or nothing, and pay what they earn in the same transaction.

    ``given`` is section → question → answer. Each section is answered once; with the last one the survey is completed,
    once. Nothing given completes a survey whose last open section was edited away.
    Raises ``UnknownSurvey``, ``UnknownSection``, ``BadAnswers``, ``SurveyClosed``, ``SurveyNotForMember``,
    ``SurveyFull``, ``AnsweredBefore`` (in one of ``homes``, accounts merged into the member's), ``SectionAnswered``,
    ``NothingToSave``, ``TooMuchText``, ``MemberMayNotTakePart`` and ``NoSuchMember``.
    """
    survey = force.survey_by_id.get(survey_id)
    if survey is None:
        raise refusals.UnknownSurvey
    read = [_read(survey, section, raw) for section, raw in given.items()]
    _check_open(site, force, survey, homes, run.now)
    event = _event(survey, read)
    of = NO_CAMPAIGN if event is None else campaigning.wanted(site, mid, force, event.action_id, run.now)
    saving = _Saving(site, run, force, mid, member, survey, read, source, event, of)
    return pooling.earning(site, force.groups, mid).post(
        site,
        [mid],
        run,
        force.rules,
        saving.decide,
        also=saving.addresses(),
        answer=_answer_of,
        witness=lambda: table.is_ours(site, mid, survey_id, run.id),
    )


def _check_open(site: str, force: InForce, survey: Survey, homes: Sequence[str], now: datetime) -> None:
    reason = opening.closed(survey, force, now)
    if reason is not None:
        raise refusals.SurveyClosed(reason)
    # Nobody answers in an account that was merged: what stands there stays as it is, finished or not.
    if homes and any(each.response.completed for each in table.read_listed(site, survey.survey_id, homes).values()):
        raise refusals.AnsweredBefore


def answered(known: Known) -> Saving:
    """What a key remembers of a call of ``respond``."""
    survey, programme, sections, left, completed, balance = json.loads(known.ref)
    return Saving(
        survey,
        programme,
        tuple((section, Earned(*earned)) for section, earned in sections),
        tuple(left),
        None if completed is None else Earned(*completed),
        Balance(*balance),
    )


@value
class _Saving:
    """One call of ``respond``: everything that its decision needs beside what is read in the transaction."""

    site: str
    run: Command
    force: InForce
    mid: str
    member: str
    survey: Survey
    given: Sequence[_Given]
    source: str
    event: Benefit | None
    """The benefit that campaigns may add to: one for each call, which is one event for them."""
    of: Wanted

    def addresses(self) -> list[Address]:
        """What the decision rests on beside the account: at most 23 items, and what the audience asks for."""
        site, mid, survey, shard = self.site, self.mid, self.survey.survey_id, table.shard_of(self.mid)
        named = [each.section.section_id for each in self.given]
        return [
            table.response_address(site, mid, survey),
            table.places_address(site, survey),
            *(table.paid_address(site, mid, survey, section) for section in (WHOLE, *named)),
            *(table.tally_address(site, survey, each.section.section_id, each.edition, shard) for each in self.given),
            *self.of.places,
            *segments.addresses(site, mid, self.force, [self.survey.audience]),
        ]

    def decide(self, drafts: list[Draft], found: list[Any]) -> tuple[list[Write], Saving]:
        """Judge, pay, and write response, counts and what was paid."""
        (draft,), (item, places, whole, *rest) = drafts, found
        count = len(self.given)
        paid, counted, rest = rest[:count], rest[count : 2 * count], rest[2 * count :]
        read, known = rest[: len(self.of.places)], rest[len(self.of.places) :]
        performing.check_takes_part(draft)
        stored = table.load_response(item)
        writes = self._checked(draft, stored, places, known)
        response = stored or responses.begun(self.survey.survey_id, days.to_ms(self.run.now))
        names = [WHOLE, *(each.section.section_id for each in self.given)]
        elsewhere = table.paid_of(self.site, tuple(draft.account.absorbed), self.survey.survey_id, names)
        earned: list[tuple[str, Earned]] = []
        for each, before, numbers in zip(self.given, paid, counted, strict=True):
            name = each.section.section_id
            was_paid = before is not None or name in elsewhere
            more, gained = self._pay(
                draft, name, each.section.section_name, each.section.benefit, read, was_paid=was_paid
            )
            writes += [*more, self._counted(each, table.load_tally(numbers))]
            response = responses.with_section(response, self._saved(each, gained))
            earned.append((name, gained))
        left = tuple(each.section_id for each in self.survey.sections if response.section(each.section_id) is None)
        completed: Earned | None = None
        if not left and response.completed is None:
            was_paid = whole is not None or WHOLE in elsewhere
            more, completed = self._pay(draft, WHOLE, "", self.survey.benefit, read, was_paid=was_paid)
            writes += more
            response = replace(response, completed=days.to_ms(self.run.now), earned=completed)
        if not self.given and completed is None:
            raise refusals.NothingToSave(left)
        if len(responses.dump(response).encode()) > responses.RESPONSE_BYTES_MAX:
            raise refusals.TooMuchText(responses.RESPONSE_BYTES_MAX)
        writes.append(table.response_write(self.site, self.mid, self.member, response, self.run.id))
        saving = Saving(self.survey.survey_id, self.force.version, tuple(earned), left, completed, balance_of(draft))
        return _each_once(writes), saving

    def _checked(self, draft: Draft, stored: Response | None, places: Any, known: Sequence[Any]) -> list[Write]:
        """Refuse who may not answer; whoever begins is in the audience, takes a place and is listed."""
        if stored is not None:
            reason = opening.closed(self.survey, self.force, self.run.now, stored)
            if reason is not None:
                raise refusals.SurveyClosed(reason)
            for each in self.given:
                if stored.section(each.section.section_id) is not None:
                    raise refusals.SectionAnswered(each.section.section_id)
            return []
        audience = self.survey.audience
        event = Event(source=self.source)
        subject = segments.subject(self.site, self.force, draft, [audience], known, event)
        if not judging.admits(self.force, audience, subject):
            raise refusals.SurveyNotForMember
        new = responses.begun(self.survey.survey_id, days.to_ms(self.run.now))
        writes = [
            table.listed_write(self.site, self.mid, new),
            *segments.checks(self.site, self.mid, self.force, [audience], known),
        ]
        most = self.survey.members_max
        if most is not None:
            if places is not None and places.taken >= most:
                raise refusals.SurveyFull
            writes.append(table.place_write(self.site, self.survey.survey_id, most))
        return writes

    def _pay(
        self, draft: Draft, section: str, name: str, benefit: Benefit | None, read: Sequence[Any], *, was_paid: bool
    ) -> tuple[list[Write], Earned]:
        """Pay a benefit once; what a limit withholds is not made good later."""
        if benefit is None:
            return [], NOTHING
        if was_paid:
            return [], _PAID
        decimals = self.force.programme.point_decimals
        wish = Wish(
            action=benefit.action_id,
            points=None if benefit.points is None else int(benefit.points.scaleb(decimals)),
            is_priced=benefit.points is not None,
            source=self.source or None,
            note={
                "surveyId": self.survey.survey_id,
                "surveyName": self.survey.survey_name,
                "sectionId": section,
                "sectionName": name,
            },
        )
        more = performing.NOTHING_MORE
        if benefit is self.event:
            own, event = performing.wished_points(self.force, wish), Event(source=self.source)
            more = campaigning.for_action(self.site, self.force, self.of, draft, read, wish.action, own, event)
        writes, booked = performing.grant(draft, self.force, wish, more)
        if booked.entry is not None:
            given = dict(booked.entry.campaigns)
            writes += campaigning.charged(
                self.site, self.mid, self.force, more.judged, given, self.run.now, is_order=False
            )
        paid = table.paid_write(self.site, self.mid, self.survey.survey_id, section, self.run.id)
        return [*writes, paid], _earned(booked)

    def _saved(self, given: _Given, earned: Earned) -> Saved:
        return Saved(
            section=given.section.section_id,
            programme=self.force.version,
            edition=given.edition,
            at=days.to_ms(self.run.now),
            answers=given.answers,
            earned=earned,
        )

    def _counted(self, given: _Given, before: Tally) -> Write:
        after = tally.counted(before, given.section, given.answers)
        name, shard = given.section.section_id, table.shard_of(self.mid)
        return table.tally_write(self.site, self.survey.survey_id, name, given.edition, shard, after)


def _read(survey: Survey, section_id: str, raw: Mapping[str, Any]) -> _Given:
    section = survey.section(section_id)
    if section is None:
        raise refusals.UnknownSection
    return _Given(section, answers.read(section, raw), responses.edition(section))


def _event(survey: Survey, given: Sequence[_Given]) -> Benefit | None:
    """The benefit by which a call is an event for campaigns: of the first section that has one, else of the survey."""
    return next((each.section.benefit for each in given if each.section.benefit is not None), survey.benefit)


def _earned(booked: Booked) -> Earned:
    entry, withheld = booked.entry, booked.withheld
    if entry is None:
        return NOTHING if withheld is None else Earned(code=withheld.code, message=withheld.message)
    return Earned(entry.number, entry.moved("issued", "available"), entry.moved("promised", "held"))


def _each_once(writes: Sequence[Write]) -> list[Write]:
    """One write for each item: two awards that a limit withheld would both count the one attempt."""
    first: dict[tuple[str, str], Write] = {}
    for write in writes:
        first.setdefault((write.item.pk, write.item.sk), write)
    return list(first.values())


def _answer_of(saving: Saving) -> Answer:
    """What a key remembers: everything that the answer says, none of it personal."""
    sections = [[section, _row(earned)] for section, earned in saving.sections]
    completed = None if saving.completed is None else _row(saving.completed)
    balance = [saving.balance.available, saving.balance.lifetime, saving.balance.tier]
    row = [saving.survey, saving.programme, sections, list(saving.left), completed, balance]
    return Answer(json.dumps(row, separators=(",", ":")))


def _row(earned: Earned) -> list[Any]:
    return [earned.entry, earned.points, earned.held, earned.code, earned.message]
