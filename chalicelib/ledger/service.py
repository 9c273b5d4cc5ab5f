"""The one writer of points, and the readings of the book."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, TypeVar

from chalicelib.dynamo import idempotency, items
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.dynamo.idempotency import Answer, Key
from chalicelib.dynamo.items import Address
from chalicelib.errors import NotFound
from chalicelib.ids import command_id
from chalicelib.ledger import days, moves, releasing, table
from chalicelib.ledger.account import Account
from chalicelib.ledger.draft import CLOSED, Draft, Face
from chalicelib.ledger.entry import Counted
from chalicelib.ledger.hold import Hold
from chalicelib.ledger.releasing import of_hold, release_hold
from chalicelib.ledger.rules import Rules
from chalicelib.ledger.table import Row
from chalicelib.values import value

PAGE_ROWS: Final = 20
"""Rows of an activity page."""
HOLD: Final = "Hold"
RELEASED: Final = releasing.RELEASED
CANCELLED: Final = "Cancelled"
RETURNED: Final = "Return"

Result = TypeVar("Result")


class NoSuchMember(NotFound):
    """Nobody by that id is enrolled on this site."""

    def __init__(self) -> None:
        super().__init__("No data found: no member with this id is enrolled. Enrol the member with POST /users first.")


class MemberMerged(NoSuchMember):
    """The account was merged; ``into`` is the one that took everything over."""

    def __init__(self, into: str) -> None:
        super().__init__()
        self.into = into


@value
class Command:
    """One run of a use case: an id kept over all attempts, the time it is judged by, and the caller's key."""

    id: str
    now: datetime
    key: Key | None = None


def command(now: datetime, key: Key | None = None) -> Command:
    """A new command."""
    return Command(command_id(), now, key)


Decide = Callable[[list[Draft], list[Any]], tuple[list[Write], Result]]


def post(
    site: str,
    mids: Sequence[str],
    run: Command,
    rules: Rules,
    decide: Decide[Result],
    *,
    also: Sequence[Address] = (),
    load: Callable[[], list[Any]] | None = None,
    opening: bool = False,
    answer: Callable[[Result], Answer] | None = None,
    witness: Callable[[], bool] | None = None,
) -> Result:
    """Change the book, all or nothing.

    Reads the members' accounts (and ``also``, in the same call, or what ``load`` reads), settles them to now,
    and hands them to ``decide(drafts, found)``, which adds entries to the drafts, returns further writes and
    the result, or raises a refusal, upon which nothing is written. Runs again when another writer was first.
    ``opening`` allows one new account. ``answer`` says what the caller's key shall remember, by default the last entry;
    ``witness`` whether a command without entries took effect. Raises ``NoSuchMember``, ``Contention`` and refusals.
    """
    addresses = [table.account_address(site, mid) for mid in mids]

    def read() -> list[Any]:
        if len(addresses) == 1 and not also:
            return [items.get(*addresses[0]), *(load() if load else ())]
        return [*items.get_many([*addresses, *also]), *(load() if load else ())]

    def plan(read_items: list[Any]) -> Plan[Result]:
        loaded = [_opened(item, opening=opening) for item in read_items[: len(mids)]]
        drafts = [Draft(site, mid, account, rules, run.id, run.now) for mid, account in zip(mids, loaded, strict=True)]
        for draft in drafts:
            draft.settle()
        writes, result = decide(drafts, read_items[len(mids) :])
        said = answer(result) if answer else entry_answer(_last_told(drafts[0]))
        for draft in drafts:
            draft.settle()
        return _plan(run, drafts, loaded, writes, result, said, witness or (lambda: False))

    return commit(read, plan)


def _plan(
    run: Command,
    drafts: list[Draft],
    loaded: list[Account],
    writes: list[Write],
    result: Result,
    said: Answer,
    otherwise: Callable[[], bool],
) -> Plan[Result]:
    site = drafts[0].site
    booked = [
        write for draft, before in zip(drafts, loaded, strict=True) for write in table.draft_writes(draft, before)
    ]
    if writes or run.key is not None:
        # What is written beside the book rests on the accounts too: whoever was erased meanwhile changes nothing more.
        booked += [
            table.account_check(site, draft.mid, before)
            for draft, before in zip(drafts, loaded, strict=True)
            if before.version and not draft.lines
        ]
    lines = [(draft.mid, line.entry.number) for draft in drafts for line in draft.lines]
    if run.key is not None:
        booked.append(
            idempotency.remember(
                site,
                run.key,
                status=said.status,
                mid=said.mid or drafts[0].mid,
                ref=said.ref,
                code=said.code,
                message=said.message,
            )
        )
    witness = (lambda: table.is_ours(site, *lines[0], run.id)) if lines else otherwise
    return Plan((*booked, *writes), result, witness)


def _last_told(draft: Draft) -> int:
    """Number of the last entry that the decision added; what time or the limit of lots adds beside it tells nothing."""
    told = [line.entry.number for line in draft.lines if line.entry.kind != "regroup"]
    return told[-1] if told else draft.account.version


def entry_answer(number: int) -> Answer:
    """What a key remembers of a call that was answered from one entry."""
    return Answer(f"E{number}")


def _opened(item: table.AccountItem | None, *, opening: bool) -> Account:
    if item is None:
        if opening:
            return Account()
        raise NoSuchMember
    account = table.load_account(item)
    check_open(account)
    return account


def check_open(account: Account) -> None:
    """Raises ``NoSuchMember`` for a closed account, and ``MemberMerged`` for one that was merged."""
    if account.into:
        raise MemberMerged(account.into)
    if account.state == CLOSED:
        raise NoSuchMember


def read(site: str, mid: str, rules: Rules, now: datetime) -> Account:
    """The account settled to now, in one read and without writing. Raises ``NoSuchMember``."""
    return settled(site, mid, rules, now).account


def settled(site: str, mid: str, rules: Rules, now: datetime) -> Draft:
    """The account as a draft that holds the entries which time alone has made due."""
    account = table.read_account(site, mid)
    if account is None:
        raise NoSuchMember
    check_open(account)
    draft = Draft(site, mid, account, rules, "", now)
    draft.settle()
    return draft


def settle(site: str, mid: str, rules: Rules, now: datetime) -> None:
    """Book what time has made due. Nothing due, or no such member any more: nothing is written."""
    try:
        post(site, [mid], command(now), rules, lambda _drafts, _found: ([], None))
    except NoSuchMember:
        return


def settle_hold(
    site: str,
    mid: str,
    group: str,
    place: int,
    rules: Rules,
    now: datetime,
    *,
    through: Callable[..., None] | None = None,
) -> None:
    """Release a hold whose date has come, or void one that waited too long. Safe to repeat.

    ``through`` stands in for ``post`` where what is released goes on to another account.
    """

    def decide(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], None]:
        drafts[0].home = abroad(drafts[0], mid)
        holds: list[Hold] = found
        due = next((each for each in holds if each.place == place), None)
        if due is None or due.due is None or due.due > days.to_ms(now):
            return [], None
        last = sum(each.bucket == due.bucket for each in holds) == 1
        row = table.read_row(site, mid, due.row) if last and due.release_at is None else None
        some_given = row is not None and (row.amount or 0) > due.points
        return [end_hold(drafts[0], due, last=last, some_given=some_given)], None

    def holds() -> list[Any]:
        return list(table.read_holds(site, mid, group))

    def settle_in(owner: str) -> None:
        (through or post)(site, [owner], command(now), rules, decide, load=holds)

    try:
        in_survivor(mid, settle_in)
    except NoSuchMember:
        # The member was erased; what was promised went with the account.
        for each in table.read_holds(site, mid, group):
            _drop(site, mid, each)


def end_hold(draft: Draft, hold: Hold, *, last: bool, some_given: bool = False) -> Write:
    """Release a dated hold as of its date, or void an undated one; ``last`` of its row or not.

    ``some_given`` says that other points of the row were released before: its void does not cancel the row then.
    """
    if hold.release_at is None:
        return void_hold(draft, hold, last=last, some_given=some_given)
    release_hold(draft, hold, last=last)
    return table.hold_write(draft.site, draft.where, hold.without(hold.parts))


def void_hold(draft: Draft, hold: Hold, *, last: bool, some_given: bool = False) -> Write:
    """Take back what a hold promises, whenever it was due; as ``end_hold``."""
    moves.shrink(draft, hold.points, of_hold(hold), counted=given_back(hold), bucket=hold.bucket)
    status = RELEASED if some_given else CANCELLED
    draft.show(hold.row, Face(status if last else None, less=hold.points))
    return table.hold_write(draft.site, draft.where, hold.without(hold.parts))


def abroad(draft: Draft, home: str) -> str:
    """What ``Draft.home`` is for an order or hold that stands with ``home``; empty where that is the draft's own."""
    return "" if home == draft.mid else home


def in_survivor(mid: str, act: Callable[[str], Result]) -> Result:
    """Do something with the account that ``mid`` was merged into, or with its own; ``act`` raises ``MemberMerged``
    before it writes anything, as ``post`` and ``read`` do. One call more for each merge on the way.
    """
    for _ in range(MERGES_MAX):
        try:
            return act(mid)
        except MemberMerged as merged:
            mid = merged.into
    return act(mid)


MERGES_MAX: Final = 10
"""Accounts merged into one, those merged into them included (design, section 3)."""


def given_back(hold: Hold) -> tuple[Counted, ...]:
    """What a voided hold takes off the limits it counted against, in the periods it counted in."""
    return tuple(replace(each, times=-each.times, points=-each.points) for each in hold.counted)


def _drop(site: str, mid: str, hold: Hold) -> None:
    """Delete a hold of an account that is closed: its points were taken back when it closed."""
    ended = table.hold_write(site, mid, hold.without(hold.parts))
    commit(lambda: None, lambda _: Plan((ended,), None))


def entry(site: str, mid: str, number: int) -> Row | None:
    """One entry with its note."""
    return table.read_row(site, mid, number)


@value
class Page:
    """One page of rows, newest first, and how many rows there are in all."""

    rows: list[Row]
    total: int
    pages: int
    owners: tuple[str, ...]
    """In whose book each row stands: the member's, or that of one who was merged into the member."""


def activity(site: str, mid: str, rules: Rules, now: datetime, page: int, homes: Sequence[str] = ()) -> Page:
    """A page of the activity list, from 1. What time has made due and nobody has booked yet is shown too.

    The account and its rows are two reads; when somebody wrote in between, both are read again. After the member's own
    rows come those of ``homes``, who were merged into the member, one after the other.
    """
    closed = [] if not homes else items.get_many([table.account_address(site, home) for home in homes])
    books = [
        Draft(site, home, table.load_account(item), rules, "", now) for home, item in zip(homes, closed, strict=True)
    ]
    for _ in range(PAGE_READS_MAX):
        draft = settled(site, mid, rules, now)
        found, is_current = _page([draft, *books], page)
        if is_current:
            break
    return found


PAGE_READS_MAX: Final = 4
"""Afterwards a row on hold may show a change that its page does not count yet."""


def _page(books: Sequence[Draft], page: int) -> tuple[Page, bool]:
    """The page under these accounts, and whether its rows were read before anybody wrote another."""
    total, skip, is_current = sum(draft.account.rows for draft in books), (page - 1) * PAGE_ROWS, True
    rows: list[Row] = []
    owners: list[str] = []
    for draft in books:
        there, left = draft.account.rows, PAGE_ROWS - len(rows)
        if skip < there and left:
            high = there - skip
            found, is_settled = _rows(draft, max(1, high - left + 1), high)
            rows, owners, is_current = [*rows, *found], [*owners, *[draft.mid] * len(found)], is_current and is_settled
        skip = max(0, skip - there)
    return Page(rows, total, -(-total // PAGE_ROWS), tuple(owners)), is_current


def _rows(draft: Draft, low: int, high: int) -> tuple[list[Row], bool]:
    """Rows ``high`` down to ``low`` of one book, and whether they were read before anybody wrote another."""
    total = draft.account.rows
    pending = [Row(line.entry, {}, None, None, None) for line in reversed(draft.lines)]
    rows = [row for row in pending if row.entry.shown and low <= row.entry.rows <= high]
    booked = draft.account.version - len(draft.lines)
    top = total - sum(row.entry.shown for row in pending)
    if not booked or low > top:
        return rows, True
    found, is_current = _booked(draft.site, draft.mid, low, min(high, top), top, booked)
    return [*rows, *found], is_current


def _booked(site: str, mid: str, low: int, high: int, top: int, last: int) -> tuple[list[Row], bool]:
    """Rows ``high`` down to ``low`` of the book; every entry carries how many rows there are up to it.

    The newest are asked for without a bound, which tells in the same call whether ``last`` is the last entry still.
    """
    through = None if high == top else _find(site, mid, high, last)
    rows: list[Row] = []
    is_current = True
    while len(rows) <= high - low and through != 0:
        found = table.newest(site, mid, through=through, limit=2 * PAGE_ROWS)
        if not found:
            break
        if through is None:
            is_current = found[0].entry.number <= last
        rows += [row for row in found if row.entry.shown and low <= row.entry.rows <= high]
        through = found[-1].entry.number - 1
    if high != top:
        is_current = table.read_row(site, mid, last + 1) is None
    return rows, is_current


def _find(site: str, mid: str, row: int, last: int) -> int:
    """Number of the entry that is shown as that row, by halving: a dozen reads for thousands of entries."""
    first = row
    while first < last:
        middle = (first + last) // 2
        found = table.read_row(site, mid, middle)
        if found is not None and found.entry.rows >= row:
            last = middle
        else:
            first = middle + 1
    return first
