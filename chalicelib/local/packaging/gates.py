"""What a package must be before anybody deploys it. Every gate raises ``PackagingFailed`` with what is wrong."""

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from chalicelib.local.packaging import bundle
from chalicelib.local.packaging.failure import PackagingFailed
from chalicelib.local.packaging.interpreter import run, without_account

Template = dict[str, Any]
ZIPPED_BYTES_MAX: Final = 50_000_000
"""Lambda takes 50 MB directly, and cold starts grow with it."""
UNZIPPED_BYTES_MAX: Final = 200_000_000
"""Lambda takes 250 MB with layers; the rest is room for extensions."""
RESOURCES_MAX: Final = 450
"""CloudFormation takes 500 in a stack."""
TEMPLATE_BYTES_MAX: Final = 1_000_000
GATEWAY_SECONDS_MAX: Final = 29
"""API Gateway gives up on a function after this."""
VISIBILITY_FACTOR: Final = 6
RECEIVE_COUNT: Final = 5
IMPORT_SECONDS: Final = 60
_EXPANDS_TO: Final = {"Schedule": 2, "SQS": 1, "DynamoDB": 1}
"""What SAM makes of an event: a rule and a permission, or a mapping. An API becomes itself, a deployment, a stage."""


def check_sizes(archive: Path, folder: Path) -> None:
    """The bundle is within Lambda's limits, zipped and unzipped."""
    zipped, unzipped = archive.stat().st_size, bundle.unpacked_bytes(folder)
    if zipped >= ZIPPED_BYTES_MAX or unzipped >= UNZIPPED_BYTES_MAX:
        raise PackagingFailed(f"The bundle is too large: {zipped:,} bytes zipped, {unzipped:,} unzipped.")


def check_template(template: Template) -> None:
    """Number of resources, every function's settings, every policy, every queue."""
    if (count := resources_after_transform(template)) >= RESOURCES_MAX:
        raise PackagingFailed(f"The stack would have {count} resources; {RESOURCES_MAX} is the most we allow.")
    for name, properties in functions(template).items():
        check_function(name, properties)
    for name, statement in statements(template):
        check_statement(name, statement)
    check_intrinsics(template)
    check_queues(template)


def check_imports(python: Path, folder: Path, faces: list[str]) -> None:
    """Every top-level package and every handler imports from the unzipped bundle, with nothing else installed."""
    names = sorted(top_level(folder))
    lines = [f"import sys; sys.path.insert(0, {str(folder)!r}); import importlib"]
    lines += [f"importlib.import_module({name!r})" for name in names]
    lines += [f"assert importlib.import_module('app').__file__ == {str(folder / 'app.py')!r}"]
    for face in faces:
        run(
            [str(python), "-I", "-S", "-c", "\n".join(lines)],
            f"The bundle does not import for the face {face}",
            seconds=IMPORT_SECONDS,
            folder=folder,
            variables=without_account() | {"LAUREL_FACE": face},
        )


def check_handlers(python: Path, folder: Path, template: Template) -> None:
    """Every handler that the template names exists in the bundle and can be called."""
    handlers = sorted({properties["Handler"] for properties in functions(template).values()})
    lines = [f"import sys; sys.path.insert(0, {str(folder)!r}); import app"]
    lines += [f"assert callable({handler}), {handler!r}" for handler in handlers]
    run(
        [str(python), "-I", "-S", "-c", "\n".join(lines)],
        "A handler is missing from the bundle",
        seconds=IMPORT_SECONDS,
        folder=folder,
        variables=without_account(),
    )


def check_function(name: str, properties: Template) -> None:
    """Memory, time-out and role are set; what the gateway calls ends before the gateway does."""
    for wanted in ("Handler", "Runtime", "MemorySize", "Timeout", "Role", "CodeUri"):
        if not properties.get(wanted):
            raise PackagingFailed(f"{name} has no {wanted}.")
    if "Events" not in properties and properties["Timeout"] > GATEWAY_SECONDS_MAX:
        raise PackagingFailed(f"{name} may run longer than API Gateway waits ({GATEWAY_SECONDS_MAX} s).")


WITHOUT_RESOURCE: Final = frozenset({"rekognition:DetectModerationLabels", "textract:AnalyzeExpense"})
"""Actions for which AWS knows no resource, so that "*" is all that can be said (service authorization reference)."""


def check_statement(name: str, statement: Template) -> None:
    """A policy names its actions and its resources one by one."""
    if statement["Resource"] == "*" and {*statement["Action"]} <= WITHOUT_RESOURCE:
        return
    for key in ("Action", "Resource"):
        values = statement[key] if isinstance(statement[key], list) else [statement[key]]
        for value in values:
            wild = "*" in value if key == "Action" else value == "*"
            if wild:
                raise PackagingFailed(f"{name} allows {key} {value!r}; least privilege names each.")


def check_intrinsics(part: Any) -> None:
    """A function of CloudFormation stands alone; laying one template over another may put two in one place."""
    if isinstance(part, dict):
        functions_here = [key for key in part if key.startswith("Fn::") or key == "Ref"]
        if functions_here and len(part) > 1:
            raise PackagingFailed(f"{sorted(part)} stand in one place of the template; CloudFormation takes one.")
        for inner in part.values():
            check_intrinsics(inner)
    elif isinstance(part, list):
        for inner in part:
            check_intrinsics(inner)


def check_queues(template: Template) -> None:
    """A queue that feeds a function hides a message long enough, and sets it aside after five attempts."""
    for name, properties in functions(template).items():
        for event in properties.get("Events", {}).values():
            if event["Type"] not in {"SQS", "DynamoDB"}:
                continue
            if event["Properties"].get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
                raise PackagingFailed(f"{name} does not report which items of a batch failed.")
            if event["Type"] == "SQS":
                queue = template["Resources"][_queue_name(event["Properties"]["Queue"])]["Properties"]
                _check_queue(name, queue, properties["Timeout"])


def functions(template: Template) -> dict[str, Template]:
    """Logical id → properties of every function."""
    return {
        name: resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def statements(template: Template) -> Iterator[tuple[str, Template]]:
    """Every statement of every role, with the role's name."""
    for name, resource in template["Resources"].items():
        for policy in resource.get("Properties", {}).get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, statement


def resources_after_transform(template: Template) -> int:
    """How many resources the stack has once SAM has expanded functions' events and the API."""
    count = len(template["Resources"])
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Api":
            count += 2
        for event in resource.get("Properties", {}).get("Events", {}).values():
            count += _EXPANDS_TO[event["Type"]]
    return count


def top_level(folder: Path) -> set[str]:
    """Names that can be imported from a folder of installed packages."""
    packages = {path.name for path in folder.iterdir() if path.is_dir() and not {"-", "."} & set(path.name)}
    return {name for name in packages if name != "__pycache__"} | {path.stem for path in folder.glob("*.py")}


def _queue_name(arn: Template) -> str:
    """The logical id in ``!Sub ${DueQueue.Arn}``; raises ``PackagingFailed`` for a queue of another stack."""
    found = re.fullmatch(r"\$\{(\w+)\.Arn\}", str(arn.get("Fn::Sub")))
    if not found:
        raise PackagingFailed(f"The queue {arn} is not one of this stack.")
    return found[1]


def _check_queue(name: str, queue: Template, timeout_seconds: int) -> None:
    if queue.get("VisibilityTimeout", 30) < math.ceil(VISIBILITY_FACTOR * timeout_seconds):
        raise PackagingFailed(f"The queue of {name} hides a message for less than six times the time-out.")
    if queue.get("RedrivePolicy", {}).get("maxReceiveCount") != RECEIVE_COUNT:
        raise PackagingFailed(f"The queue of {name} has no dead-letter queue after {RECEIVE_COUNT} attempts.")
