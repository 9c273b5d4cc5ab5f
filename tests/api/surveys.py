"""Surveys as shops define them, for tests."""

from typing import Any

from tests.api.shop import ADA, Said, Shop, quoted

BREAD = {
    "surveyId": "bread",
    "surveyName": "What shall we bake?",
    "description": "Two sections, three minutes.",
    "imageUrl": "https://cdn.example.test/bread.jpg",
    "surveyType": "taste",
    "sections": [
        {
            "sectionId": "you",
            "sectionName": "About you",
            "questions": [
                {"questionId": "where", "text": "Where do you eat?", "type": "singleChoice",
                 "choices": [{"choiceId": "home", "text": "At home"}, {"choiceId": "cafe", "text": "In a café"}]},
                {"questionId": "likes", "text": "What do you like?", "type": "multipleChoice", "maximum": "2",
                 "choices": [{"choiceId": each, "text": each.title()} for each in ("rye", "oat", "spelt")]},
                {"questionId": "loaves", "text": "Loaves a week?", "type": "number", "minimum": 0, "maximum": 20,
                 "decimals": 1},
            ],
            "benefit": {"actionId": "100", "points": "7"},
        },
        {
            "sectionId": "us",
            "sectionName": "About us",
            "questions": [
                {"questionId": "score", "text": "Would you recommend us?", "type": "rating", "minimum": 0,
                 "maximum": 10, "lowestLabel": "never", "highestLabel": "at once"},
                {"questionId": "last", "text": "Here last?", "type": "date", "required": False,
                 "earliest": "2020-01-01"},
                {"questionId": "again", "text": "Again?", "type": "yesNo"},
                {"questionId": "why", "text": "Why?", "type": "text", "required": False, "maximum": 50},
            ],
        },
    ],
    "benefit": {"actionId": 102},
    "theme": {"primaryColor": "#1F6F4A"},
}  # fmt: skip
YOU = {"where": "cafe", "likes": ["oat", "rye"], "loaves": "2.5"}
US = {"score": 9, "last": "2026-03-01", "again": "yes", "why": "=the crust\nabove all"}


def changed(**fields: Any) -> dict[str, Any]:
    """The survey with other fields; ``None`` takes one away."""
    return {name: value for name, value in {**BREAD, **fields}.items() if value is not None}


def define(shop: Shop, **fields: Any) -> dict[str, Any]:
    return shop.post("/surveys", changed(**fields)).ok


def answer(shop: Shop, member: str = ADA, survey: str = "bread", *, key: str | None = None, **sections: Any) -> Said:
    body = {"sections": [{"sectionId": name, "answers": given} for name, given in sections.items()]}
    return shop.post(f"/users/{quoted(member)}/surveys/{survey}", body, key=key)


def read(shop: Shop, path: str) -> Said:
    return shop.get(path, token=shop.staff())
