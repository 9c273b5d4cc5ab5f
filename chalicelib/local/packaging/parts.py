"""Pieces of a CloudFormation template that every function gets."""

from collections.abc import Mapping
from typing import Any, Final

Part = dict[str, Any]
POLICY_VERSION: Final = "2012-10-17"
_API_ARN: Final = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${RestAPI}/*"
_INVOCATION: Final = (
    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${%s.Arn}/invocations"
)


def role_and_logs(name: str, policy: Mapping[str, Any], *, suffix: str = "") -> Part:
    """A role with this policy and the right to write to its own log group, and that group."""
    title = f"{name}{suffix}"
    write_logs = {
        "Sid": "WriteLogs",
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": [{"Fn::GetAtt": [f"{title}Logs", "Arn"]}],
    }
    document = {"Version": POLICY_VERSION, "Statement": [*policy["Statement"], write_logs]}
    assume = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return {
        f"{title}Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {"Version": POLICY_VERSION, "Statement": [assume]},
                "Policies": [{"PolicyName": title, "PolicyDocument": document}],
            },
        },
        f"{title}Logs": {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {
                "LogGroupName": {"Fn::Sub": f"/laurel/${{AWS::StackName}}/{title}"},
                "RetentionInDays": {"Ref": "LogDays"},
            },
        },
    }


def invoke_permission(function: str) -> Part:
    """That our API, and no other, may call a function."""
    return {
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "Action": "lambda:InvokeFunction",
            "FunctionName": {"Ref": function},
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": {"Fn::Sub": _API_ARN},
        },
    }


def invocation_uri(function: str) -> Part:
    """Where a route of the gateway leads."""
    return {"Fn::Sub": _INVOCATION % function}


def errors_alarm(function: str) -> Part:
    """An alarm when a function ended in an error of its own or ran out of time: one is one too many."""
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmDescription": f"{function} failed.",
            "Namespace": "AWS/Lambda",
            "MetricName": "Errors",
            "Dimensions": [{"Name": "FunctionName", "Value": {"Ref": function}}],
            "Statistic": "Sum",
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": 0,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [{"Ref": "Alarms"}],
        },
    }
