"""Which table a command works on: chosen before anything reads ``settings``.

``settings`` is read once, at import; so ``__main__`` calls ``prepare`` first and loads the command then.
"""

import os
from typing import Any, Final

import botocore.session

from chalicelib.local import engines
from chalicelib.local.home import Home, Running

TABLE: Final = "laurel"
DUE_SHARDS_MAX: Final = 1024
"""As many as a stack can have (``.chalice/resources.yaml``)."""
STACK_OPTION: Final = "--stack"


class NothingRuns(Exception):
    """The command needs a running copy, and there is none."""


def of_laptop(home: Home, running: Running) -> dict[str, str]:
    """Variables with which Laurel works on a running copy."""
    return {
        **engines.connection(running.engine, running.dynamodb),
        "LAUREL_TABLE": TABLE,
        "LAUREL_DUE_QUEUE": f"{TABLE}-due",
        "LAUREL_UPLOADS_QUEUE": f"{TABLE}-uploads",
        "LAUREL_BUCKET": f"{TABLE}-uploads",
        "LAUREL_BUCKET_STYLE": "path",
        "LAUREL_OCR": "rapid",
        "LAUREL_SCREEN": "local",
        "LAUREL_DUE_SHARDS": "1",
        "LAUREL_COUNTER_SHARDS": "1",
        "LAUREL_FACE": "all",
        "LAUREL_STAGE": "local",
        "LAUREL_SEAL": "local",
        "LAUREL_SEAL_KEY_FILE": str(home.seal_key),
    }


def of_stack(stack: str) -> dict[str, str]:
    """Variables with which Laurel works on a deployed stack, with the AWS credentials of whoever runs the command."""
    session = botocore.session.get_session()
    # Lambda's own name for the region is not one that botocore reads.
    client: Any = session.create_client("cloudformation", region_name=os.environ.get("AWS_REGION"))
    physical = {
        name: client.describe_stack_resource(StackName=stack, LogicalResourceId=name)["StackResourceDetail"][
            "PhysicalResourceId"
        ]
        for name in ("Table", "SealKey", "Bucket", "UploadsQueue")
    }
    given = client.describe_stacks(StackName=stack)["Stacks"][0].get("Parameters", [])
    parameters = {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in given}
    return {
        "AWS_REGION": client.meta.region_name,
        "LAUREL_DUE_SHARDS": parameters.get("DueShards", "1"),
        "LAUREL_TABLE": physical["Table"],
        "LAUREL_BUCKET": physical["Bucket"],
        "LAUREL_BUCKET_STYLE": "virtual",
        "LAUREL_UPLOADS_QUEUE": physical["UploadsQueue"].rsplit("/", 1)[-1],
        "LAUREL_OCR": "textract",
        "LAUREL_SCREEN": "rekognition",
        "LAUREL_SEAL": "kms",
        "LAUREL_KMS_KEY": physical["SealKey"],
    }


def prepare(home: Home, arguments: list[str]) -> None:
    """Point this process at the stack that the arguments name, or else at the copy that runs on the folder.

    An environment that seals by KMS is one of the cloud and is taken as it is. Raises ``NothingRuns``.
    """
    if os.environ.get("LAUREL_SEAL") == "kms":
        # Where nobody says how many there are, an audit takes no shard for one that is not swept.
        os.environ.setdefault("LAUREL_DUE_SHARDS", str(DUE_SHARDS_MAX))
        return
    stack = _stack(arguments)
    if stack is not None:
        os.environ.update(of_stack(stack))
        return
    running = home.running()
    if running is None:
        raise NothingRuns(
            f"No copy of Laurel runs on {home.folder}. Start one with `make run`, name its folder in LAUREL_HOME, "
            f"or name a deployed stack with {STACK_OPTION}."
        )
    os.environ.update(of_laptop(home, running))
    for name in engines.UNWANTED:
        os.environ.pop(name, None)


def _stack(arguments: list[str]) -> str | None:
    for place, argument in enumerate(arguments):
        if argument == STACK_OPTION and place + 1 < len(arguments):
            return arguments[place + 1]
        if argument.startswith(f"{STACK_OPTION}="):
            return argument.partition("=")[2]
    return None
