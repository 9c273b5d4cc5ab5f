"""What must hold of responses however many answer at once, and when somebody leaves."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.errors import Refusal
from chalicelib.ledger import service as ledger
from chalicelib.members import service as members
from chalicelib.members.profile import NewMember
from chalicelib.programme import service as programme
from chalicelib.programme.in_force import InForce
from chalicelib.programme.rendering import render
from chalicelib.surveys import service as surveys
from chalicelib.surveys.answering import service as answering
from chalicelib.surveys.answering.service import Saving
from chalicelib.surveys.refusals import SectionAnswered, SurveyFull
from tests.api.surveys import BREAD, US, YOU

SITE = "29235480"
NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
TOGETHER = 8


def opened(**fields: Any) -> InForce:
    programme.clear_caches()
    document = {**render(programme.in_force(SITE).programme), "surveys": [{**BREAD, **fields}]}
    return programme.publish(SITE, "cmd", document).in_force


def enrolled(force: InForce, *ids: str) -> dict[str, str]:
    """Number of each member by id."""
    for member in ids:
        members.enrol(SITE, ledger.command(NOW), force.rules, NewMember(id=member))
    return {member: members.resolve(SITE, member).mid for member in ids}


def answered(force: InForce, mid: str, **given: Any) -> Saving | Refusal:
    try:
        return answering.respond(SITE, ledger.command(NOW), force, mid, "m", "bread", given)
    except Refusal as refused:
        return refused


def test_places_are_taken_exactly_however_many_come_at_once(real_table: Any) -> None:
    force = opened(membersMax=3)
    mids = enrolled(force, *(f"m-{number}" for number in range(TOGETHER)))

    with ThreadPoolExecutor(TOGETHER) as pool:
        said = list(pool.map(lambda mid: answered(force, mid, you=YOU), mids.values()))

    assert sum(isinstance(each, Saving) for each in said) == 3
    assert sum(isinstance(each, SurveyFull) for each in said) == TOGETHER - 3
    assert len(surveys.page(SITE, "bread", limit=20).responses) == 3
    assert surveys.counts(SITE, force.survey_by_id["bread"])[0].members == 3


def test_a_section_is_answered_and_paid_once_however_often_it_comes_at_once(real_table: Any) -> None:
    force = opened()
    (mid,) = enrolled(force, "m-ada").values()

    with ThreadPoolExecutor(TOGETHER) as pool:
        said = list(pool.map(lambda _: answered(force, mid, you=YOU), range(TOGETHER)))

    assert sum(isinstance(each, Saving) for each in said) == 1
    assert sum(isinstance(each, SectionAnswered) for each in said) == TOGETHER - 1
    assert ledger.read(SITE, mid, force.rules, NOW).bucket().available == 7
    assert surveys.counts(SITE, force.survey_by_id["bread"])[0].members == 1


def test_a_dossier_tells_the_answers_and_forgetting_leaves_none(table: Any) -> None:
    force = opened()
    mids = enrolled(force, "m-ada", "m-ben")
    for mid in mids.values():
        assert isinstance(answered(force, mid, you=YOU, us=US), Saving)
    ada = mids["m-ada"]

    told = surveys.dossier(SITE, ada)["surveys"]
    assert [each["surveyId"] for each in told] == ["bread"]
    assert told[0]["answers"]["us"]["score"] == 9

    assert surveys.forget(SITE, ada)
    assert surveys.dossier(SITE, ada) == {}
    assert len(surveys.page(SITE, "bread", limit=20).responses) == 1
    assert surveys.dossier(SITE, mids["m-ben"])


def test_what_is_too_long_for_an_item_is_refused(table: Any) -> None:
    questions = [{"questionId": f"q{number}", "text": "?", "type": "text"} for number in range(20)]
    sections = [{"sectionId": f"s{number}", "sectionName": "S", "questions": questions} for number in range(10)]
    force = opened(sections=sections)
    (mid,) = enrolled(force, "m-ada").values()
    given = {f"s{number}": {f"q{each}": "ä" * 2000 for each in range(20)} for number in range(10)}

    refused = answered(force, mid, **given)

    assert isinstance(refused, Refusal)
    assert "300000 bytes" in refused.message
    with pytest.raises(Refusal):
        surveys.read_response(SITE, mid, "bread")
