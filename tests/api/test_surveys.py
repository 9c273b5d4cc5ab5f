"""Surveys are defined over the API, and every change is a version of the programme."""

import pytest

from tests.api.shop import ADA
from tests.api.surveys import BREAD, YOU, answer, changed, define, read


@pytest.mark.proves("B216")
def test_a_survey_is_read_as_it_was_created(shop):
    made = define(shop)

    found = shop.get("/surveys/bread").ok

    assert found["survey"] == made["survey"]
    assert (found["isOpen"], found["programmeVersion"]) == ("YES", made["programmeVersion"])
    assert found["survey"]["theme"]["primaryColor"] == "#1F6F4A"
    for name in ("surveyName", "description", "imageUrl", "surveyType"):
        assert found["survey"][name] == BREAD[name]
    kinds = [each["type"] for section in found["survey"]["sections"] for each in section["questions"]]
    assert kinds == ["singleChoice", "multipleChoice", "number", "rating", "date", "yesNo", "text"]


def test_a_survey_without_an_id_gets_a_number_which_a_repeated_key_gives_again(shop):
    first = shop.post("/surveys", changed(surveyId=None), key="k-1")
    again = shop.post("/surveys", changed(surveyId=None), key="k-1")

    assert first.status == 201
    assert first["survey"]["surveyId"].isdigit()
    assert again.is_repeat
    assert again.body == first.body
    assert len(shop.get("/surveys").ok["surveys"]) == 1


def test_an_id_is_taken_once(shop):
    define(shop)

    assert shop.post("/surveys", BREAD).refusal == (409, "AC1006")


@pytest.mark.proves("B218")
def test_fields_are_changed_one_by_one_and_the_rest_stays(shop):
    before = define(shop)

    after = shop.patch("/surveys/bread", {"status": "inactive", "surveyName": "Bread?", "endDate": None}).ok

    assert after["programmeVersion"] == before["programmeVersion"] + 1
    assert after["survey"] == {**before["survey"], "status": "OFF", "surveyName": "Bread?"}
    assert shop.patch("/surveys/bread", {"surveyId": "cake"}).refusal == (400, "AC1004")
    assert shop.patch("/surveys/cake", {"status": "ON"}).refusal == (404, "AC1005")


@pytest.mark.proves("B218")
def test_a_whole_survey_replaces_another(shop):
    define(shop, endDate="2026-12-31")

    after = shop.put("/surveys/bread", changed(surveyName="Cake?")).ok["survey"]

    assert after["surveyName"] == "Cake?"
    assert "endDate" not in after


@pytest.mark.proves("B218")
def test_questions_are_edited_and_deleted(shop):
    define(shop)
    sections = changed()["sections"]

    shop.patch("/surveys/bread", {"sections": sections[:1]}).ok  # noqa: B018 - asks whether it went well.

    assert answer(shop, you=YOU).ok["status"] == "COMPLETED"


@pytest.mark.proves("B218")
def test_a_question_is_added_changed_and_deleted_and_the_others_stay(shop):
    define(shop)
    path = "/surveys/bread/sections/us/questions"
    asked = {"questionId": "smile", "text": "Did we smile?", "type": "yesNo"}
    token = shop.staff()

    added = shop.post(path, asked, token=token).ok["survey"]["sections"]
    shop.patch(f"{path}/smile", {"text": "Did somebody smile?", "required": False}, token=token).ok  # noqa: B018
    left = shop.call("DELETE", f"{path}/score", token=token).ok["survey"]["sections"]

    assert added[0] == left[0]
    assert [each["questionId"] for each in left[1]["questions"]] == ["last", "again", "why", "smile"]
    smile = left[1]["questions"][3]
    assert (smile["text"], smile["required"], smile["type"]) == ("Did somebody smile?", False, "yesNo")
    assert shop.post(path, asked, token=token).refusal == (409, "AC1006")
    assert shop.patch(f"{path}/score", {"text": "?"}, token=token).refusal == (404, "AC1005")
    assert shop.patch(f"{path}/smile", {"questionId": "grin"}, token=token).refusal == (400, "AC1004")
    assert shop.post("/surveys/bread/sections/them/questions", asked, token=token).refusal == (404, "AC1005")
    assert "type: wanted" in shop.patch(f"{path}/smile", {"type": "essay"}, token=token)["errorMessage"]
    for each in ("last", "again", "why"):
        shop.call("DELETE", f"{path}/{each}", token=token).ok  # noqa: B018
    assert shop.call("DELETE", f"{path}/smile", token=token).refusal == (400, "AC1004")


@pytest.mark.proves("B218")
def test_responses_outlive_their_survey(shop):
    define(shop)
    answer(shop, you=YOU).ok  # noqa: B018

    gone = shop.call("DELETE", "/surveys/bread", token=shop.staff()).ok

    assert gone["status"] == "DELETED"
    assert shop.get("/surveys/bread").refusal == (404, "AC1005")
    assert answer(shop, us={}).refusal == (404, "AC1005")
    (response,) = read(shop, "/surveys/bread/responses").ok["responses"]
    assert response["id"] == ADA
    assert "Where do you eat?" in read(shop, "/surveys/bread/export").ok["csv"]
    old = response["sections"][0]["programmeVersion"]
    assert read(shop, f"/surveys/bread/summary?version={old}").ok["sections"][0]["members"] == 1


def test_surveys_are_listed_by_status_and_page_by_page(shop):
    shop.programme(lambda document: document.update(surveys=[changed(surveyId=f"s{n}") for n in range(21)]))
    shop.patch("/surveys/s3", {"status": "OFF"}).ok  # noqa: B018

    assert [len(shop.get(f"/surveys?page={page}").ok["surveys"]) for page in (1, 2, 3)] == [20, 1, 0]
    assert shop.get("/surveys").ok["pages"] == 2
    assert [each["surveyId"] for each in shop.get("/surveys?status=off").ok["surveys"]] == ["s3"]
    assert shop.get("/surveys?status=maybe").refusal == (400, "AC1004")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"surveyName": ""}, "surveyName: wanted"),
        ({"sections": []}, "sections: wanted"),
        ({"colour": "red"}, "colour: is not a field"),
        ({"startDate": "2026-13-01"}, "startDate: wanted a day"),
        ({"startDate": "2026-03-02", "endDate": "2026-03-01"}, "endDate: wanted 2026-03-02 or later"),
        ({"audience": {"tiers": ["9"]}}, "audience.tiers[0]: wanted one of the programme's tiers"),
        ({"benefit": {"actionId": 109}}, "benefit.actionId: wanted an action that members earn by"),
        ({"benefit": {"actionId": 100}}, "benefit.points: is missing"),
        ({"benefit": {"actionId": 102, "points": "1.5"}}, "benefit.points: wanted at most 0 decimals"),
        ({"theme": {"primaryColor": "green"}}, "theme.primaryColor: wanted a colour"),
    ],
)
def test_what_is_wrong_is_named(shop, fields, named):
    refused = shop.post("/surveys", changed(**fields))

    assert refused.refusal == (400, "AC1004")
    assert named in refused["errorMessage"]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ({"type": "singleChoice"}, "choices: wanted at least 2"),
        ({"type": "yesNo", "minimum": 1}, "minimum: wanted nothing with yesNo"),
        ({"type": "number", "minimum": 3, "maximum": 2}, "minimum: wanted at most 2"),
        ({"type": "number", "minimum": "0.5"}, "minimum: wanted at most 0 decimals"),
        ({"type": "rating", "maximum": 101}, "maximum: wanted at most 100"),
        ({"type": "rating", "minimum": -1}, "minimum: wanted 0 or more"),
        ({"type": "text", "maximum": 2001}, "maximum: wanted at most 2000"),
        ({"type": "date", "earliest": "2026-02-02", "latest": "2026-02-01"}, "latest: wanted 2026-02-02 or later"),
        ({"type": "essay"}, "type: wanted"),
    ],
)
def test_what_is_wrong_with_a_question_is_named(shop, question, named):
    asked = {"questionId": "q", "text": "Well?", **question}
    sections = [{"sectionId": "s", "sectionName": "S", "questions": [asked]}]

    refused = shop.post("/surveys", changed(sections=sections))

    assert refused.refusal == (400, "AC1004")
    assert f"sections[0].questions[0].{named}" in refused["errorMessage"]


@pytest.mark.proves("A125", "B134", "B135", "B181", "B182")
def test_a_section_that_was_answered_elsewhere_is_paid_once(shop):
    define(shop)
    said = {"surveyId": "bread", "surveyName": "What shall we bake?", "sectionId": "you"}

    first = shop.credit(12, **said)
    second = shop.post(
        "/points", {"id": ADA, "actionId": 100, "activity": "CREDIT", "credit": 12, "reason": "x"} | said
    )

    assert {name: first[name] for name in said} == said
    assert (first["pointsAwarded"], second["pointsAwarded"], second["errorCode"]) == (12, 0, "AC1026")
    assert shop.credit(1, **said | {"sectionId": "us"})["pointsAwarded"] == 1
    assert shop.credit(1, surveyId="bread")["pointsAwarded"] == 1
    assert answer(shop, you=YOU).ok["sections"][0]["errorCode"] == "AC1026"
    assert shop.figures()["availablePoints"] == 14


@pytest.mark.proves("A125")
def test_an_answered_section_is_not_paid_again_by_hand(shop):
    define(shop)
    answer(shop, you=YOU).ok  # noqa: B018

    body = {"id": ADA, "actionId": 100, "activity": "CREDIT", "credit": 12, "reason": "x"}
    said = shop.post("/points", body | {"surveyId": "bread", "sectionId": "you"}, key="k-1")
    again = shop.post("/points", body | {"surveyId": "bread", "sectionId": "you"}, key="k-1")

    assert (said["errorCode"], said["updatedAvailablePoints"]) == ("AC1026", 7)
    assert again.is_repeat
    assert again.body == said.body


@pytest.mark.proves("B134")
def test_a_credit_for_a_survey_that_does_not_exist_is_refused_where_surveys_are_used(shop):
    body = {"id": ADA, "actionId": 100, "activity": "CREDIT", "credit": 12, "reason": "x", "surveyId": "elsewhere"}
    assert shop.post("/points", body).ok["surveyId"] == "elsewhere"

    define(shop)

    assert shop.post("/points", body | {"surveyId": "cake"}).refusal == (404, "AC1005")
    assert shop.post("/points", body | {"surveyId": "bread", "sectionId": "them"}).refusal == (404, "AC1005")
