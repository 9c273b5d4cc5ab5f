"""The log lines of triggers: what they cost is said as fully as of a request."""

import app
from chalicelib import clock
from chalicelib.local import events
from tests.api.shop import Shop


def test_a_run_of_the_sweep_says_what_it_cost_indexes_too(shop: Shop):
    app.sweep(events.scheduled("sweep", clock.now()), None)

    line = shop.lines[-1]
    assert (line["op"], line["outcome"]) == ("sweep", "done")
    assert {"found", "ms", "calls", "rcu", "wcu", "index_wcu"} <= set(line)
