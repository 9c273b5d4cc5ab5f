"""Answers about responses to surveys, as the OpenAPI document describes them."""

from typing import Any

from typing_extensions import TypedDict

from chalicelib.api.shapes import Number


class Paid(TypedDict):
    """What a benefit gave, or the code and sentence of the limit that withheld it."""

    pointsAwarded: Number
    holdPoints: Number
    errorCode: str
    errorMessage: str


class SectionSaved(Paid):
    """A section that was saved."""

    sectionId: str


class AnswersSaved(TypedDict):
    """What was saved and what it earned."""

    siteId: str
    id: str
    surveyId: str
    programmeVersion: int
    status: str
    sections: list[SectionSaved]
    sectionsLeft: list[str]
    completion: Paid | None
    pointsAwarded: Number
    holdPoints: Number
    updatedAvailablePoints: Number
    updatedLifetimePoints: Number
    updatedUserTier: str


class SectionShown(Paid):
    """A section as it was answered, and the version of the programme whose questions these are."""

    sectionId: str
    answers: dict[str, Any]
    programmeVersion: int
    createDate: str


class ResponseShown(TypedDict):
    """A member's response."""

    id: str
    surveyId: str
    status: str
    createDate: str
    completeDate: str
    sections: list[SectionShown]
    completion: Paid | None


class ResponseAnswer(ResponseShown):
    """A member's response, on a site."""

    siteId: str


class ResponseList(TypedDict):
    """A page of responses, newest first."""

    siteId: str
    surveyId: str
    responses: list[ResponseShown]
    nextCursor: str


class Export(TypedDict):
    """A page of responses as comma-separated values."""

    siteId: str
    surveyId: str
    fileName: str
    csv: str
    nextCursor: str


class MemberSurveys(TypedDict):
    """The surveys that a member may answer or has answered."""

    siteId: str
    id: str
    surveys: list[dict[str, Any]]


class Summary(TypedDict):
    """Counts of the answers to a survey."""

    siteId: str
    surveyId: str
    surveyName: str
    programmeVersion: int
    sections: list[dict[str, Any]]
