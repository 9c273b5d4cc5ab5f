"""Cost of importing `app`, against importing its libraries and making one DynamoDB client (`make bench`).

Both in fresh interpreters, turn by turn; the processor time of the fastest of several runs is compared, which
says least about whatever else the machine was doing.
"""

import os
import subprocess
import sys

ROUNDS = 9
BOUND = 1.3
OURS = "import app"
BASE = (
    "import chalice.app, pynamodb.models, pynamodb.transactions; from pydantic import BaseModel; "
    "from botocore.session import get_session; "
    "get_session().create_client('dynamodb', region_name='us-east-1')"
)
_MEASURE = "; import time; print(time.process_time())"


def main() -> None:
    """Print the ratio; exit 1 above the bound."""
    ours, base = [], []
    for _ in range(ROUNDS):
        ours.append(_seconds(OURS))
        base.append(_seconds(BASE))
    ratio = min(ours) / min(base)
    print(
        f"import app {min(ours):.3f} s, its libraries and a client {min(base):.3f} s, ratio {ratio:.2f} (bound {BOUND})"
    )
    sys.exit(ratio > BOUND)


def _seconds(code: str) -> float:
    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    done = subprocess.run(
        [sys.executable, "-c", code + _MEASURE], check=True, capture_output=True, text=True, env=environment
    )
    return float(done.stdout.split()[-1])


if __name__ == "__main__":
    main()
