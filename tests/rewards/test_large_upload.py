"""Files as large as a call takes, on a real engine: in time for the gateway, and exact."""

import time
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.dynamo import meter
from chalicelib.ledger.service import command
from chalicelib.programme.in_force import compiled
from chalicelib.programme.validation import validate
from chalicelib.rewards.codes import service as codes
from chalicelib.rewards.codes import sheet
from tests.programme.documents import document

CODES = 10_000
GATEWAY_SECONDS = 29
POOL = {"rewardId": "pool", "rewardName": "P", "status": "Live", "codes": {"source": "pool"}}


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.proves("A140", "A142")
@pytest.mark.parametrize("real_table", ["dynamodb_local"], indirect=True)
def test_ten_thousand_codes_go_in_while_the_gateway_waits(real_table: Any) -> None:
    force = compiled(validate(document(rewards=[POOL])), 2)
    reward = force.reward_by_id["pool"]
    filed = sheet.from_csv("code\n" + "\n".join(f"FRIEND-{number:05}" for number in range(CODES)))
    started = time.monotonic()

    with meter.metered() as counted:
        done = codes.upload("29235480", command(clock.now()), force, reward, filed)

    assert (done.accepted, done.refused, done.left) == (CODES, 0, CODES)
    assert counted.calls <= 2 * -(-CODES // codes.CODES_PER_COMMIT) + 2
    assert time.monotonic() - started < GATEWAY_SECONDS
    again = codes.upload("29235480", command(clock.now()), force, reward, sheet.from_list(["friend-00000", "NEW"]))
    assert (again.accepted, again.refused, again.left) == (1, 1, CODES + 1)
