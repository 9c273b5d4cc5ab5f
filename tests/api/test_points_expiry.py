"""GET /pointsexpiry/{memberId}: what expired and what will, by blocks of time."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import clock
from tests.api.shop import ADA, action

RANGE = "start_date=2026-01-01T00:00:00%2B0000&end_date=2030-12-31T23:59:59%2B0000"


def report(shop, by="month", page=1, dates=RANGE):
    return shop.get(f"/pointsexpiry/{ADA}?{dates}&aggregate_by={by}&page={page}")


@pytest.mark.proves("B080", "B088-B100")
def test_the_documents_example(shop):
    """2,010 points to expire in one month, nothing expired."""
    shop.credit(2010)

    assert report(shop).ok == {
        "siteId": shop.site,
        "id": ADA,
        "expiryDetail": [
            {
                "date": "2027-03",
                "pointsActivity": [
                    {
                        "points": 2010,
                        "expiryDate": "2027-03-18T23:59:59+0000",
                        "totalPointsToExpire": 2010,
                        "totalPointsExpired": 0,
                    }
                ],
                "totalPointsToExpire": 2010,
                "totalPointsExpired": 0,
            }
        ],
        "pages": 1,
        "currentPage": 1,
        "totalExpiryDetailCount": 1,
    }


@pytest.mark.proves("B084", "B096")
@pytest.mark.parametrize(
    ("by", "labels"),
    [
        ("week", ["2026-W53", "2027-W11", "2027-W13"]),
        ("month", ["2027-01", "2027-03", "2027-04"]),
        ("quarter", ["2027-Q1", "2027-Q2"]),
        ("year", ["2027"]),
        ("MONTH", ["2027-01", "2027-03", "2027-04"]),
    ],
)
def test_blocks_of_every_length(shop, by, labels):
    for day in (datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 3, 18, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)):
        clock.move_to(day)
        shop.credit(100)

    said = report(shop, by).ok

    assert [block["date"] for block in said["expiryDetail"]] == labels
    assert sum(block["totalPointsToExpire"] for block in said["expiryDetail"]) == 300


@pytest.mark.proves("B080", "B093-B095", "B100")
def test_past_and_coming_expiries_stand_side_by_side_and_agree_with_the_figures(shop):
    shop.credit(100)
    clock.move_to(datetime(2026, 3, 28, tzinfo=UTC))
    shop.credit(200)
    shop.debit(30)
    clock.move_to(datetime(2027, 3, 20, tzinfo=UTC))

    (block,) = report(shop).ok["expiryDetail"]

    assert (block["totalPointsExpired"], block["totalPointsToExpire"]) == (70, 200)
    assert [(row["points"], row["expiryDate"]) for row in block["pointsActivity"]] == [
        (70, "2027-03-18T23:59:59+0000"),
        (200, "2027-03-28T23:59:59+0000"),
    ]
    figures = shop.figures()
    assert (figures["expiredPoints"], figures["availablePoints"]) == (70, 200)
    shop.credit(1)
    assert report(shop).ok["expiryDetail"][0] == block


@pytest.mark.proves("B082", "B083")
@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("2027-03-18T23:59:59", "2027-03-18T23:59:59", 1),
        ("2027-03-19T00:00:00", "2028-01-01T00:00:00", 0),
        ("2026-01-01T00:00:00", "2027-03-18T23:59:58", 0),
    ],
)
def test_both_ends_belong_to_the_range(shop, start, end, found):
    shop.credit(100)

    said = report(shop, dates=f"start_date={start}%2B0000&end_date={end}%2B0000").ok

    assert said["totalExpiryDetailCount"] == found


@pytest.mark.proves("B082", "B083")
@pytest.mark.parametrize("offset", ["%2B0000", "+0000", "Z", "%2B00:00", ""])
def test_offsets_as_clients_send_them(shop, offset):
    """A plus in a query is decoded as a space by most servers; both spellings mean the same."""
    shop.credit(100)

    dates = f"start_date=2027-03-01T00:00:00{offset}&end_date=2027-03-31T00:00:00{offset}"

    assert report(shop, dates=dates).ok["totalExpiryDetailCount"] == 1


@pytest.mark.proves("B082-B086")
@pytest.mark.parametrize("name", ["start_date", "end_date", "aggregate_by"])
def test_what_is_required_is_named_when_it_is_missing(shop, name):
    query = "&".join(part for part in f"{RANGE}&aggregate_by=month&page=1".split("&") if not part.startswith(name))

    said = shop.get(f"/pointsexpiry/{ADA}?{query}")

    assert said.refusal == (400, "AC1004")
    assert f"{name} is missing" in said["errorMessage"]


@pytest.mark.proves("B086")
def test_the_documents_request_without_a_query_names_all_that_is_missing(shop):
    said = shop.get(f"/pointsexpiry/{ADA}")

    assert said.refusal == (400, "AC1004")
    assert all(name in said["errorMessage"] for name in ("start_date", "end_date", "aggregate_by"))


@pytest.mark.proves("B082-B085")
@pytest.mark.parametrize(
    ("query", "about"),
    [
        ("start_date=2026-01-01&end_date=2027-01-01T00:00:00Z&aggregate_by=month", "start_date"),
        ("start_date=soon&end_date=2027-01-01T00:00:00Z&aggregate_by=month", "start_date"),
        ("start_date=2027-01-01T00:00:00Z&end_date=2026-12-31T23:59:59Z&aggregate_by=month", "end_date"),
        (f"{RANGE}&aggregate_by=day", "aggregate_by"),
        (f"{RANGE}&aggregate_by=month&page=0", "page"),
        (f"{RANGE}&aggregate_by=month&page=x", "page"),
    ],
)
def test_a_wrong_parameter_is_named(shop, query, about):
    said = shop.get(f"/pointsexpiry/{ADA}?{query}")

    assert said.refusal == (400, "AC1004")
    assert about in said["errorMessage"]


@pytest.mark.proves("B085", "B097-B099")
def test_blocks_come_twenty_a_page(shop):
    shop.programme(lambda document: action(document, 100).update(expireInDays=400))
    for week in range(25):
        clock.move_to(datetime(2026, 3, 18, 12, tzinfo=UTC) + timedelta(weeks=week))
        shop.credit(week + 1)

    pages = [report(shop, "week", page).ok for page in (1, 2, 3)]

    assert [len(page["expiryDetail"]) for page in pages] == [20, 5, 0]
    assert {(page["pages"], page["totalExpiryDetailCount"]) for page in pages} == {(2, 25)}
    rows = [block for page in pages for block in page["expiryDetail"]]
    assert [block["totalPointsToExpire"] for block in rows] == list(range(1, 26))


@pytest.mark.proves("B081", "B087")
def test_who_is_not_enrolled_has_no_expiries(shop):
    assert shop.get(f"/pointsexpiry/nobody?{RANGE}&aggregate_by=month").refusal == (404, "AC1005")
    assert "errorCode" not in report(shop).ok
