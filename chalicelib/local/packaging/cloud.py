"""Deploying what was packaged: upload, change set, wait. The same calls for an account and for the emulator."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import botocore.config
import botocore.exceptions
import botocore.session

from chalicelib.local.packaging.failure import PackagingFailed
from chalicelib.local.packaging.template import BUNDLE

CAPABILITIES: Final = ("CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND")
"""The stack makes roles, and SAM expands the template."""
NOTHING_TO_DO: Final = ("didn't contain changes", "No updates are to be performed")
CHANGE_SET: Final = "laurel-deploy"
_EVENTS_SHOWN: Final = 12
_HOME: Final = "us-east-1"
"""The one region that S3 does not want named when a bucket is made."""


@dataclass(frozen=True, slots=True)
class Place:
    """An account (no endpoint) or an emulator, and how often to look whether a stack is ready."""

    region: str | None = None
    endpoint: str | None = None
    poll_seconds: int = 5

    def client(self, service: str) -> Any:
        """A client for a service of this place."""
        session = botocore.session.get_session()
        if self.endpoint is None:
            return session.create_client(service, region_name=self.region)
        return session.create_client(
            service,
            region_name=self.region or _HOME,
            endpoint_url=self.endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the emulator asks for any.
            config=botocore.config.Config(s3={"addressing_style": "path"}),
        )


def deploy(
    folder: Path,
    *,
    stack: str,
    bucket: str,
    parameters: Mapping[str, str],
    place: Place,
) -> dict[str, str]:
    """Create or update a stack from a packaged folder; gives its outputs.

    Raises ``PackagingFailed`` with the reasons; what CloudFormation had begun it has then rolled back.
    """
    if not (folder / "template.json").exists():
        raise PackagingFailed(f"Nothing is packaged in {folder}; run `make package` first.")
    try:
        url = _upload(folder, bucket, place)
        cloudformation = place.client("cloudformation")
        kind = "UPDATE" if _exists(cloudformation, stack) else "CREATE"
        if _prepare(cloudformation, stack, url, parameters, kind, place):
            cloudformation.execute_change_set(StackName=stack, ChangeSetName=CHANGE_SET)
            _wait(cloudformation, stack, f"stack_{kind.lower()}_complete", place)
        return outputs(cloudformation, stack)
    except botocore.exceptions.BotoCoreError as error:
        raise PackagingFailed(f"AWS could not be asked: {error}") from error
    except botocore.exceptions.ClientError as error:
        raise PackagingFailed(f"AWS refused: {error}") from error


def outputs(cloudformation: Any, stack: str) -> dict[str, str]:
    """The outputs of a stack by name."""
    described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}


def placed(template: dict[str, Any], bucket: str, key: str) -> dict[str, Any]:
    """The template with its functions' code in a bucket."""
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if properties.get("CodeUri") == BUNDLE:
            properties["CodeUri"] = {"Bucket": bucket, "Key": key}
    return template


def _upload(folder: Path, bucket: str, place: Place) -> str:
    """Put bundle and template under names made of their content; gives the template's address."""
    s3 = place.client("s3")
    _bucket(s3, bucket)
    code = (folder / "bundle.zip").read_bytes()
    code_key = f"laurel/{hashlib.sha256(code).hexdigest()}.zip"
    s3.put_object(Bucket=bucket, Key=code_key, Body=code)
    template = placed(json.loads((folder / "template.json").read_text()), bucket, code_key)
    body = json.dumps(template, sort_keys=True).encode()
    key = f"laurel/{hashlib.sha256(body).hexdigest()}.json"
    s3.put_object(Bucket=bucket, Key=key, Body=body)
    return f"{s3.meta.endpoint_url}/{bucket}/{key}"


def _bucket(s3: Any, bucket: str) -> None:
    try:
        s3.head_bucket(Bucket=bucket)
    except botocore.exceptions.ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        region = s3.meta.region_name
        where = {} if region == _HOME else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, **where)


def _exists(cloudformation: Any, stack: str) -> bool:
    try:
        described = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except botocore.exceptions.ClientError:
        return False
    return bool(described) and described[0]["StackStatus"] != "REVIEW_IN_PROGRESS"


def _prepare(
    cloudformation: Any,
    stack: str,
    url: str,
    parameters: Mapping[str, str],
    kind: str,
    place: Place,
) -> bool:
    """Make the change set; False when there is nothing to change."""
    cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName=CHANGE_SET,
        ChangeSetType=kind,
        TemplateURL=url,
        Capabilities=list(CAPABILITIES),
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
    )
    try:
        cloudformation.get_waiter("change_set_create_complete").wait(
            StackName=stack,
            ChangeSetName=CHANGE_SET,
            WaiterConfig={"Delay": place.poll_seconds, "MaxAttempts": 120},
        )
    except botocore.exceptions.WaiterError as error:
        reason = str(error.last_response.get("StatusReason", error))
        cloudformation.delete_change_set(StackName=stack, ChangeSetName=CHANGE_SET)
        if any(text in reason for text in NOTHING_TO_DO):
            return False
        raise PackagingFailed(f"CloudFormation does not take the template: {reason}") from error
    return True


def _wait(cloudformation: Any, stack: str, waiter: str, place: Place) -> None:
    try:
        cloudformation.get_waiter(waiter).wait(
            StackName=stack,
            WaiterConfig={"Delay": place.poll_seconds, "MaxAttempts": 720 // place.poll_seconds},
        )
    except botocore.exceptions.WaiterError as error:
        failed = [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
            for event in cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
            if event["ResourceStatus"].endswith("FAILED")
        ]
        raise PackagingFailed("The stack failed:\n" + "\n".join(failed[:_EVENTS_SHOWN])) from error
