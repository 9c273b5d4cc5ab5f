"""The list of operations tells the story of what is there: it agrees with the OpenAPI document and the tests."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "compatibility.md").read_text()
ROW = re.compile(
    r"^\| (.*?`(GET|POST|PUT|PATCH|DELETE) (/[^`]*)`.*?|[^`|]*) \| (ready|later) \| (.*?) ?\|$", re.MULTILINE
)
OURS = {("GET", "/programme"), ("PUT", "/programme"), ("GET", "/health"), ("GET", "/openapi.json")}
OURS |= {("GET", "/screens/{}")}
OURS |= {("GET", "/users/{}/ledger"), ("GET", "/users/{}/ledger/{}/trail"), ("GET", "/users/{}/why")}
OURS |= {("GET", "/ledger/proof"), ("POST", "/programme/backtest"), ("GET", "/programme/backtest/{}")}
OURS |= {("POST", "/productfeed"), ("GET", "/productfeed"), ("GET", "/products")}
OURS |= {("POST", "/calculator"), ("GET", "/calculator/metrics")}
OURS |= {("GET", "/configuration"), ("PUT", "/configuration"), ("POST", "/configuration/plan")}
OURS |= {("GET", "/programme/defaults"), ("GET", "/programme/defaults/{}"), ("POST", "/programme/defaults/{}")}
OURS |= {("PATCH", "/tier/program/{}")}
OURS |= {("POST", "/segment/preview"), ("GET", "/users/{}/segments"), ("GET", "/pointstandings")}
OURS |= {("POST", "/rewards/{}/codes"), ("GET", "/rewards/{}/codes"), ("GET", "/rewardalerts")}
OURS |= {("GET", "/rewardcodes/{}"), ("POST", "/users/{}/rewards/{}/cancel")}
OURS |= {("PATCH", "/group/{}/member/{}"), ("DELETE", "/group/{}/member/{}"), ("GET", "/group/{}/activity")}
OURS |= {("GET", "/blocklist"), ("DELETE", "/blocklist"), ("POST", "/blocklist/upload")}
OURS |= {("PUT", "/campaigns/{}"), ("GET", "/campaigns/{}/figures"), ("POST", "/campaign/{}/activation")}
OURS |= {("GET", "/moderation"), ("GET", "/moderation/counts")}
OURS |= {("POST", "/users/{}/receipts/form"), ("GET", "/users/{}/receipts"), ("GET", "/receipts/{}/details")}
OURS |= {("POST", f"/receipts/{{}}/{verb}") for verb in ("approve", "reject", "reverse", "reopen", "retry")}
OURS |= {("POST", "/photos"), ("GET", "/photos/{}"), ("PATCH", "/photos/{}"), ("POST", "/photos/{}/{}")}
OURS |= {("POST", "/galleries"), ("GET", "/galleries"), ("GET", "/galleries/{}/report")}
OURS |= {(method, "/galleries/{}") for method in ("GET", "PUT", "PATCH", "DELETE")}
OURS |= {("GET", "/public/{}/galleries/{}"), ("GET", "/public/{}/slots/{}"), ("POST", "/public/{}/events")}
OURS |= {("GET", "/public/embed.js"), ("GET", "/public/{}/embed.js")}
OURS |= {("GET", "/photos/{}/rights"), ("PUT", "/photos/{}/rights"), ("GET", "/photoexport")}
OURS |= {("POST", "/users/{}/photos"), ("GET", "/users/{}/photos"), ("GET", "/public/{}/photos/{}/{}")}
OURS |= {("GET", "/networks"), ("PUT", "/networks/{}"), ("DELETE", "/networks/{}"), ("GET", "/photocampaigns")}
OURS |= {(method, "/photocampaigns/{}") for method in ("PUT", "DELETE")}
OURS |= {(method, "/photocampaigns/{}/contest") for method in ("GET", "POST")}
OURS |= {("GET", "/photoimport"), ("POST", "/photoimport"), ("POST", "/users/{}/photochoices")}
OURS |= {("POST", "/users/{}/photocopies"), ("GET", "/public/{}/qr/{}")}
OURS |= {(method, "/public/{}/upload/{}") for method in ("GET", "POST")}
"""What the vendor has no word for."""


def operations(state: str) -> set[tuple[str, str]]:
    """Method and path, whatever its parameters are called."""
    rows = [(row[2], row[3]) for row in ROW.finditer(PAGE) if row[4] == state and row[2]]
    return {(method, re.sub(r"\{.*?\}", "{}", path)) for method, path in rows}


def served() -> set[tuple[str, str]]:
    document = json.loads((ROOT / "docs" / "openapi.json").read_text())
    base = re.compile(r"^(/api)?/3\.0")
    return {
        (method.upper(), re.sub(r"\{.*?\}", "{}", base.sub("", path)))
        for path, methods in document["paths"].items()
        for method in methods
    }


def test_every_operation_that_is_served_is_listed_as_ready_and_none_that_is_not():
    assert operations("ready") == served() - OURS
    assert not operations("later") & served()


def test_every_row_of_operations_has_a_state():
    listed = PAGE.partition("## Choices")[0]
    rows = [line for line in listed.splitlines() if line.startswith("| ") and not line.startswith("| operation")]

    assert len(rows) == len(ROW.findall(listed)) > 60


def test_the_tests_that_it_names_exist():
    named = [path for row in ROW.finditer(PAGE) if row[4] == "ready" for path in re.findall(r"`(tests/.*?)`", row[5])]

    assert len(named) >= len(operations("ready"))
    assert [path for path in named if not (ROOT / path).exists()] == []
