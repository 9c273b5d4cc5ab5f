"""Responses to surveys: members answer, staff and servers read (annex-api-2, section 8)."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import Field, WithJsonSchema

from chalicelib.api import cursors, fields
from chalicelib.api.common import WireFigures, force_of, of_named, stamp
from chalicelib.api.fields import Body
from chalicelib.api.routing import Request, Routes
from chalicelib.api.survey_shapes import (
    AnswersSaved,
    Export,
    MemberSurveys,
    ResponseAnswer,
    ResponseList,
    Summary,
)
from chalicelib.api.surveys import shown
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import Malformed
from chalicelib.members.service import Resolved
from chalicelib.programme.definitions.survey import SECTIONS_MAX, Survey
from chalicelib.programme.section import DefinitionId
from chalicelib.programme.service import UnknownVersion
from chalicelib.surveys import exporting, tally
from chalicelib.surveys import service as surveys
from chalicelib.surveys.answering import service as answering
from chalicelib.surveys.answering.service import Saving
from chalicelib.surveys.defining import service as defining
from chalicelib.surveys.refusals import UnknownSurvey
from chalicelib.surveys.response import Earned, Response, Stored
from chalicelib.surveys.service import Offered
from chalicelib.surveys.tally import Tally

routes: Final = Routes(__name__, "Survey")
PAGE_DEFAULT: Final = 20
PAGE_MAX: Final = 50
"""Responses of one page: each may hold 300 KB of text, and an answer 6 MB (AWS limit)."""
ID_CHARACTERS_MAX: Final = 40
_Limit = Annotated[
    int, fields.whole_up_to(PAGE_MAX), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": PAGE_MAX})
]


class SectionBody(Body):
    """The answers to one section, by question."""

    section_id: DefinitionId
    answers: dict[str, Any]


class AnswersBody(Body):
    """Sections as the member answered them; none completes a survey whose other sections were edited away."""

    sections: Annotated[list[SectionBody], Field(max_length=SECTIONS_MAX)]
    source: fields.Text = ""


class ResponsesQuery(Body):
    """Where a list of responses goes on."""

    limit: _Limit = PAGE_DEFAULT
    cursor: fields.Text = ""


class SummaryQuery(Body):
    """The version of the programme whose questions are meant; the one in force when left out."""

    version: (
        Annotated[int, fields.whole_up_to(99_999_999), WithJsonSchema({"type": "integer", "minimum": 1})] | None
    ) = None


@routes.add("GET", "/users/{memberId}/surveys", scope="users:read", response=MemberSurveys)
def get_user_surveys(request: Request) -> Mapping[str, Any]:
    """List the surveys that a member may answer, and those answered: OPEN, IN PROGRESS, COMPLETED or CLOSED."""

    def read(member: Resolved) -> Mapping[str, Any]:
        found = surveys.offered(request.site, member.mid, force_of(request), request.now, member.homes)
        return {"siteId": request.site, "id": member.given, "surveys": [_offered(each) for each in found]}

    return of_named(request, read)


@routes.add("GET", "/users/{memberId}/surveys/{surveyId}", scope="users:read", response=ResponseAnswer)
def get_user_response(request: Request) -> Mapping[str, Any]:
    """Read what a member answered to a survey."""

    def read(member: Resolved) -> Mapping[str, Any]:
        found = surveys.read_response(request.site, member.mid, _survey_id(request), member.homes)
        return {"siteId": request.site, **_shown(found, WireFigures(force_of(request)))}

    return of_named(request, read)


def _again(request: Request, known: Known) -> Mapping[str, Any]:
    return _saved(request, answering.answered(known))


@routes.add(
    "POST",
    "/users/{memberId}/surveys/{surveyId}",
    scope="surveys:answer",
    body=AnswersBody,
    response=AnswersSaved,
    again=_again,
)
def answer_survey(request: Request) -> Mapping[str, Any]:
    """Answer one or more sections of a survey for a member.

    Each section is answered once, as a whole; every wrong answer is named by section and question, and nothing is
    saved then. The last section completes the survey. Points of sections and of the completion are paid at once, in
    the same transaction.
    """
    body: AnswersBody = request.body
    given = {section.section_id: section.answers for section in body.sections}
    if len(given) != len(body.sections):
        raise Malformed("sections: each section once.")
    force, run, survey_id = force_of(request), request.command(), _survey_id(request)

    def save(member: Resolved) -> Saving:
        return answering.respond(
            request.site, run, force, member.mid, member.given, survey_id, given, source=body.source, homes=member.homes
        )

    return _saved(request, of_named(request, save))


@routes.add("GET", "/surveys/{surveyId}/responses", scope="surveys:read", query=ResponsesQuery, response=ResponseList)
def get_survey_responses(request: Request) -> Mapping[str, Any]:
    """List the responses to a survey, newest first; also to one that was deleted.

    For the next page send nextCursor as cursor; it is empty on the last page.
    """
    survey_id, show = _survey_id(request), WireFigures(force_of(request))
    found, following = _page(request, survey_id, "survey responses")
    return {
        "siteId": request.site,
        "surveyId": survey_id,
        "responses": [_shown(each, show) for each in found],
        "nextCursor": following,
    }


@routes.add("GET", "/surveys/{surveyId}/export", scope="surveys:read", query=ResponsesQuery, response=Export)
def export_survey(request: Request) -> Mapping[str, Any]:
    """Export the responses to a survey as comma-separated values (csv), page by page.

    A row for each answer, with the question as it was asked then. The first page begins with the names of the columns,
    so that the pages put together are one file.
    """
    survey_id = _survey_id(request)
    found, following = _page(request, survey_id, "survey export")

    def at_version(version: int) -> Survey | None:
        try:
            return defining.at_version(request.site, version, survey_id)
        except (UnknownSurvey, UnknownVersion):
            return None

    rows = [(each.member, each.response) for each in found]
    return {
        "siteId": request.site,
        "surveyId": survey_id,
        "fileName": f"survey-{survey_id}.csv",
        "csv": exporting.text(rows, at_version, with_names=not request.query.cursor),
        "nextCursor": following,
    }


@routes.add("GET", "/surveys/{surveyId}/summary", scope="surveys:read", query=SummaryQuery, response=Summary)
def get_survey_summary(request: Request) -> Mapping[str, Any]:
    """Count the answers to a survey: members by section, and for each question how many gave which answer.

    Answers to questions that were edited since count under the version of the programme that asked them.
    """
    survey_id = _survey_id(request)
    version = request.query.version or force_of(request).version
    survey = defining.at_version(request.site, version, survey_id)
    counts = surveys.counts(request.site, survey)
    return {
        "siteId": request.site,
        "surveyId": survey_id,
        "surveyName": survey.survey_name,
        "programmeVersion": version,
        "sections": [
            {
                "sectionId": section.section_id,
                "sectionName": section.section_name,
                "members": count.members,
                "questions": [_counted(question, count) for question in section.questions],
            }
            for section, count in zip(survey.sections, counts, strict=True)
        ],
    }


def _survey_id(request: Request) -> str:
    survey_id = request.params["surveyId"]
    if not 0 < len(survey_id) <= ID_CHARACTERS_MAX or "#" in survey_id:
        raise UnknownSurvey
    return survey_id


def _page(request: Request, survey_id: str, listed: str) -> tuple[tuple[Stored, ...], str]:
    """A page of responses and the cursor of the next. Raises ``UnknownSurvey`` where there never was one."""
    query: ResponsesQuery = request.query
    site = request.site
    place = cursors.place_in(site, listed, survey_id, query.cursor) if query.cursor else 0
    found = surveys.page(site, survey_id, place=place, limit=query.limit)
    if not (found.responses or place) and survey_id not in force_of(request).survey_by_id:
        raise UnknownSurvey
    following = "" if found.following is None else cursors.following(site, listed, survey_id, found.following)
    return found.responses, following


def _offered(each: Offered) -> dict[str, Any]:
    response = each.response
    status = "OPEN" if response is None else _status(response)
    if each.closed is not None and status != "COMPLETED":
        status = "CLOSED"
    done = [] if response is None else [saved.section for saved in response.sections]
    return {"status": status, "sectionsAnswered": done, "survey": shown(each.survey)}


def _status(response: Response) -> str:
    return "IN PROGRESS" if response.completed is None else "COMPLETED"


def _shown(stored: Stored, show: WireFigures) -> dict[str, Any]:
    response = stored.response
    return {
        "id": stored.member,
        "surveyId": response.survey,
        "status": _status(response),
        "createDate": stamp(response.begun),
        "completeDate": "" if response.completed is None else stamp(response.completed),
        "sections": [
            {
                "sectionId": saved.section,
                "answers": dict(saved.answers),
                "programmeVersion": saved.programme,
                "createDate": stamp(saved.at),
                **_paid(saved.earned, show),
            }
            for saved in response.sections
        ],
        "completion": None if response.completed is None else _paid(response.earned, show),
    }


def _saved(request: Request, saving: Saving) -> dict[str, Any]:
    show = WireFigures(force_of(request))
    gained = [earned for _, earned in saving.sections]
    gained += [] if saving.completed is None else [saving.completed]
    return {
        "siteId": request.site,
        "id": request.params["memberId"],
        "surveyId": saving.survey,
        "programmeVersion": saving.programme,
        "status": "IN PROGRESS" if saving.left else "COMPLETED",
        "sections": [{"sectionId": section, **_paid(earned, show)} for section, earned in saving.sections],
        "sectionsLeft": list(saving.left),
        "completion": None if saving.completed is None else _paid(saving.completed, show),
        "pointsAwarded": show.points(sum(earned.points for earned in gained)),
        "holdPoints": show.points(sum(earned.held for earned in gained)),
        "updatedAvailablePoints": show.points(saving.balance.available),
        "updatedLifetimePoints": show.points(saving.balance.lifetime),
        "updatedUserTier": show.tier(saving.balance.tier),
    }


def _paid(earned: Earned, show: WireFigures) -> dict[str, Any]:
    return {
        "pointsAwarded": show.points(earned.points),
        "holdPoints": show.points(earned.held),
        "errorCode": earned.code,
        "errorMessage": earned.message,
    }


def _counted(question: Any, count: Tally) -> dict[str, Any]:
    name = question.question_id
    given = count.counts.get(name, {})
    said: dict[str, Any] = {
        "questionId": name,
        "text": question.text,
        "type": question.type,
        "members": count.answered.get(name, 0),
        "answers": [
            {"answer": each, "text": exporting.label(question, each), "members": given.get(each, 0)}
            for each in tally.possible(question)
        ],
    }
    mean = tally.mean(count, name)
    return said if mean is None else {**said, "sum": count.sums[name], "mean": mean}
