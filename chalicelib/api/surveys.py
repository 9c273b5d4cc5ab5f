"""Surveys: create, read, change and delete them (annex-api-2, section 8)."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import Field
from typing_extensions import TypedDict

from chalicelib.api import fields
from chalicelib.api.common import force_of
from chalicelib.api.fields import Body
from chalicelib.api.paging import counted, page_of
from chalicelib.api.routing import Request, Routes
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import Malformed
from chalicelib.programme.definitions.survey import Question, Survey
from chalicelib.surveys import opening
from chalicelib.surveys.defining import service as defining
from chalicelib.surveys.refusals import UnknownSurvey

routes: Final = Routes(__name__, "Survey")
_STATUSES: Final = ("ALL", "ON", "OFF")


class SurveysQuery(Body):
    """Which surveys are wanted."""

    status: fields.Text = Field(default="ALL", json_schema_extra={"enum": list(_STATUSES)})
    page: fields.Page = 1


class SurveyAnswer(TypedDict):
    """A survey, and the version of the programme that defines it so."""

    siteId: str
    programmeVersion: int
    survey: dict[str, Any]


class SurveyRead(SurveyAnswer):
    """A survey, and whether it can be answered now."""

    isOpen: str


class SurveyList(TypedDict):
    """A page of surveys."""

    siteId: str
    programmeVersion: int
    surveys: list[dict[str, Any]]
    pages: int
    currentPage: int


class SurveyDeleted(TypedDict):
    """What was deleted, and the version of the programme that has it no more."""

    siteId: str
    surveyId: str
    status: str
    programmeVersion: int


def _created_again(request: Request, known: Known) -> Mapping[str, Any]:
    survey_id = defining.named("", request.key, _given(request))
    return _again(request, known, survey_id)


def _changed_again(request: Request, known: Known) -> Mapping[str, Any]:
    return _again(request, known, request.params["surveyId"])


def _again(request: Request, known: Known, survey_id: str) -> Mapping[str, Any]:
    return _answer(request, defining.at_version(request.site, int(known.ref), survey_id), int(known.ref))


def _deleted_again(request: Request, known: Known) -> Mapping[str, Any]:
    return _deleted(request, int(known.ref))


@routes.add(
    "POST", "/surveys", scope="surveys:write", body=Survey, response=SurveyAnswer, status=201, again=_created_again
)
def create_survey(request: Request) -> Mapping[str, Any]:
    """Create a survey: information, eligibility, duration, sections with typed questions, benefits and theme.

    Without a surveyId it gets a number. It is in force within seconds; every wrong field is named.
    """
    return _answer(request, *defining.create(request.site, request.command(), _given(request)))


@routes.add("GET", "/surveys", scope="definitions:read", query=SurveysQuery, response=SurveyList)
def get_surveys(request: Request) -> Mapping[str, Any]:
    """List the surveys: all, or those that are switched ON or OFF."""
    query: SurveysQuery = request.query
    status = query.status.strip().upper()
    if status not in _STATUSES:
        raise Malformed(f"status: one of {', '.join(_STATUSES)}.")
    force = force_of(request)
    found = [survey for survey in force.programme.surveys if status in ("ALL", survey.status)]
    return {
        "siteId": request.site,
        "programmeVersion": force.version,
        "surveys": [shown(survey) for survey in page_of(found, query.page)],
        **counted(len(found), query.page),
    }


@routes.add("GET", "/surveys/{surveyId}", scope="definitions:read", response=SurveyRead)
def get_survey(request: Request) -> Mapping[str, Any]:
    """Read a survey with its sections and questions, and whether it can be answered now."""
    force = force_of(request)
    survey = force.survey_by_id.get(request.params["surveyId"])
    if survey is None:
        raise UnknownSurvey
    is_open = opening.closed(survey, force, request.now) is None
    return {**_answer(request, survey, force.version), "isOpen": "YES" if is_open else "NO"}


@routes.add(
    "PATCH",
    "/surveys/{surveyId}",
    scope="surveys:write",
    body=dict[str, Any],
    response=SurveyAnswer,
    again=_changed_again,
)
def patch_survey(request: Request) -> Mapping[str, Any]:
    """Change fields of a survey: what is given, and nothing else. A list (sections) is replaced as a whole.

    Answers given before stay tied to the questions as they were then.
    """
    changed = defining.change(request.site, request.command(), request.params["surveyId"], _given(request))
    return _answer(request, *changed)


@routes.add(
    "PUT", "/surveys/{surveyId}", scope="surveys:write", body=Survey, response=SurveyAnswer, again=_changed_again
)
def put_survey(request: Request) -> Mapping[str, Any]:
    """Put another survey in the place of one; the id stays."""
    survey_id = request.params["surveyId"]
    return _answer(request, *defining.change(request.site, request.command(), survey_id, _given(request), whole=True))


@routes.add("DELETE", "/surveys/{surveyId}", scope="surveys:write", response=SurveyDeleted, again=_deleted_again)
def delete_survey(request: Request) -> Mapping[str, Any]:
    """Delete a survey. Responses to it stay and can be read; a new survey with its id goes on with them."""
    return _deleted(request, defining.remove(request.site, request.command(), request.params["surveyId"]))


@routes.add(
    "POST",
    "/surveys/{surveyId}/sections/{sectionId}/questions",
    scope="surveys:write",
    body=Question,
    response=SurveyAnswer,
    status=201,
    again=_changed_again,
)
def add_survey_question(request: Request) -> Mapping[str, Any]:
    """Add a question at the end of a section of a survey."""
    return _answer(request, *defining.add_question(request.site, request.command(), *_place(request), _given(request)))


@routes.add(
    "PATCH",
    "/surveys/{surveyId}/sections/{sectionId}/questions/{questionId}",
    scope="surveys:write",
    body=dict[str, Any],
    response=SurveyAnswer,
    again=_changed_again,
)
def patch_survey_question(request: Request) -> Mapping[str, Any]:
    """Change fields of a question: what is given, and nothing else. Answers given before stay tied to the old one."""
    place = (*_place(request), request.params["questionId"])
    return _answer(request, *defining.change_question(request.site, request.command(), *place, _given(request)))


@routes.add(
    "DELETE",
    "/surveys/{surveyId}/sections/{sectionId}/questions/{questionId}",
    scope="surveys:write",
    response=SurveyAnswer,
    again=_changed_again,
)
def delete_survey_question(request: Request) -> Mapping[str, Any]:
    """Delete a question of a survey; a section keeps at least one. Answers to it stay."""
    place = (*_place(request), request.params["questionId"])
    return _answer(request, *defining.remove_question(request.site, request.command(), *place))


def _place(request: Request) -> tuple[str, str]:
    return request.params["surveyId"], request.params["sectionId"]


def shown(survey: Survey) -> dict[str, Any]:
    """A survey as it is written; what is not set is left out."""
    return survey.model_dump(by_alias=True, exclude_none=True)


def _given(request: Request) -> dict[str, Any]:
    """The body without what is null: absent."""
    return {name: value for name, value in request.raw.items() if value is not None}


def _answer(request: Request, survey: Survey, version: int) -> dict[str, Any]:
    return {"siteId": request.site, "programmeVersion": version, "survey": shown(survey)}


def _deleted(request: Request, version: int) -> dict[str, Any]:
    survey_id = request.params["surveyId"]
    return {"siteId": request.site, "surveyId": survey_id, "status": "DELETED", "programmeVersion": version}
