"""Creating, changing and removing surveys: each publishes the programme with one thing changed."""

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.dynamo.idempotency import Key
from chalicelib.ids import digest
from chalicelib.ledger.service import Command
from chalicelib.programme import service as programme
from chalicelib.programme.definitions.survey import Survey
from chalicelib.programme.service import Published
from chalicelib.surveys import editing, refusals

ID_DIGITS: Final = 9


def create(site: str, run: Command, survey: Mapping[str, Any]) -> tuple[Survey, int]:
    """Put a new survey into force; without a ``surveyId`` it gets a number. The survey, and the programme's version.

    Raises ``SurveyExists``, ``InvalidProgramme`` naming each wrong field, and ``Contention``.
    """
    survey_id = named(run.id, run.key, survey)
    published = programme.amend(site, run.id, editing.add(survey, survey_id), key=run.key)
    return _of(published, survey_id)


def change(
    site: str, run: Command, survey_id: str, fields: Mapping[str, Any], *, whole: bool = False
) -> tuple[Survey, int]:
    """Set fields of a survey (``None`` takes one away), or with ``whole`` put another in its place.

    Responses keep naming the version that they were given to. Raises ``UnknownSurvey``, ``OtherId``,
    ``InvalidProgramme`` and ``Contention``.
    """
    if fields.get("surveyId") not in (None, survey_id):
        raise refusals.OtherId("surveyId")
    edit = editing.change(survey_id, fields, whole=whole)
    return _of(programme.amend(site, run.id, edit, key=run.key), survey_id)


def remove(site: str, run: Command, survey_id: str) -> int:
    """Take a survey out of the programme; responses to it stay and can be read. The programme's version.

    Raises ``UnknownSurvey`` and ``Contention``.
    """
    return programme.amend(site, run.id, editing.remove(survey_id), key=run.key).in_force.version


def add_question(
    site: str, run: Command, survey_id: str, section_id: str, question: Mapping[str, Any]
) -> tuple[Survey, int]:
    """Add a question at the end of a section. Raises ``UnknownSurvey``, ``UnknownSection``, ``QuestionExists``,
    ``BadSurvey`` and ``Contention``.
    """
    edit = editing.add_question(survey_id, section_id, question)
    return _of(programme.amend(site, run.id, edit, key=run.key), survey_id)


def change_question(
    site: str, run: Command, survey_id: str, section_id: str, question_id: str, fields: Mapping[str, Any]
) -> tuple[Survey, int]:
    """Set fields of a question, and leave the rest of the survey to whoever changes it at the same time.

    Raises ``OtherId``, ``UnknownQuestion`` and what ``add_question`` does.
    """
    if fields.get("questionId") not in (None, question_id):
        raise refusals.OtherId("questionId")
    edit = editing.change_question(survey_id, section_id, question_id, fields)
    return _of(programme.amend(site, run.id, edit, key=run.key), survey_id)


def remove_question(site: str, run: Command, survey_id: str, section_id: str, question_id: str) -> tuple[Survey, int]:
    """Take a question out of its section, which keeps at least one. Answers to it stay. Raises as above."""
    edit = editing.remove_question(survey_id, section_id, question_id)
    return _of(programme.amend(site, run.id, edit, key=run.key), survey_id)


def named(command_id: str, key: Key | None, survey: Mapping[str, Any]) -> str:
    """The id of a new survey: the one that was sent, or a number that a repeated key always gives again."""
    given = survey.get("surveyId")
    if given not in (None, ""):
        return str(given)
    seed = digest("survey", command_id if key is None else key.digest + key.request)
    return str(int(seed, 16) % 10**ID_DIGITS)


def at_version(site: str, version: int, survey_id: str) -> Survey:
    """A survey as a version of the programme had it. Raises ``UnknownVersion`` and ``UnknownSurvey``."""
    found = programme.at_version(site, version).survey_by_id.get(survey_id)
    if found is None:
        raise refusals.UnknownSurvey
    return found


def _of(published: Published, survey_id: str) -> tuple[Survey, int]:
    return published.in_force.survey_by_id[survey_id], published.in_force.version
