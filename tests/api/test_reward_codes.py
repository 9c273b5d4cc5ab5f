"""Codes of rewards: uploaded pools, what is left of them, who has one; and what becomes of a redemption."""

import pytest

from chalicelib import clock
from chalicelib.dynamo import claims
from chalicelib.ledger.auditing import service as auditing
from tests.api.rewarding import BAG, POOL, TEN_OFF, catalogue, claim, upload
from tests.api.shop import ADA, GRACE, Shop

ASSIGNED = {"reward_id": "bag", "user_id": ADA}


@pytest.fixture
def rich(shop: Shop) -> Shop:
    """Ada and Grace have 1,000 points; the pool is empty still."""
    catalogue(shop, TEN_OFF, BAG, POOL)
    shop.enrol(GRACE)
    shop.credit(1000)
    shop.credit(1000, GRACE)
    return shop


def left(shop: Shop) -> dict:
    return shop.get("/rewards/pool/codes", token=shop.staff()).ok


def sent(shop: Shop, csv: str) -> dict:
    return shop.post("/rewards/pool/codes", {"csv": csv}, token=shop.staff()).ok


@pytest.mark.proves("A140", "A141")
def test_an_upload_takes_what_is_new_and_names_the_lines_it_refuses(rich: Shop):
    upload(rich, "OLD-1")

    said = sent(rich, "code,expires\nNEW-1\nnew-1\nOLD-1\nNEW-2,2026-12-31\nNEW-3,tomorrow\n$10-OFF\n\nNEW-4,,x\n")

    assert (said["accepted"], said["refused"], said["remaining"]) == (2, 5, 3)
    assert [(row["line"], row["reason"].split(",")[0]) for row in said["refusedLines"]] == [
        (3, "the same code as in line 2"), (4, "already there"), (6, "no date of the form 2026-08-19"),
        (7, "a generic code of a reward"), (9, "more than a code and a date"),
    ]  # fmt: skip
    assert said["warning"] == "3 codes are left; 5 are recommended for each reward level."


@pytest.mark.proves("A141", "A142")
def test_an_upload_of_enough_codes_does_not_warn(rich: Shop):
    assert upload(rich, *"ABCD")["warning"]
    assert upload(rich, "E")["warning"] == ""


@pytest.mark.parametrize("body", [{}, {"csv": "A", "codes": ["B"]}, {"csv": "\n\n"}, {"codes": ["x"] * 10_001},
                                  {"codes": "A"}, {"csv": 'a"b\n"c'}])  # fmt: skip
def test_what_is_no_file_of_codes_is_refused(rich: Shop, body):
    said = rich.post("/rewards/pool/codes", body, token=rich.staff())

    assert said.status in {200, 400}
    assert said.status == 400 or said["refused"] + said["accepted"] > 0


def test_a_reward_without_a_pool_takes_no_codes(rich: Shop):
    assert rich.post("/rewards/121/codes", {"codes": ["A"]}, token=rich.staff()).refusal == (400, "AC1004")
    assert rich.post("/rewards/none/codes", {"codes": ["A"]}, token=rich.staff()).refusal == (404, "AC1005")


@pytest.mark.proves("A140", "B167")
def test_each_code_is_given_once_and_a_dry_pool_takes_no_points(rich: Shop):
    codes = {f"C-{number}" for number in range(5)}
    upload(rich, *codes)

    given = [rich.post("/points", claim("pool", id=[ADA, GRACE][n % 2])).ok["rewardCode"] for n in range(5)]

    assert set(given) == codes
    assert rich.post("/points", claim("pool")).refusal == (400, "AC1026")
    assert rich.figures()["usedPointsOnReward"] == 30
    assert left(rich)["remaining"] == 0


@pytest.mark.proves("A140", "B168")
def test_an_uploaded_date_ends_a_code_before_the_reward_does(rich: Shop):
    catalogue(rich, POOL | {"codes": POOL["codes"] | {"expiry": {"type": "rollingDays", "days": 30}}})
    sent(rich, "GONE,2026-03-17\nSOON,2026-03-18\n")

    said = rich.post("/points", claim("pool")).ok

    assert (said["rewardCode"], said["rewardCodeExpDate"]) == ("SOON", "2026-03-18T23:59:59")
    assert rich.post("/points", claim("pool")).refusal == (400, "AC1026")


@pytest.mark.proves("A141")
def test_a_pool_that_runs_low_raises_one_alert_until_there_are_enough(rich: Shop):
    upload(rich, *"ABCDE")
    for _ in range(4):
        rich.post("/points", claim("pool")).ok  # noqa: B018 - asks whether it went well.

    said = rich.get("/rewardalerts", token=rich.staff()).ok["alerts"]
    assert [(each["pool"], each["rewardIds"], each["remaining"], each["lowStockAt"]) for each in said] == [
        ("pool", ["pool"], 1, 2)
    ]
    assert sum(line["op"] == "alert" for line in rich.lines) == 1

    upload(rich, *"FGH")
    assert rich.get("/rewardalerts", token=rich.staff()).ok["alerts"] == []


@pytest.mark.proves("A144")
def test_a_generic_code_is_told_to_be_a_worse_choice(rich: Shop):
    said = rich.get("/rewards/121/codes", token=rich.staff()).ok

    assert said["source"] == "generic"
    assert "not tied to a person" in said["warning"]


def test_an_upload_that_broke_off_goes_on_with_its_key(rich: Shop):
    first = rich.post("/rewards/pool/codes", {"codes": ["A", "B"]}, token=rich.staff(), key="k-1").ok
    again = rich.post("/rewards/pool/codes", {"codes": ["A", "B"]}, token=rich.staff(), key="k-1")

    assert again.is_repeat
    assert again.ok == first
    assert left(rich)["remaining"] == 2


@pytest.mark.proves("A140")
def test_a_redemption_with_a_unique_code_is_at_most_ten_write_units_and_four_calls(rich: Shop):
    upload(rich, *(f"C-{number}" for number in range(20)))
    rich.post("/points", claim("pool")).ok  # noqa: B018 - asks whether it went well.
    rich.post("/points", claim("pool")).ok  # noqa: B018 - asks whether it went well.
    assert (rich.lines[-1]["calls"], rich.lines[-1]["wcu"]) == (3, 8)

    claims.clear_cache()
    rich.post("/points", claim("pool", orderId="SO-1", retry="YES")).ok  # noqa: B018 - asks whether it went well.

    assert (rich.lines[-1]["calls"], rich.lines[-1]["wcu"]) == (4, 10)


@pytest.mark.proves("B203")
def test_eligible_rewards_of_a_catalogue_of_two_hundred_are_two_calls(rich: Shop):
    catalogue(rich, *(POOL | {"rewardId": f"r{n}", "stock": 5, "cost": n} for n in range(200)))
    upload(rich, *"ABC", reward="r7")
    rich.figures()

    said = rich.get(f"/users/{ADA}/reward").ok

    assert len(said["rewardDetail"]) == 200
    assert [row["rewardId"] for row in said["rewardDetail"] if row["eligible"] == "YES"] == ["r7"]
    assert rich.lines[-1]["calls"] == 2


def test_a_code_is_found_with_its_holder(rich: Shop):
    upload(rich, "CODE-1")
    rich.post("/points", claim("pool", id=GRACE)).ok  # noqa: B018 - asks whether it went well.

    said = rich.get("/rewardcodes/CODE-1").ok

    assert (said["pool"], [(each["id"], each["usesLeft"]) for each in said["holders"]]) == ("pool", [(GRACE, 1)])
    assert rich.get("/rewardcodes/CODE-2").ok["holders"] == []


@pytest.mark.proves("A013")
def test_a_cancelled_redemption_gives_back_points_claim_and_unit_once(rich: Shop):
    catalogue(rich, BAG | {"stock": 1})
    rich.post("/points", claim("bag")).ok  # noqa: B018 - asks whether it went well.
    assert rich.post("/points", claim("bag", id=GRACE)).refusal == (400, "AC1026")
    assigned = rich.get(f"/users/{ADA}/usedreward").ok["rewardDetail"][0]["assignId"]

    said = rich.post(f"/users/{ADA}/rewards/{assigned}/cancel", {"reason": "broken"}).ok

    assert (said["pointsRefunded"], said["rewardStatus"], said["updatedAvailablePoints"]) == (250, "Cancelled", 1000)
    assert rich.post(f"/users/{ADA}/rewards/{assigned}/cancel", {"reason": "broken"}).refusal == (400, "AC1004")
    assert rich.figures()["usedPointsOnReward"] == 0
    assert rich.post("/points", claim("bag")).ok["debit"] == 250


def test_what_came_back_with_an_order_does_not_come_back_twice(rich: Shop):
    order = {"id": "SO-1", "userId": ADA, "orderDetail": [{"id": "P1", "quantity": "1", "unitPrice": "20"}]}
    rich.post("/orders", order)
    rich.post("/points", claim("bag", orderId="SO-1")).ok  # noqa: B018 - asks whether it went well.
    rich.put("/orders/SO-1", {"status": "return"})
    before = rich.figures()["availablePoints"]
    assigned = rich.get(f"/users/{ADA}/usedreward").ok["rewardDetail"][0]["assignId"]

    said = rich.post(f"/users/{ADA}/rewards/{assigned}/cancel", {"reason": "x"}).ok

    assert said["pointsRefunded"] == 0
    assert rich.figures()["availablePoints"] == before


def test_a_cancelled_redemption_does_not_come_back_with_its_order(rich: Shop):
    order = {"id": "SO-1", "userId": ADA, "orderDetail": [{"id": "P1", "quantity": "1", "unitPrice": "20"}]}
    rich.post("/orders", order)
    rich.post("/points", claim("bag", orderId="SO-1")).ok  # noqa: B018 - asks whether it went well.
    assigned = rich.get(f"/users/{ADA}/usedreward").ok["rewardDetail"][0]["assignId"]
    rich.post(f"/users/{ADA}/rewards/{assigned}/cancel", {"reason": "x"}).ok  # noqa: B018 - asks whether it went well.
    before = rich.figures()

    said = rich.put("/orders/SO-1", {"status": "return"}).ok

    assert rich.figures()["usedPointsOnReward"] == before["usedPointsOnReward"] == 0
    assert said


@pytest.mark.proves("A013")
def test_a_reward_is_assigned_as_the_document_shows_and_changed(rich: Shop):
    body = ASSIGNED | {
        "issuance_details": {
            "source_type": "manual",
            "source_details": {"source_id": "ADM-789", "source_name": "May", "notes": "sorry"},
        }
    }
    said = rich.post(f"/rewards/bag/users/{ADA}/assign", body).ok
    assert said | {"status": "Success", "member_reward_status": "Awarded", "debit_points": 0} == said

    change = {
        "assign_id": said["assign_id"], "member_reward_status": "Used", "benefit_details": {"order_id": "SO-9", "x": 1},
        "collected_data": {"street": "Main Street 1", "location": "Hamburg", "date": "2026-05-01",
                           "date_time": "2026-05-01 10:00:00+0200"},
    }  # fmt: skip
    after = rich.patch(f"/rewards/bag/users/{ADA}/assign", ASSIGNED | change).ok

    assert after["member_reward_status"] == "Used"
    row = rich.get(f"/users/{ADA}/rewards/history?source_type=manual&status=used").ok["data"][0]
    assert row["collected_data"] == {
        "street": "Main Street 1", "location": "Hamburg", "date": "2026-05-01", "date_time": "2026-05-01T08:00:00+0000",
    }  # fmt: skip
    assert (row["benefit_details"]["x"], row["benefit_details"]["used_on"]) == (1, ["SO-9"])
    assert row["issuance_details"] == body["issuance_details"]
    assert row["assign_id"] == said["assign_id"]
    again = rich.patch(
        f"/rewards/bag/users/{ADA}/assign", ASSIGNED | change | {"benefit_details": {"order_id": "SO-8"}}
    )
    assert again.refusal == (400, "AC1004")
    assert rich.post(f"/users/{ADA}/rewards/{said['assign_id']}/cancel", {}).refusal == (400, "AC1004")


def test_an_assignment_with_points_takes_them(rich: Shop):
    said = rich.post(f"/rewards/bag/users/{ADA}/assign", ASSIGNED | {"charge_points": "YES"}).ok

    assert said["debit_points"] == 250
    assert rich.figures()["availablePoints"] == 750


@pytest.mark.parametrize("change", [{"reward_id": "121"}, {"user_id": GRACE}])
def test_a_body_that_names_another_than_its_path_is_refused(rich: Shop, change):
    assert rich.post(f"/rewards/bag/users/{ADA}/assign", ASSIGNED | change).refusal == (400, "AC1004")


def test_another_members_redemption_is_not_there(rich: Shop):
    said = rich.post(f"/rewards/bag/users/{ADA}/assign", ASSIGNED).ok
    body = {"reward_id": "bag", "user_id": GRACE, "assign_id": said["assign_id"]}

    assert rich.patch(f"/rewards/bag/users/{GRACE}/assign", body).refusal == (404, "AC1005")
    assert rich.post(f"/users/{GRACE}/rewards/{said['assign_id']}/cancel", {}).refusal == (404, "AC1005")


def test_redemptions_of_a_merged_member_are_listed_used_and_cancelled_with_the_survivor(rich: Shop):
    catalogue(rich, BAG | {"stock": 9, "claimsPerMember": 2}, TEN_OFF)
    order = {"id": "SO-1", "userId": GRACE, "orderDetail": [{"id": "P1", "quantity": "1", "unitPrice": "20"}]}
    rich.post("/orders", order)
    for body in (claim("bag", id=GRACE, orderId="SO-1"), claim("121", id=GRACE), claim("bag")):
        rich.post("/points", body).ok  # noqa: B018 - asks whether it went well.
    merged = {"primaryUID": ADA, "secondaryUID": GRACE, "mergedBy": "staff@example.test", "reason": "Duplicate records"}
    rich.post("/mergeuser", merged).ok  # noqa: B018 - asks whether it went well.

    rows = {row["rewardId"] + row["orderId"]: row for row in rich.get(f"/users/{ADA}/usedreward").ok["rewardDetail"]}
    assert set(rows) == {"bag", "bagSO-1", "121"}
    assert rows["bag"]["claimCount"] == 2
    before = rich.figures()["availablePoints"]
    for name in ("bagSO-1", "121"):
        said = rich.post(f"/users/{ADA}/rewards/{rows[name]['assignId']}/cancel", {"reason": "x"}, key=name)
        assert said.ok["rewardStatus"] == "Cancelled"
        again = rich.post(f"/users/{ADA}/rewards/{rows[name]['assignId']}/cancel", {"reason": "x"}, key=name)
        assert again.raw == said.raw

    assert rich.figures()["availablePoints"] == before + 350
    assert rich.put("/orders/SO-1", {"status": "return"}).status == 200
    assert rich.figures()["usedPointsOnReward"] == 250
    assert rich.post("/points", claim("bag")).ok["debit"] == 250
    assert rich.get("/rewardcodes/$10-OFF").ok["holders"][0]["id"] == ADA
    walked = auditing.walk(0, of=1, after=None, settled=auditing.settled_by(clock.now()), only=rich.site)
    assert walked.sums[rich.site].findings == []
