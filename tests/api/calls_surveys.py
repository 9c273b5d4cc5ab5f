"""Mutating calls of surveys."""

from typing import Any

from tests.api.call import Call
from tests.api.shop import ADA, Shop
from tests.api.surveys import BREAD, US, YOU, define


def _sections(**answers: Any) -> dict[str, Any]:
    return {"sections": [{"sectionId": name, "answers": given} for name, given in answers.items()]}


def _defined(shop: Shop) -> None:
    define(shop)


_ANSWER = f"/users/{ADA}/surveys/bread"
_QUESTIONS = "/surveys/bread/sections/us/questions"
_SMILE = {"questionId": "smile", "text": "Did we smile?", "type": "yesNo"}
_CAKE = BREAD | {"surveyId": "cake"}
CALLS_SURVEYS: dict[str, Call] = {
    "create survey": Call("POST", "/surveys", BREAD, _CAKE),
    "patch survey": Call("PATCH", "/surveys/bread", {"status": "OFF"}, {"status": "ON"}, _defined),
    "put survey": Call("PUT", "/surveys/bread", BREAD | {"status": "OFF"}, BREAD, _defined),
    "delete survey": Call("DELETE", "/surveys/bread", {"reason": "over"}, {"reason": "a mistake"}, _defined),
    "add question": Call("POST", _QUESTIONS, _SMILE, _SMILE | {"questionId": "grin"}, _defined),
    "patch question": Call("PATCH", f"{_QUESTIONS}/why", {"text": "Why not?"}, {"text": "Why?!"}, _defined),
    "delete question": Call("DELETE", f"{_QUESTIONS}/why", {"reason": "x"}, {"reason": "y"}, _defined),
    "answer": Call("POST", _ANSWER, _sections(you=YOU), _sections(us=US), _defined),
    "complete": Call("POST", _ANSWER, _sections(you=YOU, us=US), _sections(us=US), _defined),
}
