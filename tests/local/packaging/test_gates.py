"""What must not be deployed is refused."""

from pathlib import Path
from typing import Any

import pytest

from chalicelib import clients
from chalicelib.local.packaging import bundle, gates
from chalicelib.local.packaging.failure import PackagingFailed

FUNCTION = {
    "Handler": "app.app",
    "Runtime": "python3.13",
    "MemorySize": 512,
    "Timeout": 29,
    "Role": {"Ref": "R"},
    "CodeUri": "./bundle.zip",
}


@pytest.mark.parametrize("action", ["*", "dynamodb:*", "s3:Get*"])
def test_an_action_with_a_star_is_refused(action: str) -> None:
    with pytest.raises(PackagingFailed, match="least privilege"):
        gates.check_statement("CoreAPIRole", {"Action": ["sqs:SendMessage", action], "Resource": ["arn:x"]})


def test_a_statement_over_every_resource_is_refused() -> None:
    with pytest.raises(PackagingFailed, match="Resource"):
        gates.check_statement("CoreAPIRole", {"Action": "sqs:SendMessage", "Resource": "*"})


def test_a_named_action_on_a_named_resource_passes() -> None:
    gates.check_statement(
        "CoreAPIRole", {"Action": ["sqs:SendMessage"], "Resource": [{"Fn::Sub": "${T.Arn}/stream/*"}]}
    )


@pytest.mark.parametrize("missing", ["Handler", "MemorySize", "Timeout", "Role"])
def test_a_function_without_a_setting_is_refused(missing: str) -> None:
    with pytest.raises(PackagingFailed, match=f"has no {missing}"):
        gates.check_function("CoreAPI", {**FUNCTION, missing: None})


def test_a_function_of_the_gateway_ends_before_the_gateway_gives_up() -> None:
    gates.check_function("CoreAPI", {**FUNCTION, "Timeout": 29})

    with pytest.raises(PackagingFailed, match="longer than API Gateway waits"):
        gates.check_function("CoreAPI", {**FUNCTION, "Timeout": 30})


@pytest.mark.parametrize(
    ("queue", "complaint"),
    [
        ({"VisibilityTimeout": 359, "RedrivePolicy": {"maxReceiveCount": 5}}, "six times"),
        ({"VisibilityTimeout": 360, "RedrivePolicy": {"maxReceiveCount": 3}}, "dead-letter"),
        ({"VisibilityTimeout": 360}, "dead-letter"),
    ],
)
def test_a_queue_that_loses_or_repeats_messages_is_refused(queue: dict[str, Any], complaint: str) -> None:
    with pytest.raises(PackagingFailed, match=complaint):
        gates.check_queues(worker(queue))


def test_a_queue_that_waits_six_time_outs_and_gives_up_after_five_attempts_passes() -> None:
    gates.check_queues(worker({"VisibilityTimeout": 360, "RedrivePolicy": {"maxReceiveCount": 5}}))


def test_a_worker_that_repeats_whole_batches_is_refused() -> None:
    made = worker({"VisibilityTimeout": 360, "RedrivePolicy": {"maxReceiveCount": 5}})
    del made["Resources"]["SettleDue"]["Properties"]["Events"]["Due"]["Properties"]["FunctionResponseTypes"]

    with pytest.raises(PackagingFailed, match="which items of a batch"):
        gates.check_queues(made)


def test_two_functions_of_cloudformation_in_one_place_are_refused() -> None:
    place = {"Queue": {"Fn::Sub": "arn:x", "Fn::GetAtt": ["DueQueue", "Arn"]}}

    with pytest.raises(PackagingFailed, match="stand in one place"):
        gates.check_intrinsics({"Resources": [{"Properties": place}]})


def test_a_queue_of_another_stack_is_refused() -> None:
    made = worker({})
    source = made["Resources"]["SettleDue"]["Properties"]["Events"]["Due"]["Properties"]
    source["Queue"] = {"Fn::Sub": "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:laurel-due"}

    with pytest.raises(PackagingFailed, match="not one of this stack"):
        gates.check_queues(made)


@pytest.mark.parametrize(("count", "refused"), [(449, False), (450, True)])
def test_a_stack_near_the_limit_of_cloudformation_is_refused(count: int, *, refused: bool) -> None:
    made = {"Resources": {f"Queue{number}": {"Type": "AWS::SQS::Queue"} for number in range(count)}}

    if refused:
        with pytest.raises(PackagingFailed, match="450 resources"):
            gates.check_template(made)
    else:
        gates.check_template(made)


def test_what_sam_adds_is_counted() -> None:
    made = worker({})
    made["Resources"]["RestAPI"] = {"Type": "AWS::Serverless::Api", "Properties": {}}

    assert gates.resources_after_transform(made) == 2 + 1 + 3


def test_a_bundle_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    folder.mkdir()
    with (folder / "app.py").open("wb") as huge:
        huge.truncate(gates.UNZIPPED_BYTES_MAX)
    archive = tmp_path / "bundle.zip"
    archive.write_bytes(b"")

    with pytest.raises(PackagingFailed, match="too large"):
        gates.check_sizes(archive, folder)


def test_equal_folders_give_equal_archives(tmp_path: Path) -> None:
    archives = []
    for copy in ("first", "second"):
        folder = tmp_path / copy
        (folder / "chalicelib").mkdir(parents=True)
        (folder / "chalicelib" / "ids.py").write_text("MEMBERS = 137\n")
        (folder / "app.py").write_text("app = 1\n")
        bundle.pack(folder, tmp_path / f"{copy}.zip")
        archives.append((tmp_path / f"{copy}.zip").read_bytes())

    assert archives[0] == archives[1]


def test_only_the_services_that_are_called_stay_in_the_bundle(tmp_path: Path) -> None:
    for service in (*clients.SERVICES, "ec2", "ses"):
        (tmp_path / service).mkdir()
    (tmp_path / "endpoints.json").write_text("{}")

    bundle.trim_botocore(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "dynamodb",
        "endpoints.json",
        "kms",
        "rekognition",
        "s3",
        "sqs",
        "textract",
    ]


def worker(queue: dict[str, Any]) -> dict[str, Any]:
    source = {"Queue": {"Fn::Sub": "${DueQueue.Arn}"}, "FunctionResponseTypes": ["ReportBatchItemFailures"]}
    event = {"Type": "SQS", "Properties": source}
    return {
        "Resources": {
            "DueQueue": {"Type": "AWS::SQS::Queue", "Properties": queue},
            "SettleDue": {
                "Type": "AWS::Serverless::Function",
                "Properties": {**FUNCTION, "Timeout": 60, "Events": {"Due": event}},
            },
        },
    }
