"""Which Python packages, and what it is told."""

from pathlib import Path

import pytest

from chalicelib.local.packaging import cloud, interpreter
from chalicelib.local.packaging.failure import PackagingFailed
from chalicelib.local.packaging.template import BUNDLE


def test_without_a_python_of_lambda_packaging_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LAUREL_PACKAGE_PYTHON", str(tmp_path / "no-python"))

    with pytest.raises(PackagingFailed, match=r"needs Python 3\.13 or 3\.12"):
        interpreter.find()


def test_a_python_that_is_none_of_lambdas_is_not_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pretender = tmp_path / "python3.13"
    pretender.write_text("#!/bin/sh\necho 3.9\n")
    pretender.chmod(0o755)
    monkeypatch.setenv("LAUREL_PACKAGE_PYTHON", str(pretender))

    with pytest.raises(PackagingFailed):
        interpreter.find()


def test_a_command_that_fails_is_quoted() -> None:
    with pytest.raises(PackagingFailed, match=r"(?s)Nothing was made.*no room left"):
        interpreter.run(["sh", "-c", "echo no room left; exit 3"], "Nothing was made", seconds=10)


def test_a_command_that_does_not_end_is_given_up() -> None:
    with pytest.raises(PackagingFailed, match="no end after 1 s"):
        interpreter.run(["sleep", "30"], "Nothing was made", seconds=1)


def test_credentials_and_settings_of_the_packaging_machine_stay_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of-a-merchant")
    monkeypatch.setenv("LAUREL_STAGE", "dev")

    assert not {"AWS_SECRET_ACCESS_KEY", "LAUREL_STAGE"} & set(interpreter.without_account())


def test_only_functions_get_their_code_from_the_bucket() -> None:
    template = {
        "Resources": {
            "CoreAPI": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": BUNDLE}},
            "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "laurel"}},
        },
    }

    placed = cloud.placed(template, "packages", "laurel/137.zip")

    assert placed["Resources"]["CoreAPI"]["Properties"]["CodeUri"] == {"Bucket": "packages", "Key": "laurel/137.zip"}
    assert placed["Resources"]["Table"]["Properties"] == {"TableName": "laurel"}
