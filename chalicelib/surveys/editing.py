"""Changes of the programme's list of surveys, each a function from programme to programme."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.programme.definitions.survey import SURVEYS_MAX, Survey
from chalicelib.programme.document import Programme
from chalicelib.programme.rendering import render
from chalicelib.programme.section import Problem
from chalicelib.programme.validation import InvalidProgramme, validate
from chalicelib.surveys import refusals

Edit = Callable[[Programme], Programme]


def add(survey: Mapping[str, Any], survey_id: str) -> Edit:
    """Add a survey as it was sent, at the end. Raises ``SurveyExists`` and ``InvalidProgramme``."""

    def edit(programme: Programme) -> Programme:
        if any(each.survey_id == survey_id for each in programme.surveys):
            raise refusals.SurveyExists
        if len(programme.surveys) >= SURVEYS_MAX:
            raise InvalidProgramme([Problem("surveys", f"wanted at most {SURVEYS_MAX} of them")])
        return _with(programme, [*_plain(programme), {**survey, "surveyId": survey_id}], len(programme.surveys))

    return edit


def change(survey_id: str, fields: Mapping[str, Any], *, whole: bool) -> Edit:
    """Set these fields of a survey, or put them in place of all; ``None`` takes a field away. Raises as ``add`` does,
    and ``UnknownSurvey``.
    """

    def edit(programme: Programme) -> Programme:
        plain = _plain(programme)
        place = _place(programme, survey_id)
        before = {} if whole else plain[place]
        plain[place] = {**before, **fields, "surveyId": survey_id}
        return _with(programme, plain, place)

    return edit


def remove(survey_id: str) -> Edit:
    """Take a survey out; responses to it stay. Raises ``UnknownSurvey``."""

    def edit(programme: Programme) -> Programme:
        place = _place(programme, survey_id)
        surveys: tuple[Survey, ...] = programme.surveys
        return programme.model_copy(update={"surveys": (*surveys[:place], *surveys[place + 1 :])})

    return edit


def add_question(survey_id: str, section_id: str, question: Mapping[str, Any]) -> Edit:
    """Add a question at the end of a section. Raises ``UnknownSurvey``, ``UnknownSection``, ``QuestionExists`` and
    ``BadSurvey``.
    """

    def edit(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if any(each["questionId"] == question.get("questionId") for each in questions):
            raise refusals.QuestionExists
        return [*questions, dict(question)]

    return _questions(survey_id, section_id, edit)


def change_question(survey_id: str, section_id: str, question_id: str, fields: Mapping[str, Any]) -> Edit:
    """Set these fields of a question. Raises ``UnknownQuestion``, and what ``add_question`` does but for its own."""

    def edit(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        _check_question(questions, question_id)
        new = {**fields, "questionId": question_id}
        return [{**each, **new} if each["questionId"] == question_id else each for each in questions]

    return _questions(survey_id, section_id, edit)


def remove_question(survey_id: str, section_id: str, question_id: str) -> Edit:
    """Take a question out; answers to it stay. Raises as ``change_question`` does: a section keeps one question."""

    def edit(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        _check_question(questions, question_id)
        return [each for each in questions if each["questionId"] != question_id]

    return _questions(survey_id, section_id, edit)


def _questions(
    survey_id: str, section_id: str, change_: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]
) -> Edit:
    def edit(programme: Programme) -> Programme:
        plain = _plain(programme)
        place = _place(programme, survey_id)
        sections = list(plain[place]["sections"])
        number = next((at for at, each in enumerate(sections) if each["sectionId"] == section_id), None)
        if number is None:
            raise refusals.UnknownSection
        sections[number] = {**sections[number], "questions": change_(list(sections[number]["questions"]))}
        plain[place] = {**plain[place], "sections": sections}
        return _with(programme, plain, place)

    return edit


def _check_question(questions: Sequence[Mapping[str, Any]], question_id: str) -> None:
    if all(each["questionId"] != question_id for each in questions):
        raise refusals.UnknownQuestion


def _place(programme: Programme, survey_id: str) -> int:
    for place, survey in enumerate(programme.surveys):
        if survey.survey_id == survey_id:
            return place
    raise refusals.UnknownSurvey


def _plain(programme: Programme) -> list[dict[str, Any]]:
    surveys: list[dict[str, Any]] = render(programme).get("surveys", [])
    return list(surveys)


def _with(programme: Programme, surveys: list[dict[str, Any]], place: int) -> Programme:
    """The programme with these surveys; what is wrong with the one at ``place`` is named by its own fields."""
    try:
        return validate({**render(programme), "surveys": surveys})
    except InvalidProgramme as refused:
        raise refusals.BadSurvey([_inside(problem, f"surveys[{place}]") for problem in refused.problems]) from refused


def _inside(problem: Problem, path: str) -> Problem:
    return Problem(problem.field.removeprefix(path).removeprefix(".") or "survey", problem.text)
