"""What every test stands on: no credentials of anybody, and no way out of this machine."""

import gc
import ipaddress
import os
import sys

import moto.core  # noqa: F401 - hangs its handlers on sessions that are made later, and the product makes one only.
import pytest
from hypothesis import HealthCheck, Phase, settings

os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
    os.environ.pop(name, None)

settings.register_profile("laurel", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("search", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow])
# Of a mutant only that it fails is of interest, not the smallest example.
settings.register_profile(
    "mutation",
    deadline=None,
    derandomize=True,
    max_examples=30,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "laurel"))


class OutsideReached(AssertionError):
    """A test tried to talk to another machine."""


_guarded = True


def _guard(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse to connect anywhere but to this machine. An audit hook sees every socket, whoever opens it."""
    if event != "socket.connect" or not _guarded:
        return
    address = arguments[1]
    if isinstance(address, tuple) and not _is_here(str(address[0])):
        raise OutsideReached(f"a test tried to connect to {address[0]}")


def _is_here(host: str) -> bool:
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


sys.addaudithook(_guard)


def pytest_collection_finish() -> None:
    """Half a million objects of modules and tests live to the end: do not look through them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True)
def _outside_only_where_marked(request: pytest.FixtureRequest):
    """Tests marked ``network`` may install things; every other one stays here."""
    global _guarded
    _guarded = request.node.get_closest_marker("network") is None
    yield
    _guarded = True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first, so that no worker is left with one when the others have ended.

    A wrong id in a mark is caught by ``chalicelib.local.docs``; an empty mark is caught here.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
    for item in items:
        for mark in item.iter_markers("proves"):
            if not mark.args or mark.kwargs:
                raise pytest.UsageError(f"{item.nodeid}: proves() names the rows that it proves")
