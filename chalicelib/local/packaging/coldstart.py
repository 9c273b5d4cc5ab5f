"""Cold start of the packaged bundle beside that of a bare one: what importing Laurel itself costs.

Both bundles are unzipped and compiled in the same way and run on the Python of the Lambdas. A figure
is the best of several runs, taken in turns. It is time of the processor: importing waits for nothing
else, a Lambda has a share of a processor only, and a busy machine does not distort it as it does the
clock on the wall.
"""

import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chalicelib.local.packaging import bundle, layout
from chalicelib.local.packaging.failure import PackagingFailed
from chalicelib.local.packaging.interpreter import run, without_account

RATIO_MAX: Final = 1.3
"""Issue 2: of the bare bundle's cold start."""
RUN_SECONDS: Final = 60
FACE: Final = "core"
_FOLDER: Final = layout.BUILD / "coldstart"
_BARE: Final = '''\
"""The least that a service of this kind imports."""

from chalice import Chalice
from pydantic import BaseModel
from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model


class Item(Model):
    class Meta:
        table_name = "bare"
        region = "us-east-1"

    pk = UnicodeAttribute(hash_key=True)


class Body(BaseModel):
    name: str


app = Chalice("bare")


@app.route("/", methods=["POST"])
def index():
    return {}


def connect():
    return Item._get_connection().connection.client
'''
_TIMED: Final = """\
import sys, time
started = time.process_time()
sys.path.insert(0, {folder!r})
import app
{connect}
print(time.process_time() - started)
"""
_CONNECT_LAUREL: Final = "from chalicelib.dynamo import items; items.connection()"
_CONNECT_BARE: Final = "app.connect()"


@dataclass(frozen=True, slots=True)
class ColdStart:
    """Best times of import and DynamoDB client, in milliseconds."""

    laurel_ms: float
    bare_ms: float

    @property
    def ratio(self) -> float:
        """How much of a cold start is Laurel's own doing: 1 would be nothing."""
        return self.laurel_ms / self.bare_ms


def report(runs: int) -> int:
    """Measure, print, and give 0 when the ratio is within ``RATIO_MAX``, otherwise 1."""
    measured = measure(runs)
    print(
        f"Cold start of the bundle ({FACE}): {measured.laurel_ms:.0f} ms; bare chalice + pynamodb + pydantic: "
        f"{measured.bare_ms:.0f} ms; ratio {measured.ratio:.2f} (at most {RATIO_MAX})",
    )
    return 0 if measured.ratio <= RATIO_MAX else 1


def measure(runs: int) -> ColdStart:
    """Unzip what was packaged, make the bare bundle from the same packages, and run both in turns."""
    archive = layout.PACKAGE / "face" / "bundle.zip"
    if not archive.exists():
        raise PackagingFailed("Nothing is packaged; run `make package` first.")
    python = layout.PYTHON / "bin" / "python"
    laurel, bare = _FOLDER / "laurel", _FOLDER / "bare"
    for folder in (laurel, bare):
        shutil.rmtree(folder, ignore_errors=True)
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(folder)
    make_bare(python, bare)
    seconds: dict[Path, list[float]] = {laurel: [], bare: []}
    for _ in range(runs):
        seconds[laurel].append(_start(python, laurel, _CONNECT_LAUREL))
        seconds[bare].append(_start(python, bare, _CONNECT_BARE))
    return ColdStart(laurel_ms=min(seconds[laurel]) * 1_000, bare_ms=min(seconds[bare]) * 1_000)


def make_bare(python: Path, folder: Path) -> None:
    """Put the least possible app in the place of ours and compile it as bundles are."""
    shutil.rmtree(folder / "chalicelib")
    (folder / "app.py").write_text(_BARE)
    for compiled in (folder / "__pycache__").glob("app.*"):
        compiled.unlink()
    bundle.compile_all(python, folder)


def _start(python: Path, folder: Path, connect: str) -> float:
    variables = without_account() | {
        "LAUREL_FACE": FACE,
        "LAUREL_SEAL": "kms",
        "PYDANTIC_DISABLE_PLUGINS": "__all__",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
    }
    script = _TIMED.format(folder=str(folder), connect=connect)
    said = run(
        [str(python), "-I", "-S", "-c", script],
        "The bundle does not start",
        seconds=RUN_SECONDS,
        folder=folder,
        variables=variables,
    )
    return float(said.splitlines()[-1])
