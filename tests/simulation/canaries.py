"""The faults that the simulator must notice, each a mistake that somebody could make."""

from typing import Final

from tests.simulation.planting import Canary

CANARIES: Final = (
    Canary(
        "no-version-condition",
        "An account and its entries are written whoever wrote them in between.",
        "chalicelib.ledger.table",
        "return Write(item, AccountItem.ver == loaded.version if loaded.version else ABSENT)",
        "return Write(item)",
        # An entry that is there already would still refuse the second of two writers.
        also=(
            (
                "item.exp = face.status, -face.less, face.day\n    return Write(item, ABSENT)",
                "item.exp = face.status, -face.less, face.day\n    return Write(item)",
            ),
        ),
    ),
    Canary(
        "key-forgotten",
        "A call's Idempotency-Key is not written with it.",
        "chalicelib.ledger.service",
        "    if run.key is not None:",
        "    if run.key is not None and not lines:",
    ),
    Canary(
        "key-for-any-request",
        "A key answers a request that it was not used for.",
        "chalicelib.dynamo.idempotency",
        "    if item.request != key.request:",
        "    if not item.request:",
    ),
    Canary(
        "expired-points-spent",
        "Time is not applied before a decision.",
        "chalicelib.ledger.service",
        "        for draft in drafts:\n            draft.settle()\n        writes, result = decide(",
        "        writes, result = decide(",
    ),
    Canary(
        "expires-a-day-early",
        "Lots expire on the last day on which they are good.",
        "chalicelib.ledger.draft",
        "days.start_of(min(candidates) + 1, rules.zone)",
        "days.start_of(min(candidates), rules.zone)",
    ),
    Canary(
        "hold-released-twice",
        "A hold that was given stays and is given again.",
        "chalicelib.ledger.table",
        "        return Write(HoldItem(pk, sk), condition, delete=True)",
        "        return Write(HoldItem(pk, sk), condition, check=True)",
    ),
    Canary(
        "released-as-of-now",
        "A hold is given as of the moment the worker came, not as of its date.",
        "chalicelib.ledger.releasing",
        "    at = days.from_ms(hold.release_at or draft.at)",
        "    at = days.from_ms(draft.at)",
    ),
    Canary(
        "reversed-by-price",
        "A return takes points by the price and not by the share that was recorded.",
        "chalicelib.orders.order",
        "        return self.share * self.undone // self.quantity",
        "        return min(self.share, self.spend // 100) * self.undone // self.quantity",
    ),
    Canary(
        "entry-dropped",
        "Of the entries of one commit only the last is written.",
        "chalicelib.ledger.table",
        "draft.faces.get(line.entry.number)) for line in draft.lines]",
        "draft.faces.get(line.entry.number)) for line in draft.lines[-1:]]",
    ),
    Canary(
        "witness-blind",
        "After a lost answer nobody looks whether the commit took effect.",
        "chalicelib.ledger.service",
        "lambda: table.is_ours(site, *lines[0], run.id)",
        "lambda: False",
        near=195,
    ),
    Canary(
        "doubt-forgotten",
        "An attempt without an answer is forgotten when the next one loses its condition.",
        "chalicelib.dynamo.commit",
        "        if doubtful:\n            doubts.append(plan)\n",
        "",
        # It takes an engine that has forgotten the token of the first try.
        suite="tests/dynamo/test_commit.py::test_a_commit_that_lands_late_is_found_before_the_next_decision",
    ),
    Canary(
        "limit-not-counted",
        "An award is not counted against its limit.",
        "chalicelib.programme.performing.service",
        "moves.award(draft, outcome.points, good, told, kind=kind, counted=outcome.counted)",
        "moves.award(draft, outcome.points, good, told, kind=kind)",
    ),
    Canary(
        "transfer-rejuvenates",
        "Points passed on get a new life.",
        "chalicelib.ledger.moves",
        "        **_put_back(draft.account, bucket, draws),\n        **telling.fields(),\n    )\n    draft.regroup()\n"
        "    return entry\n\n\ndef close",
        "        **_put_back(draft.account, bucket, [type(d)(d.bucket, d.kind, d.day + 30, d.amount)"
        " for d in draws]),\n"
        "        **telling.fields(),\n    )\n    draft.regroup()\n    return entry\n\n\ndef close",
    ),
    Canary(
        "order-placed-twice",
        "A claim is taken whoever has it.",
        "chalicelib.dynamo.claims",
        "    return Write(item, ABSENT, taken=taken)",
        "    return Write(item)",
    ),
    Canary(
        "refunded-again",
        "A redemption forgets what of it came back.",
        "chalicelib.ledger.redemptions",
        "        return replace(self, refunded=self.refunded + points), tuple(back)",
        "        return self, tuple(back)",
        suite="tests/orders/test_refunds.py::test_parts_refund_their_part_where_that_is_switched_on",
    ),
    Canary(
        "counted-again",
        "A projection does not remember what it has counted.",
        "chalicelib.reporting.service",
        "        writes = [facts.write(site, mid, found[1], after), *facts.standing_writes(",
        "        writes = [*facts.standing_writes(",
    ),
    Canary(
        "arrears-forgiven",
        "A credit does not pay what the member owes.",
        "chalicelib.ledger.moves",
        "    paid = min(points, account.bucket(bucket).arrears)\n",
        "    paid = 0\n",
    ),
    Canary(
        "watermark-runs-ahead",
        "The sweep forgets a day that still has something due.",
        "chalicelib.dynamo.due",
        "        if not seen and empty_through == day - 1:",
        "        if empty_through == day - 1:",
        near=130,
    ),
    Canary(
        "id-kept-after-erasure",
        "An erased member's id stays taken.",
        "chalicelib.members.erasing.service",
        "            *(claims.release(site, ID, folded(each), mid) for each in (stored.profile.id, *ids_of(merges))),"
        "\n",
        "",
    ),
    Canary(
        "notes-kept-after-erasure",
        "What a client wrote outlives the member.",
        "chalicelib.members.erasing.service",
        "        return Plan((*notes, progress), last >= left.through)",
        "        return Plan((progress,), last >= left.through)",
    ),
    Canary(
        "rows-miscounted",
        "An expiry is not shown in the activity list.",
        "chalicelib.ledger.draft",
        "            shown=True,\n            postings=tuple(postings),\n            draws=tuple(draws),",
        "            shown=False,\n            postings=tuple(postings),\n            draws=tuple(draws),",
    ),
    Canary(
        "dry-run-writes",
        "A dry run is sent to the table like a real call.",
        "chalicelib.dynamo.commit",
        "    if world is not None:\n        return _rehearsed(world, decide(load()))\n",
        "",
    ),
)
