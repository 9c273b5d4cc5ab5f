"""Members answer surveys: question by question, section by section, paid once."""

import csv
import io

import pytest

from chalicelib import clock
from tests.api.calls_users import MERGE
from tests.api.fixtures import NOON
from tests.api.shop import ADA, GRACE
from tests.api.surveys import US, YOU, answer, changed, define, read


@pytest.mark.proves("A125", "B216", "B219")
def test_sections_are_saved_one_by_one_and_the_last_one_completes_the_survey(shop):
    define(shop)

    first = answer(shop, you=YOU).ok
    second = answer(shop, us=US).ok

    assert (first["status"], first["sectionsLeft"], first["completion"]) == ("IN PROGRESS", ["us"], None)
    assert [(each["sectionId"], each["pointsAwarded"]) for each in first["sections"]] == [("you", 7)]
    assert (second["status"], second["sectionsLeft"]) == ("COMPLETED", [])
    assert (second["sections"][0]["pointsAwarded"], second["completion"]["pointsAwarded"]) == (0, 50)
    assert second["updatedAvailablePoints"] == 57 == shop.figures()["availablePoints"]


@pytest.mark.proves("A125", "B132")
def test_what_was_paid_names_survey_and_section_in_the_activity(shop):
    define(shop)

    answer(shop, you=YOU, us=US).ok  # noqa: B018 - asks whether it went well.

    rows = shop.get(f"/users/{ADA}/ledger").ok["entries"]
    notes = [row["note"] for row in rows if row.get("note")]
    assert {"surveyId": "bread", "surveyName": "What shall we bake?"} in notes
    assert any(note.get("sectionId") == "you" and note["sectionName"] == "About you" for note in notes)


@pytest.mark.proves("B217")
def test_a_response_is_read_as_it_was_given(shop):
    define(shop)
    answer(shop, you=YOU, us=US)

    said = shop.get(f"/users/{ADA}/surveys/bread").ok

    assert said["status"] == "COMPLETED"
    assert said["createDate"] == said["completeDate"]
    # The clock runs on from noon, on a busy machine by more than a second.
    assert said["createDate"].startswith("2026-03-18T12:00:")
    assert [each["answers"] for each in said["sections"]] == [
        {"where": "cafe", "likes": ["rye", "oat"], "loaves": "2.5"},
        {"score": 9, "last": "2026-03-01", "again": "YES", "why": "=the crust\nabove all"},
    ]


@pytest.mark.proves("B216")
def test_every_wrong_answer_is_named_and_nothing_is_saved(shop):
    define(shop)

    wrong = answer(
        shop,
        you={"where": "bed", "likes": ["rye", "rye"], "loaves": "2.55", "size": 3},
    )

    assert wrong.refusal == (400, "AC1004")
    for named in ("you.where: wanted one of home, cafe", "you.likes: wanted a list of 1 to 2", "you.size: is no"):
        assert named in wrong["errorMessage"]
    assert answer(shop, us={"score": 11, "again": "maybe"}).refusal == (400, "AC1004")
    assert answer(shop, you={}).refusal == (400, "AC1004")
    assert shop.get(f"/users/{ADA}/surveys/bread").refusal == (404, "AC1005")
    assert shop.figures()["availablePoints"] == 0


def test_a_section_is_answered_once_and_paid_once(shop):
    define(shop)
    answer(shop, you=YOU).ok  # noqa: B018

    again = answer(shop, you=YOU | {"where": "home"}, us=US)

    assert again.refusal == (409, "AC1006")
    assert shop.figures()["availablePoints"] == 7
    assert answer(shop, us=US).ok["status"] == "COMPLETED"


def test_a_repeated_key_answers_as_before_and_saves_nothing_again(shop):
    define(shop)

    first = answer(shop, key="k-1", you=YOU)
    shop.credit(100)
    second = answer(shop, key="k-1", you=YOU)

    assert second.is_repeat
    assert second.ok == first.ok
    assert shop.figures()["availablePoints"] == 107


@pytest.mark.proves("B218")
def test_answers_stay_tied_to_the_questions_as_they_were(shop):
    define(shop)
    shop.enrol(GRACE)
    before = answer(shop, you=YOU).ok["programmeVersion"]
    sections = changed()["sections"]
    asked = [{**each, "text": "How many loaves?"} if each["questionId"] == "loaves" else each
             for each in sections[0]["questions"]]  # fmt: skip
    shop.patch("/surveys/bread", {"sections": [{**sections[0], "questions": asked}, sections[1]]}).ok  # noqa: B018

    after = answer(shop, GRACE, you=YOU).ok["programmeVersion"]

    assert after == before + 1
    rows = list(csv.DictReader(io.StringIO(read(shop, "/surveys/bread/export").ok["csv"])))
    asked = {(row["memberId"], row["question"]) for row in rows if row["questionId"] == "loaves"}
    assert asked == {(ADA, "Loaves a week?"), (GRACE, "How many loaves?")}
    for version, text in ((before, "Loaves a week?"), (after, "How many loaves?")):
        section = read(shop, f"/surveys/bread/summary?version={version}").ok["sections"][0]
        assert (section["members"], section["questions"][2]["text"]) == (1, text)


@pytest.mark.proves("B218")
def test_a_survey_that_was_shortened_can_be_completed_without_another_answer(shop):
    define(shop)
    answer(shop, you=YOU).ok  # noqa: B018
    assert answer(shop).refusal == (400, "AC1004")
    shop.patch("/surveys/bread", {"sections": changed()["sections"][:1]}).ok  # noqa: B018

    said = answer(shop).ok

    assert (said["status"], said["sections"], said["completion"]["pointsAwarded"]) == ("COMPLETED", [], 50)
    assert "nothing is left" in answer(shop)["errorMessage"]


@pytest.mark.proves("B218")
def test_a_survey_that_grew_is_completed_once(shop):
    sections = changed()["sections"]
    define(shop, sections=sections[:1])
    answer(shop, you=YOU).ok  # noqa: B018
    before = shop.get(f"/users/{ADA}/surveys/bread").ok["completion"]
    shop.patch("/surveys/bread", {"sections": sections}).ok  # noqa: B018

    said = answer(shop, us=US).ok

    assert said["completion"] is None
    assert shop.get(f"/users/{ADA}/surveys/bread").ok["completion"] == before
    assert shop.figures()["availablePoints"] == 57


@pytest.mark.proves("B217", "B219")
def test_answers_are_counted(shop):
    define(shop)
    shop.enrol(GRACE)
    answer(shop, you=YOU, us=US)
    answer(shop, GRACE, you={**YOU, "likes": ["rye"], "loaves": 1})

    you, us = read(shop, "/surveys/bread/summary").ok["sections"]

    assert (you["members"], us["members"]) == (2, 1)
    where, likes, loaves = you["questions"]
    assert [each["members"] for each in where["answers"]] == [0, 2]
    assert [(each["answer"], each["members"]) for each in likes["answers"]] == [("rye", 2), ("oat", 1), ("spelt", 0)]
    assert (loaves["sum"], loaves["mean"]) == (3.5, 1.75)
    assert us["questions"][0]["answers"][9] == {"answer": "9", "text": "9", "members": 1}


@pytest.mark.proves("B217")
def test_responses_are_listed_newest_first_and_page_by_page(shop):
    define(shop)
    members = [f"m-{number}@example.test" for number in range(5)]
    shop.enrol(*members)
    for number, member in enumerate(members):
        clock.move_to(NOON.replace(minute=number // 2))
        answer(shop, member, you=YOU).ok  # noqa: B018

    seen, cursor = [], ""
    for _ in range(4):
        page = read(shop, f"/surveys/bread/responses?limit=2&cursor={cursor}").ok
        seen += [each["id"] for each in page["responses"]]
        cursor = page["nextCursor"]
        if not cursor:
            break

    assert sorted(seen) == members
    assert seen[0] == members[4]
    assert set(seen[1:3]) == set(members[2:4])
    assert read(shop, "/surveys/bread/responses?cursor=made-up").refusal == (400, "AC1004")


@pytest.mark.proves("B217")
def test_the_export_is_one_file_and_runs_nothing(shop):
    define(shop)
    shop.enrol(GRACE)
    for member in (ADA, GRACE):
        answer(shop, member, us=US)

    first = read(shop, "/surveys/bread/export?limit=1").ok
    second = read(shop, f"/surveys/bread/export?limit=1&cursor={first['nextCursor']}").ok

    rows = list(csv.DictReader(io.StringIO(first["csv"] + second["csv"])))
    assert (first["fileName"], second["nextCursor"]) == ("survey-bread.csv", "")
    assert len(rows) == 8
    assert {row["memberId"] for row in rows} == {ADA, GRACE}
    assert {row["answer"] for row in rows if row["questionId"] == "why"} == {"'=the crust\nabove all"}


@pytest.mark.proves("B216")
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "OFF"}, "is switched off"),
        ({"startDate": "2026-03-19"}, "has not begun"),
        ({"endDate": "2026-03-17"}, "is over"),
    ],
)
def test_a_survey_that_is_not_open_takes_no_answers(shop, fields, said):
    define(shop, **fields)

    refused = answer(shop, you=YOU)

    assert refused.refusal == (400, "AC1004")
    assert said in refused["errorMessage"]


@pytest.mark.proves("B216")
def test_its_days_are_those_of_the_sites_time_zone(shop):
    shop.programme(lambda document: document.update(timeZone="Pacific/Auckland"))
    define(shop, startDate="2026-03-19", endDate="2026-03-19")

    clock.move_to(NOON.replace(hour=10, minute=59))
    assert answer(shop, you=YOU).refusal[0] == 400
    clock.move_to(NOON.replace(hour=11))
    assert answer(shop, you=YOU).status == 200
    clock.move_to(NOON.replace(day=19, hour=11))
    assert answer(shop, us=US).refusal[0] == 400


def test_whoever_began_must_finish_in_time(shop):
    define(shop, finishInDays=2)
    answer(shop, you=YOU).ok  # noqa: B018

    clock.move_to(NOON.replace(day=20))

    refused = answer(shop, us=US)
    assert "not finished in time" in refused["errorMessage"]
    assert shop.get(f"/users/{ADA}/surveys").ok["surveys"][0]["status"] == "CLOSED"


@pytest.mark.proves("B216")
def test_it_takes_as_many_members_as_it_wants(shop):
    define(shop, membersMax=1)
    shop.enrol(GRACE)
    answer(shop, you=YOU).ok  # noqa: B018

    assert "membersMax" in answer(shop, GRACE, you=YOU)["errorMessage"]
    assert shop.get(f"/users/{GRACE}/surveys").ok["surveys"] == []
    assert answer(shop, us=US).ok["status"] == "COMPLETED"


def test_a_survey_for_other_tiers_is_not_for_this_member(shop):
    define(shop, audience={"tiers": ["2"]})

    assert answer(shop, you=YOU).refusal == (400, "AC1004")
    shop.credit(500)

    assert answer(shop, you=YOU).status == 200


@pytest.mark.proves("B216")
def test_a_survey_for_a_segment_is_for_its_members_alone(shop):
    regulars = {
        "segmentId": "rich",
        "name": "Rich",
        "pointsDetails": {"availablePointRangeFrom": 500},
        "memberDetails": {"zipCode": ["10*"]},
    }
    shop.programme(lambda document: document.update(segments=[regulars]))
    define(shop, audience={"segments": ["rich"]})
    shop.credit(500)

    assert answer(shop, you=YOU).refusal == (400, "AC1004")
    assert shop.get(f"/users/{ADA}/surveys").ok["surveys"] == []
    shop.patch(f"/users/{ADA}", {"zipCode": "10115"})

    assert [each["status"] for each in shop.get(f"/users/{ADA}/surveys").ok["surveys"]] == ["OPEN"]
    assert answer(shop, you=YOU).status == 200
    shop.debit(400)
    assert answer(shop, us=US).ok["status"] == "COMPLETED"


def test_what_a_limit_withholds_is_told_and_not_paid(shop):
    shop.post("/points", {"id": ADA, "actionId": 102, "activity": "CREDIT"})
    define(shop)

    said = answer(shop, you=YOU, us=US).ok

    assert (said["completion"]["errorCode"], said["completion"]["pointsAwarded"]) == ("AC1026", 0)
    assert said["status"] == "COMPLETED"


def test_two_sections_withheld_by_one_limit_are_saved_together(shop):
    shop.post("/points", {"id": ADA, "actionId": 102, "activity": "CREDIT"})
    sections = [{**each, "benefit": {"actionId": 102}} for each in changed()["sections"]]
    define(shop, sections=sections)

    said = answer(shop, you=YOU, us=US).ok

    assert [each["errorCode"] for each in said["sections"]] == ["AC1026", "AC1026"]


def test_a_member_answers_with_a_token_of_their_own(shop):
    define(shop)
    shop.enrol(GRACE)
    token = shop.member_token(ADA)
    body = {"sections": [{"sectionId": "you", "answers": YOU}]}

    assert shop.post(f"/users/{GRACE}/surveys/bread", body, token=token).refusal == (403, "AC1002")
    assert shop.post(f"/users/{ADA}/surveys/bread", body, token=token).status == 200
    assert shop.get(f"/users/{ADA}/surveys", token=token).ok["surveys"][0]["status"] == "IN PROGRESS"
    assert shop.get("/surveys/bread/responses", token=token).refusal == (403, "AC1002")


def test_a_member_who_opted_out_answers_nothing(shop):
    define(shop)
    shop.put(f"/users/{ADA}", {"optInStatus": "NO"})

    assert answer(shop, you=YOU).refusal == (400, "AC1004")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"sections": []},
        {"sections": None},
        {"sections": [{"sectionId": "you"}]},
        {"sections": [{"sectionId": "you", "answers": []}]},
        {"sections": [{"sectionId": "you", "answers": YOU}, {"sectionId": "you", "answers": YOU}]},
        {"sections": [{"sectionId": "you", "answers": YOU | {"loaves": {"deep": 1}}}]},
        {"sections": [{"sectionId": "you", "answers": YOU | {"likes": [["rye"]]}}]},
        {"sections": [{"sectionId": "you", "answers": YOU | {"where": True}}]},
        {"sections": [{"sectionId": "you", "answers": YOU | {"loaves": "1e9"}}]},
    ],
)
def test_bad_bodies_are_refused(shop, body):
    define(shop)

    assert shop.post(f"/users/{ADA}/surveys/bread", body).refusal == (400, "AC1004")


def test_unknown_surveys_sections_and_members_are_not_found(shop):
    define(shop)

    assert answer(shop, survey="cake", you=YOU).refusal == (404, "AC1005")
    assert answer(shop, them=YOU).refusal == (404, "AC1005")
    assert answer(shop, GRACE, you=YOU).refusal == (404, "AC1005")
    for path in ("responses", "export", "summary"):
        assert read(shop, f"/surveys/cake/{path}").refusal == (404, "AC1005")


def test_an_erased_member_leaves_counts_and_nothing_else(shop, one_table):
    define(shop)
    answer(shop, you=YOU, us=US)

    shop.post("/userdelete", {"id": ADA, "requestedBy": "o@example.test"})

    left = one_table.scan(TableName="laurel")["Items"]
    assert not [item for item in left if "crust" in str(item) or ADA in str(item)]
    assert read(shop, "/surveys/bread/responses").ok["responses"] == []
    assert read(shop, "/surveys/bread/summary").ok["sections"][0]["members"] == 1


def test_a_section_costs_two_calls_with_a_warm_programme(shop):
    define(shop)
    shop.get(f"/points/{ADA}")
    shop.lines.clear()

    answer(shop, you=YOU, us=US).ok  # noqa: B018

    assert shop.lines[-1]["op"] == "answer_survey"
    assert shop.lines[-1]["calls"] <= 2


@pytest.mark.proves("A125")
def test_a_campaign_adds_to_one_benefit_of_a_call(shop):
    twice = {"type": "multiplier", "multiplier": 2}
    double = {"campaignId": "double", "campaignName": "Double", "actions": [100, 102], "benefit": twice}
    double |= {"memberTimesMax": 2, "budgetPoints": 1000}
    shop.programme(lambda document: document.update(campaigns=[double]))
    define(shop)
    shop.enrol(GRACE)

    first, second = answer(shop, you=YOU).ok, answer(shop, us=US).ok
    together = answer(shop, GRACE, you=YOU, us=US).ok
    by_hand = shop.credit(5, GRACE, surveyId="bread", sectionId="us")

    assert (first["pointsAwarded"], second["completion"]["pointsAwarded"]) == (14, 100)
    assert (together["sections"][0]["pointsAwarded"], together["completion"]["pointsAwarded"]) == (14, 50)
    assert (by_hand["pointsAwarded"], by_hand["campaignPoints"]) == (10, 5)
    assert shop.figures(GRACE)["availablePoints"] == 74


@pytest.mark.proves("A125")
def test_one_person_answers_once_also_under_an_id_that_was_merged(shop):
    define(shop)
    shop.enrol(GRACE)
    answer(shop, GRACE, you=YOU, us=US).ok  # noqa: B018

    shop.post("/mergeuser", MERGE).ok  # noqa: B018

    assert answer(shop, us=US).refusal == (409, "AC1006")
    assert shop.get(f"/users/{ADA}/surveys/bread").ok["sections"][0]["answers"]["where"] == "cafe"
    assert [each["status"] for each in shop.get(f"/users/{ADA}/surveys").ok["surveys"]] == ["COMPLETED"]
    assert [each["id"] for each in read(shop, "/surveys/bread/responses").ok["responses"]] == [GRACE]


def test_a_survey_that_was_begun_under_a_merged_id_is_answered_anew_and_paid_once(shop):
    define(shop)
    shop.enrol(GRACE)
    earned = answer(shop, GRACE, you=YOU).ok["pointsAwarded"]
    shop.post("/mergeuser", MERGE).ok  # noqa: B018

    said = answer(shop, you=YOU, us=US).ok

    assert earned > 0
    assert said["sections"][0]["pointsAwarded"] == 0
    assert [each["status"] for each in shop.get(f"/users/{ADA}/surveys").ok["surveys"]] == ["COMPLETED"]
