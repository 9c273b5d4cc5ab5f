"""Members when many threads want the same thing, on engines that stand threads."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.dynamo import claims
from chalicelib.errors import Contention
from chalicelib.ledger import moves, table
from chalicelib.ledger import service as ledger
from chalicelib.ledger.book import fold
from chalicelib.ledger.service import NoSuchMember
from chalicelib.members import service
from chalicelib.members.erasing import service as erasing
from chalicelib.members.profile import Change, NewMember
from chalicelib.members.service import MemberExists
from tests.support.books import FOR_EVER, TOLD
from tests.support.tables import everything

SITE = "29235480"


@pytest.mark.engine
def test_of_many_who_enrol_one_id_at_once_one_wins(real_table, run, rules):
    def enrol(number: int) -> bool:
        try:
            service.enrol(SITE, run(), rules, NewMember(id="m-ada", first_name=f"Ada {number}"))
        except MemberExists:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        won = list(threads.map(enrol, range(24)))

    assert won.count(True) == 1
    assert service.read(SITE, "m-ada").first_name == f"Ada {won.index(True)}"
    assert sum(item["sk"]["S"] == "PROFILE" for item in everything(real_table)) == 1


@pytest.mark.engine
def test_points_and_changes_race_with_an_erasure(real_table, run, rules):
    """Whoever comes after the erasure finds nobody; what came before is written off."""
    service.enrol(SITE, run(), rules, NewMember(id="m-ada", first_name="Augusta"))
    mid = service.resolve(SITE, "m-ada").mid

    def act(number: int) -> bool:
        try:
            if number == 8:
                erasing.erase(SITE, run(), rules, "m-ada", "staff@example.test")
            elif number % 2:
                ledger.post(SITE, [mid], run(), rules, lambda d, _: ([], moves.award(d[0], 10, FOR_EVER, TOLD)))
            else:
                service.update(SITE, run(), rules, "m-ada", Change(opt_in_status=True, last_name=f"L{number}"))
        except (NoSuchMember, Contention):
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(act, range(16)))
    claims.clear_cache()
    while not done[8]:
        done[8] = act(8)

    entries = [entry for entry, _ in table.oldest(SITE, mid, after=0, limit=99)]
    awarded = sum(done[1::2])
    assert [entry.kind for entry in entries].count("award") == awarded
    assert entries[-1].kind == "close"
    assert fold(entries).bucket().expired == 10 * awarded
    assert {item["sk"]["S"][0] for item in everything(real_table)} <= {"A", "E"}
    assert "Augusta" not in str(everything(real_table))
