"""The real package of the real app, both ways: what `make package` promises."""

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from chalicelib import clients
from chalicelib.dynamo import schema
from chalicelib.local.packaging import gates, interpreter, layout
from chalicelib.local.packaging.package import Package, build
from chalicelib.local.packaging.template import SPLITS

pytestmark = [pytest.mark.slow, pytest.mark.network, pytest.mark.timeout(600), pytest.mark.xdist_group("package")]
ENVELOPE = {"errorCode", "errorMessage"}
TRIGGERS = {
    "Sweep": "app.sweep",
    "Audit": "app.audit",
    "SettleDue": "app.settle_due",
    "TakeUpload": "app.take_upload",
    "Project": "app.project",
}


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Package]:
    return {made.split: made for made in build(SPLITS, tmp_path_factory.mktemp("package"))}


@pytest.fixture(scope="module")
def unzipped(packages: dict[str, Package], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unzipped")
    with zipfile.ZipFile(packages["face"].archive) as opened:
        opened.extractall(folder)
    return folder


@pytest.fixture(params=SPLITS)
def template(packages: dict[str, Package], request: pytest.FixtureRequest) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(packages[request.param].template.read_text())
    return loaded


def test_every_trigger_of_the_app_is_a_function(template: dict[str, Any]) -> None:
    found = {
        name: properties["Handler"] for name, properties in gates.functions(template).items() if "Events" in properties
    }

    assert found == TRIGGERS


def test_every_route_leads_to_a_function_that_the_gateway_may_call(template: dict[str, Any]) -> None:
    resources = template["Resources"]
    names = [function_of(operation) for _, _, operation in proxied(template)]

    assert names
    assert all(resources[name]["Type"] == "AWS::Serverless::Function" for name in names)
    assert all(resources[f"{name}Permission"]["Properties"]["FunctionName"] == {"Ref": name} for name in names)


def test_by_endpoint_no_two_routes_share_a_function(packages: dict[str, Package]) -> None:
    template = json.loads(packages["endpoint"].template.read_text())
    names = [function_of(operation) for _, _, operation in proxied(template)]

    assert len(names) == len(set(names))


def test_by_face_functions_differ_in_role_and_serve_under_their_own_face(packages: dict[str, Package]) -> None:
    template = json.loads(packages["face"].template.read_text())
    faces = {name: properties for name, properties in gates.functions(template).items() if "Events" not in properties}
    roles = [properties["Role"]["Fn::GetAtt"][0] for properties in faces.values()]

    assert len(faces) > 1
    assert len(set(roles)) == len(faces)
    assert {properties["Environment"]["Variables"]["LAUREL_FACE"] for properties in faces.values()} == {
        name.removesuffix("API").lower() for name in faces
    }


def test_handlers_exist_and_every_package_imports_from_the_unzipped_bundle(
    unzipped: Path, template: dict[str, Any]
) -> None:
    python = interpreter.environment(layout.PYTHON, layout.ROOT / "requirements.txt")

    gates.check_imports(python, unzipped, ["core"])
    gates.check_handlers(python, unzipped, template)


def test_sizes_settings_policies_and_queues_pass_the_gates(
    packages: dict[str, Package], unzipped: Path, template: dict[str, Any]
) -> None:
    gates.check_sizes(packages["face"].archive, unzipped)
    gates.check_template(template)


def test_the_laptop_does_not_ship_and_modules_are_compiled(unzipped: Path) -> None:
    modules = [path for path in unzipped.rglob("*.py") if "-" not in path.relative_to(unzipped).parts[0]]
    uncompiled = [path for path in modules if not list((path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"))]

    assert not (unzipped / "chalicelib" / "local").exists()
    assert uncompiled == []


def test_compiled_files_are_taken_without_looking_at_their_sources(unzipped: Path) -> None:
    compiled = next((unzipped / "__pycache__").glob("app.*.pyc"))

    assert int.from_bytes(compiled.read_bytes()[4:8], "little") == 0b01


def test_the_command_line_of_chalice_does_not_ship(unzipped: Path) -> None:
    assert not {"pip", "setuptools", "click", "boto3", "pytest"} & gates.top_level(unzipped)


def test_the_table_is_the_one_that_the_code_uses(template: dict[str, Any]) -> None:
    table = template["Resources"]["Table"]
    properties = table["Properties"]
    wanted = schema.TABLE_DEFINITION

    for key in ("BillingMode", "KeySchema", "GlobalSecondaryIndexes"):
        assert properties[key] == wanted[key]
    assert by_name(properties["AttributeDefinitions"]) == by_name(wanted["AttributeDefinitions"])
    assert properties["StreamSpecification"]["StreamViewType"] == wanted["StreamSpecification"]["StreamViewType"]
    assert properties["TimeToLiveSpecification"] == {"AttributeName": schema.TTL_ATTRIBUTE, "Enabled": True}
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["DeletionProtectionEnabled"] is True
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"


def test_the_stream_is_the_tables_and_what_fails_is_set_aside(template: dict[str, Any]) -> None:
    event = next(iter(template["Resources"]["Project"]["Properties"]["Events"].values()))["Properties"]

    assert event["Stream"] == {"Fn::GetAtt": ["Table", "StreamArn"]}
    assert event["BisectBatchOnFunctionError"] is True
    assert 0 < event["MaximumRetryAttempts"] <= 10
    assert event["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["StreamFailed", "Arn"]}


def test_what_an_audit_finds_sets_off_an_alarm(template: dict[str, Any]) -> None:
    resources = template["Resources"]
    told = resources["AuditFindings"]["Properties"]
    (metric,) = told["MetricTransformations"]
    alarm = resources["AuditFindingsAlarm"]["Properties"]

    assert resources["Audit"]["Properties"]["LoggingConfig"]["LogGroup"] == told["LogGroupName"]
    assert told["LogGroupName"] == {"Ref": "AuditLogs"}
    assert "audit.finding" in told["FilterPattern"]
    assert (alarm["Namespace"], alarm["MetricName"]) == (metric["MetricNamespace"], metric["MetricName"])


def test_only_the_audit_may_scan(template: dict[str, Any]) -> None:
    scanning = {
        name for name, statement in gates.statements(template) if "dynamodb:Scan" in str(statement.get("Action"))
    }

    assert scanning == {"AuditRole"}


def test_nothing_of_the_packaging_machine_is_in_the_template(template: dict[str, Any]) -> None:
    text = json.dumps(template)

    assert str(layout.ROOT) not in text
    assert "000000000000" not in text


def test_what_the_gateway_answers_itself_has_our_envelope_and_cors(template: dict[str, Any]) -> None:
    body = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    answers = body["x-amazon-apigateway-gateway-responses"]

    assert {"DEFAULT_4XX", "DEFAULT_5XX", "MISSING_AUTHENTICATION_TOKEN", "THROTTLED", "REQUEST_TOO_LARGE"} <= set(
        answers
    )
    for answer in answers.values():
        assert set(json.loads(answer["responseTemplates"]["application/json"])) == ENVELOPE
        assert answer["responseParameters"]["gatewayresponse.header.Access-Control-Allow-Origin"] == "'*'"
    assert answers["MISSING_AUTHENTICATION_TOKEN"]["statusCode"] == "404"


def test_alarms_watch_dead_letters_the_age_of_the_stream_and_errors(template: dict[str, Any]) -> None:
    alarms = [
        resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    ]
    watched = {
        (alarm["MetricName"], json.dumps(each["Value"])) for alarm in alarms for each in alarm.get("Dimensions", [])
    }

    for queue in ("DueDead", "UploadsDead", "StreamFailed"):
        value = json.dumps({"Fn::GetAtt": [queue, "QueueName"]})
        assert ("ApproximateNumberOfMessagesVisible", value) in watched
    assert ("IteratorAge", json.dumps({"Ref": "Project"})) in watched
    assert {("Errors", json.dumps({"Ref": name})) for name in TRIGGERS} <= watched
    assert all(alarm["AlarmActions"] == [{"Ref": "Alarms"}] for alarm in alarms)


def test_the_bucket_is_private_encrypted_and_forgets_what_was_refused(template: dict[str, Any]) -> None:
    bucket = template["Resources"]["Bucket"]
    properties = bucket["Properties"]
    lasting = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules_of(properties) if "Prefix" in rule}

    assert bucket["DeletionPolicy"] == "Retain"
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert properties["BucketEncryption"]
    assert properties["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert lasting == {"refused/": 30, "in/": 30, "reports/": 90}
    policy = template["Resources"]["BucketPolicy"]["Properties"]["PolicyDocument"]["Statement"][0]
    assert (policy["Effect"], policy["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def rules_of(properties: dict[str, Any]) -> list[dict[str, Any]]:
    return list(properties["LifecycleConfiguration"]["Rules"])


def test_only_the_bucket_of_this_account_may_fill_the_queue_of_uploads(template: dict[str, Any]) -> None:
    resources = template["Resources"]
    told = resources["Bucket"]["Properties"]["NotificationConfiguration"]["QueueConfigurations"]
    statement = resources["UploadsQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"][0]

    assert {each["Filter"]["S3Key"]["Rules"][0]["Value"] for each in told} == {"in/", "drop/"}
    assert all(each["Queue"] == {"Fn::GetAtt": ["UploadsQueue", "Arn"]} for each in told)
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert {*statement["Condition"]} == {"StringEquals", "ArnLike"}


def test_no_role_reaches_more_of_the_bucket_than_its_work_needs(template: dict[str, Any]) -> None:
    reached = {
        name: {each["Fn::Sub"].removeprefix("${Bucket.Arn}/") for each in statement["Resource"] if "Fn::Sub" in each}
        for name, statement in gates.statements(template)
        if any(action.startswith("s3:") and action.endswith("Object") for action in statement["Action"])
    }
    changing = {
        name
        for name, statement in gates.statements(template)
        if {"s3:PutObject", "s3:DeleteObject"} & {*statement["Action"]}
        and any("kept/" in str(each) for each in statement["Resource"])
    }

    assert reached["CoreAPIRole"] == {"in/*", "kept/*", "refused/*"}
    assert not {"SweepRole", "AuditRole", "ProjectRole"} & reached.keys()
    assert "PublicAPIRole" not in changing


def test_pictures_and_forms_pass_the_gateway_as_bytes(template: dict[str, Any]) -> None:
    body = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]

    assert body["x-amazon-apigateway-binary-media-types"] == ["*/*"]


def test_fewer_than_280_path_resources(template: dict[str, Any]) -> None:
    paths = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    nodes = {"/".join(path.split("/")[:depth]) for path in paths for depth in range(2, len(path.split("/")) + 1)}

    assert len(nodes) < 280


def test_the_bundle_describes_every_service_that_the_code_calls() -> None:
    sources = [path for path in (layout.ROOT / "chalicelib").rglob("*.py") if "local" not in path.parts]
    called = {
        name
        for path in [*sources, layout.ROOT / "app.py"]
        for name in re.findall(r"clients\.client\(\"([a-z0-9-]+)\"", path.read_text())
    }

    assert called == set(clients.SERVICES)


def test_only_settings_that_the_code_reads_are_set(template: dict[str, Any]) -> None:
    read = set(re.findall(r"LAUREL_[A-Z_]+", (layout.ROOT / "chalicelib" / "settings.py").read_text()))
    globally = template["Globals"]["Function"]["Environment"]["Variables"]

    assert {name for name in globally if name.startswith("LAUREL_")} <= read


def function_of(operation: dict[str, Any]) -> str:
    uri: str = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
    return uri.rpartition("${")[2].removesuffix(".Arn}/invocations")


def proxied(template: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    paths = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    return [
        (method, path, operation)
        for path, operations in paths.items()
        for method, operation in operations.items()
        if operation.get("x-amazon-apigateway-integration", {}).get("type") == "aws_proxy"
    ]


def by_name(definitions: list[dict[str, str]]) -> list[dict[str, str]]:
    return sorted(definitions, key=lambda definition: definition["AttributeName"])
