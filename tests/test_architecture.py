"""The house keeps its order: each rule is shown to fail on a bad sample, and then holds for the product."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import house_rules as rules
from tests.house_rules import Module

ROOT = Path(__file__).parent.parent
MODULES = rules.load(ROOT)

SHARED_TABLES = {
    "chalicelib.ledger": "whatever moves points writes its own items in the ledger's one transaction",
    "chalicelib.facts": "reporting fills the facts that this package shapes and reads",
}
SITE_IN_KEY = {
    "chalicelib.rewards.codes.service": ("left_in", "it counts what was read; the addresses of that name their site"),
    "chalicelib.reporting.service": ("project", "the stream names an item by its key, which begins with the site"),
    "chalicelib.ledger.auditing.service": ("walk", "an audit goes through the items of all sites, keys and all"),
    "chalicelib.ledger.auditing.table": ("scan read", "as above; addresses name their site"),
    "chalicelib.ledger.auditing.daily.service": ("run_slice", "as above: one run covers all sites"),
    "chalicelib.ledger.auditing.daily.table": (
        "read_run run_write read_segments read_segment segment_write",
        "a run and its segments are of the whole table; what they find of a site stands with the site",
    ),
}
"""Module → names of its functions, and why they take no site first."""
WITHOUT_PERSONAL_DATA = {
    "chalicelib.backtesting": "drafts and sums under the id of a run; no member is named in them",
    "chalicelib.catalog": "products of a site; no member is named in them",
    "chalicelib.catalog.stores": "stores of a site; no member is named in them",
    "chalicelib.facts": "figures under a number; no member is named in them",
    "chalicelib.ledger": "notes lie beside the entries and are removed by members.erasing, slice by slice",
    "chalicelib.ledger.auditing": "it reads; the book's own items are the ledger's",
    "chalicelib.ledger.auditing.daily": "sums of a site, and findings that name a number",
    "chalicelib.moderation": "ids of uploads by state; what they show and whose they are stands with the uploads",
    "chalicelib.photos.campaigning": "how often codes are used, and draws that name photos",
    "chalicelib.photos.collecting": "connections of a site to networks; whom posts lead to stands with photos",
    "chalicelib.photos.galleries": "counts by day and rankings of photos; no member is named in them",
    "chalicelib.programme": "rules of a site; no member is named in them",
    "chalicelib.programme.performing.repeating": "counts under digests; no member is named in them",
    "chalicelib.reporting": "daily counters of a site; no member is named in them",
    "chalicelib.rewards.codes": "codes that nobody has yet; who got one stands with the member, in rewards",
    "chalicelib.sites": "tenants and their secrets; no member is named in them",
}

BAD_SAMPLES = [
    (rules.libraries_in_their_rooms, "chalicelib.orders.service", "from chalice import Response"),
    (rules.libraries_in_their_rooms, "chalicelib.orders.lines", "import pynamodb.attributes"),
    (rules.libraries_in_their_rooms, "chalicelib.orders.table", "import boto3"),
    (rules.libraries_in_their_rooms, "chalicelib.api.orders", "from botocore.exceptions import ClientError"),
    (rules.purity, "chalicelib.orders.lines", "from chalicelib.orders import table"),
    (rules.purity, "chalicelib.orders.lines", "from chalicelib.ledger.service import post"),
    (rules.purity, "chalicelib.orders.lines", "from chalicelib.dynamo.commit import Write"),
    (rules.purity, "chalicelib.orders.lines", "from chalicelib import clock"),
    (rules.purity, "chalicelib.orders.lines", "from chalicelib import settings"),
    (rules.purity, "chalicelib.orders.lines", "import chalicelib"),
    (rules.purity, "chalicelib.orders.lines", "import socket"),
    (rules.purity, "chalicelib.orders.lines", "import requests"),
    (rules.purity, "chalicelib.orders.lines", "from . import other"),
    (rules.tables_are_private, "chalicelib.orders.service", "from chalicelib.members import table"),
    (rules.tables_are_private, "chalicelib.orders.service", "from chalicelib.members.table import Profile"),
    (rules.tables_are_private, "chalicelib.members.merging.service", "from chalicelib.members.erasing.table import x"),
    (rules.environment, "chalicelib.orders.service", "import os\nvalue = os.environ['X']"),
    (rules.environment, "chalicelib.orders.service", "import os\nvalue = os.getenv('X')"),
    (rules.environment, "chalicelib.orders.service", "from os import environ"),
    (rules.clock, "chalicelib.orders.service", "from datetime import datetime\nnow = datetime.now()"),
    (rules.clock, "chalicelib.dynamo.commit", "import time\ntime.sleep(1)"),
    (rules.clock, "chalicelib.dynamo.commit", "from time import monotonic"),
    (rules.sizes, "chalicelib.orders.service", "x = 1\n" * 401),
    (rules.sizes, "chalicelib.orders.service", "def f():\n" + "    x = 1\n" * 40),
    (rules.sizes, "chalicelib.orders.service", "class A:\n    async def f():\n" + "        x = 1\n" * 40),
    (rules.no_import_in_functions, "chalicelib.orders.service", "def f():\n    import json"),
    (
        rules.no_import_in_functions,
        "chalicelib.orders.service",
        "class A:\n  def f(self):\n    if 1:\n      from a import b",
    ),
    (rules.site_first, "chalicelib.orders.service", "def place(order, site): ..."),
    (rules.site_first, "chalicelib.orders.service", "def place(order, *, site): ..."),
    (rules.site_first, "chalicelib.orders.table", "def load(order):\n    return items.get(order)"),
    (rules.site_first, "chalicelib.orders.service", "def place():\n    commit(load, decide)"),
    (rules.no_mock_patch, "tests.orders.test_service", "from unittest.mock import patch"),
    (rules.no_mock_patch, "tests.orders.test_service", "from unittest import mock"),
    (rules.no_mock_patch, "tests.orders.test_service", "import mock"),
]

GOOD_SAMPLES = [
    (rules.libraries_in_their_rooms, "chalicelib.api.orders", "from chalice.app import Response"),
    (rules.libraries_in_their_rooms, "chalicelib.orders.table", "from pynamodb.attributes import UnicodeAttribute"),
    (rules.libraries_in_their_rooms, "app", "from chalice import Chalice"),
    (rules.purity, "chalicelib.orders.service", "from chalicelib.orders import table"),
    (rules.purity, "chalicelib.orders.lines", "from decimal import Decimal\nfrom pydantic import BaseModel"),
    (
        rules.purity,
        "chalicelib.orders.lines",
        "from chalicelib.errors import Refusal\nfrom chalicelib.ledger import days",
    ),
    (rules.tables_are_private, "chalicelib.members.merging.service", "from chalicelib.members import table"),
    (rules.environment, "chalicelib.settings", "import os\nvalue = os.environ['X']"),
    (rules.clock, "chalicelib.clock", "import time\ntime.time()"),
    (rules.clock, "chalicelib.orders.service", "def f(now):\n    return now.date()"),
    (rules.sizes, "chalicelib.orders.service", "x = 1\n" * 400),
    (rules.sizes, "chalicelib.orders.service", "def f():\n" + "    x = 1\n" * 39),
    (rules.no_import_in_functions, "chalicelib.orders.service", "import json\ndef f():\n    return json.dumps(1)"),
    (rules.site_first, "chalicelib.orders.service", "def place(site, order):\n    commit(load, decide)"),
    (rules.site_first, "chalicelib.orders.service", "def hold(draft: Draft):\n    return table.hold_write(draft)"),
    (rules.site_first, "chalicelib.orders.service", "def total(lines):\n    return sum(lines)"),
    (rules.site_first, "chalicelib.orders.lines", "def total(lines, site): ..."),
]

RULES = [
    rules.libraries_in_their_rooms,
    rules.purity,
    rules.environment,
    rules.clock,
    rules.sizes,
    rules.no_import_in_functions,
    rules.no_mock_patch,
]


def named(value: object) -> str:
    return getattr(value, "__name__", "")


@pytest.mark.parametrize(("rule", "name", "text"), BAD_SAMPLES, ids=named)
def test_each_rule_sees_what_breaks_it(rule, name, text):
    assert list(rule(Module(name, text)))


@pytest.mark.parametrize(("rule", "name", "text"), GOOD_SAMPLES, ids=named)
def test_each_rule_lets_pass_what_keeps_it(rule, name, text):
    assert list(rule(Module(name, text))) == []


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_the_product_keeps(rule):
    broken = [sentence for module in MODULES for sentence in rule(module)]

    assert broken == []


def test_the_site_comes_first_save_where_a_key_holds_it():
    broken = [
        sentence
        for module in MODULES
        for sentence in rules.site_first(module)
        if sentence.split()[1] not in SITE_IN_KEY.get(module.name, ("",))[0].split()
    ]

    assert broken == []


def test_tables_stay_private_save_the_shared_ones():
    assert [line for module in MODULES for line in rules.tables_are_private(module, SHARED_TABLES)] == []


def test_the_modules_of_the_product_were_really_read():
    assert {"chalicelib.settings", "chalicelib.ledger.service"} <= {module.name for module in MODULES}


def suite_modules() -> list[Module]:
    paths = sorted((ROOT / "tests").rglob("*.py"))
    return [Module(".".join(path.relative_to(ROOT).with_suffix("").parts), path.read_text()) for path in paths]


def test_tests_stay_readable_and_patch_nothing():
    broken = [
        sentence
        for module in suite_modules()
        for sentence in [*rules.no_mock_patch(module)]
        + [line for line in rules.sizes(module, rules.TEST_LINES_MAX) if " lines, at most 500" in line]
    ]

    assert broken == []


def test_the_app_is_wiring_only():
    app = ROOT / "app.py"
    if not app.exists():
        pytest.skip("app.py is not written yet")

    assert len(app.read_text().splitlines()) < rules.APP_LINES_MAX


# Places


def test_places_of_machines_are_seen():
    assert list(rules.no_places("x", "see /work" + "/main"))
    assert list(rules.no_places("x", "from https://pypi" + ".org/simple"))
    assert not list(rules.no_places("x", "GET /orders, a workshop/session"))


def test_no_file_names_a_place_of_somebodys_machine():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    broken = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and path.suffix not in {".png", ".jpg", ".zip", ".gz"}:
            broken += rules.no_places(name, path.read_text(errors="replace"))

    assert broken == []


# Personal data


def test_a_table_without_forget_and_dossier_is_seen():
    table = Module("chalicelib.photos.table", "")
    service = Module("chalicelib.photos.service", "def forget(site, member): ...\ndef dossier(site, member): ...")

    assert len(list(rules.personal_data_is_reachable([table], []))) == 2
    assert list(rules.personal_data_is_reachable([table, service], [])) == []
    assert list(rules.personal_data_is_reachable([table], ["chalicelib.photos"])) == []


def test_every_package_with_a_table_forgets_and_tells():
    assert list(rules.personal_data_is_reachable(MODULES, WITHOUT_PERSONAL_DATA)) == []


# Routes


def described() -> list:
    try:
        docs = importlib.import_module("chalicelib.local.docs")
    except ModuleNotFoundError:
        pytest.skip("the routes are not gathered yet")
    return docs.routes()


def test_every_route_declares_a_scope_that_exists_and_an_id_of_its_own():
    openapi = importlib.import_module("chalicelib.api.openapi")

    openapi.check(described())


def test_the_paths_fit_one_gateway():
    paths = [f"/3.0{route.path}" for route in described()]

    assert rules.path_resources(paths) < rules.PATH_RESOURCES_MAX


def test_resources_are_counted_by_distinct_prefix():
    assert rules.path_resources(["/3.0/users", "/3.0/users/{id}", "/3.0/users/{id}/tiers", "/3.0/points/{id}"]) == 6


# Import order


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH", "")]))
    return subprocess.run(
        [*command, "--config", str(folder / "pyproject.toml")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_run_one_way():
    result = lint_imports(ROOT)

    assert result.returncode == 0, result.stdout + result.stderr


def test_an_import_against_the_order_is_seen(tmp_path):
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    for package in ("", "ledger", "orders", "api"):
        folder = tmp_path / "chalicelib" / package
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").write_text("")
    (tmp_path / "chalicelib/ledger/book.py").write_text("from chalicelib.orders import lines\n")
    (tmp_path / "chalicelib/orders/lines.py").write_text("")

    result = lint_imports(tmp_path)

    assert result.returncode == 1
    assert "chalicelib.ledger is not allowed to import chalicelib.orders" in result.stdout
