"""The form of an e-mail address: both sides of every edge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.members.email import is_email

LABEL_63 = "a" * 63
HOST_255 = ".".join([LABEL_63] * 3 + ["b" * 63])


@pytest.mark.parametrize(
    "address",
    [
        "ada@example.test",
        "ada+1@example.test",
        "ada@localhost",
        "ada@example.invalid",
        "a@b.c",
        "Ada.Love_lace-9!#$%&'*/=?^`{|}~@sub.example.com",
        "x" * 64 + "@example.test",
        f"a@{LABEL_63}.test",
        f"a@{HOST_255}",
        "ada@xn--bcher-kva.example",
        "ada@bücher.example",
        "ада@почта.рф",
        "冬@例え.テスト",
        '"ada lovelace"@example.test',
        "ada@1and1.example",
        "ada@123.example",
    ],
)
def test_a_well_formed_address_is_taken(address: str):
    assert is_email(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "@",
        "ada@",
        "@example.test",
        "ada@@example.test",
        "ada@example@test",
        "x" * 65 + "@example.test",
        f"a@{LABEL_63}a.test",
        f"a@{HOST_255}.c",
        "ada@example..test",
        "ada@.example.test",
        "ada@example.test.",
        "ada@-example.test",
        "ada@example-.test",
        "ada@exa_mple.test",
        "ada@exa mple.test",
        "ada@example.123",
        "ada@127.0.0.1",
        "ada@[127.0.0.1]",
        "ada love@example.test",
        ".ada@example.test",
        "ada.@example.test",
        "a..da@example.test",
        "ada@example.test\n",
        "ada\x00@example.test",
        "<ada@example.test>",
        "ada@example.test,bob@example.test",
        "ada@\u2100.example",
        "ada@" + "ü" * 64 + ".example",
        '"ada@example.test',
    ],
)
def test_anything_else_is_not(address: str):
    assert not is_email(address)


@given(st.emails())
def test_every_address_of_the_standard_is_taken(address: str):
    assert is_email(address)


@given(st.text(max_size=400))
def test_no_text_is_too_strange_to_judge(text: str):
    assert is_email(text) in {True, False}


@given(st.text(alphabet='a.@"\\ -é1', max_size=300))
def test_what_is_taken_has_one_at_and_bounded_parts(text: str):
    if is_email(text):
        local, host = text.split("@")
        assert 1 <= len(local) <= 64
        assert 1 <= len(host) <= 255
