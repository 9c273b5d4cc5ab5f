"""``make deploy-local``: the packaged template deployed into the emulated AWS and smoked over HTTP."""

import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Final

from chalicelib.local.packaging import cloud, emulator, interpreter, layout, smoke
from chalicelib.local.packaging.cloud import Place
from chalicelib.local.packaging.failure import PackagingFailed
from chalicelib.local.packaging.package import build
from chalicelib.local.packaging.smoke import Deployed
from chalicelib.local.packaging.template import Split

STACK: Final = "laurel"
BUCKET: Final = "laurel-packages"
REGION: Final = "us-east-1"
PARAMETERS: Final = {"DueShards": "4", "CounterShards": "2"}
"""Few shards, so that a sweep of an emulator takes a second."""
PLANT_SECONDS: Final = 60


def deploy_and_smoke(split: Split, *, fresh: bool) -> int:
    """Package (when ``fresh``), deploy and smoke; 0 when every check held, otherwise 1."""
    if fresh:
        build((split,))
    python = interpreter.environment(layout.EMULATOR, layout.ROOT / "requirements-emulator.txt")
    folder = layout.BUILD / "deployed"
    with emulator.running(python, folder) as endpoint:
        place = Place(region=REGION, endpoint=endpoint, poll_seconds=1)
        started = time.monotonic()
        outputs = cloud.deploy(layout.PACKAGE / split, stack=STACK, bucket=BUCKET, parameters=PARAMETERS, place=place)
        print(f"ok     deploy: stack {STACK}, split by {split} ({time.monotonic() - started:.1f} s)", flush=True)
        _plant(outputs, endpoint)
        failed = smoke.run(Deployed(place, STACK, outputs))
    if failed:
        print(f"\n{failed} of {len(smoke.CHECKS)} checks failed; the log is {folder / 'emulator.log'}", file=sys.stderr)
        return 1
    print(f"\nThe package works as deployed: {len(smoke.CHECKS)} checks held.")
    return 0


def _plant(outputs: Mapping[str, str], endpoint: str) -> None:
    """Make the smoke's site as an operator does, with the key and the table of the stack."""
    variables = interpreter.without_account() | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "LAUREL_TABLE": outputs["TableName"],
        "LAUREL_SEAL": "kms",
        "LAUREL_KMS_KEY": outputs["SealKeyArn"],
    }
    done = subprocess.run(
        [sys.executable, "-m", "chalicelib.local.packaging.plant", smoke.SITE],
        input=smoke.SECRET + "\n",
        env=variables,
        cwd=layout.ROOT,
        capture_output=True,
        text=True,
        timeout=PLANT_SECONDS,
        check=False,
    )
    if done.returncode:
        raise PackagingFailed(f"No site could be made:\n{done.stderr[-2000:]}")
