"""The faults that the simulator must notice, each a mistake that somebody could make."""

from typing import Final

from tests.simulation.planting import Canary

CANARIES: Final = (
    Canary(
        "no-version-condition",
        "An account is written whoever wrote it in between.",
        "chalicelib.ledger.table",
        "return Write(item, AccountItem.ver == loaded.version if loaded.version else ABSENT)",
        "return Write(item)",
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
        "hold-released-early",
        "A worker releases a hold before its date.",
        "chalicelib.ledger.service",
        "if due is None or due.due is None or due.due > days.to_ms(now):",
        "if due is None or due.due is None or due.due > days.to_ms(now) + 86_400_000:",
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
    ),
    Canary(
        "doubt-forgotten",
        "An attempt without an answer is forgotten when the next one loses its condition.",
        "chalicelib.dynamo.commit",
        "        if doubtful:\n            doubts.append(plan)\n",
        "",
    ),
    Canary(
        "limit-not-counted",
        "An award is not counted against its limit.",
        "chalicelib.programme.performing.service",
        "moves.award(draft, outcome.points, good, telling, kind=kind, counted=outcome.counted)",
        "moves.award(draft, outcome.points, good, telling, kind=kind)",
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
    ),
    Canary(
        "counted-twice",
        "A stream record that comes twice is added to the counters twice.",
        "chalicelib.reporting.service",
        "        if after.version <= before.version:",
        "        if after.version < before.version:",
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
    ),
    Canary(
        "id-kept-after-erasure",
        "An erased member's id stays taken.",
        "chalicelib.members.erasing.service",
        "            claims.release(site, ID, folded(stored.profile.id), mid),\n",
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
        "            shown=any(posting.bucket == POINTS for posting in postings),",
        "            shown=False,",
    ),
    Canary(
        "dry-run-writes",
        "A dry run is sent to the table like a real call.",
        "chalicelib.dynamo.commit",
        "    if world is not None:\n        return _rehearsed(world, decide(load()))\n",
        "",
    ),
)
