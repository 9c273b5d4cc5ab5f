"""Cursors: good where they were made, and nowhere else."""

from base64 import urlsafe_b64encode

import pytest

from chalicelib.api import cursors
from chalicelib.api.cursors import BadCursor

BOUND = ("29235480", "ledger", "m-ada")
SECRETS = ("the-newest-secret", "the-one-before")


@pytest.mark.parametrize("place", [0, 1, 137, 10**12])
def test_a_cursor_leads_to_its_place(place):
    assert cursors.place_of(SECRETS, BOUND, cursors.made(SECRETS, BOUND, place)) == place


def test_a_cursor_of_the_secret_before_still_leads_on_and_one_of_a_retired_secret_does_not():
    made = cursors.made(SECRETS[1:], BOUND, 7)

    assert cursors.place_of(SECRETS, BOUND, made) == 7
    with pytest.raises(BadCursor):
        cursors.place_of(SECRETS[:1], BOUND, made)


@pytest.mark.parametrize("other", [("29235481", *BOUND[1:]), (BOUND[0], "orders", BOUND[2]), (*BOUND[:2], "m-bea")])
def test_a_cursor_of_another_site_list_or_member_leads_nowhere(other):
    with pytest.raises(BadCursor):
        cursors.place_of(SECRETS, other, cursors.made(SECRETS, BOUND, 7))


@pytest.mark.parametrize(
    "text",
    ["x", "7", "!!!", "é", "a" * 256, "a" * 255, urlsafe_b64encode(b"0" * 16 + b"7").decode(), "=" * 4],
)
def test_what_is_no_cursor_is_refused(text):
    with pytest.raises(BadCursor) as refused:
        cursors.place_of(SECRETS, BOUND, text)

    assert refused.value.status == 400
    assert "nextCursor" in refused.value.message


def test_a_changed_place_is_refused():
    made = cursors.made(SECRETS, BOUND, 137)

    for end in range(1, 4):
        with pytest.raises(BadCursor):
            cursors.place_of(SECRETS, BOUND, made[:-end])
    with pytest.raises(BadCursor):
        cursors.place_of(SECRETS, BOUND, made[:-1] + ("A" if made[-1] != "A" else "Q"))


def test_nothing_that_leads_to_somebody_is_in_a_cursor():
    assert "ada" not in cursors.made(SECRETS, BOUND, 7)
    assert len(cursors.made(SECRETS, BOUND, 7)) < 30
