"""The queue of what is due: ten messages a call, and none lost unnoticed."""

import pytest
from moto import mock_aws

from chalicelib import settings
from chalicelib.gateways import queue
from tests.support import amazon


class Calls:
    """Counts what is sent, and lets the queue refuse some of it."""

    def __init__(self, refused: int = 0) -> None:
        self.sizes: list[int] = []
        self.refused = refused

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, object]:  # noqa: N803
        assert QueueUrl == "https://queue.test/due"
        assert len({entry["Id"] for entry in Entries}) == len(Entries)
        self.sizes.append(len(Entries))
        return {"Failed": [{"Id": str(place)} for place in range(self.refused)]}


@pytest.fixture
def calls(monkeypatch) -> Calls:
    found = Calls()
    monkeypatch.setattr(queue, "_client", lambda: found)
    monkeypatch.setattr(queue, "_url", lambda _: "https://queue.test/due")
    return found


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (10, [10]), (11, [10, 1]), (25, [10, 10, 5])])
def test_messages_go_ten_a_call(calls: Calls, count, sizes):
    assert queue.send(f"message {number}" for number in range(count)) == count
    assert calls.sizes == sizes


def test_a_message_that_was_not_taken_is_told(calls: Calls):
    calls.refused = 2

    with pytest.raises(queue.QueueRefused, match="2 of 3 messages were not taken"):
        queue.send(["a", "b", "c"])


def test_messages_arrive_as_they_were_sent():
    with mock_aws():
        queue.forget_clients()
        sqs = amazon.client("sqs")
        url = sqs.create_queue(QueueName=settings.DUE_QUEUE)["QueueUrl"]

        queue.send(['{"kind": "hold"}'])

        (arrived,) = sqs.receive_message(QueueUrl=url)["Messages"]
        assert arrived["Body"] == '{"kind": "hold"}'
    queue.forget_clients()
