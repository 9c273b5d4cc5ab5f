"""Sealing: the local seal for real, the cloud's against botocore's stubs."""

import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from chalicelib import settings
from chalicelib.gateways import sealing
from chalicelib.gateways.sealing import kms, local

SITE = {"site": "29235480"}


@pytest.fixture(autouse=True)
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "deep" / "seal.key"
    monkeypatch.setattr(settings, "SEAL_KEY_FILE", str(path))
    return path


def test_a_sealed_secret_opens_again_and_looks_different_each_time():
    first, second = (sealing.seal("laurel-demo-secret", SITE) for _ in range(2))

    assert first != second
    assert "demo" not in first
    assert [sealing.unseal(each, SITE) for each in (first, second)] == ["laurel-demo-secret"] * 2


def test_a_secret_of_one_site_does_not_open_for_another():
    sealed = sealing.seal("pä$$ 😀", SITE)

    for context in ({"site": "1"}, {}, {"sit": "e29235480"}, SITE | {"more": ""}):
        with pytest.raises(sealing.SealBroken):
            sealing.unseal(sealed, context)


@pytest.mark.parametrize("sealed", ["", "x", "é", "gAAAAA==", "A" * 8192, "A" * 8193])
def test_what_was_never_sealed_does_not_open(sealed):
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(sealed, SITE)


def test_an_altered_seal_does_not_open():
    sealed = sealing.seal("secret", SITE)

    with pytest.raises(sealing.SealBroken):
        sealing.unseal(sealed[:40] + ("A" if sealed[40] != "A" else "B") + sealed[41:], SITE)


def test_more_than_kms_takes_is_refused_here_too():
    sealing.unseal(sealing.seal("x" * 4096, SITE), SITE)

    with pytest.raises(ValueError, match="4096"):
        sealing.seal("x" * 4097, SITE)


def test_the_key_file_is_readable_by_its_owner_only_and_stays(key_file):
    key = local.read_or_make_key(key_file)

    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert local.read_or_make_key(key_file) == key
    assert list(key_file.parent.iterdir()) == [key_file]


def test_many_makers_at_once_agree_on_one_key(tmp_path):
    path = tmp_path / "seal.key"
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: local.read_or_make_key(path), range(64)))

    assert len(keys) == 1


def test_a_file_that_is_no_key_is_not_used(tmp_path):
    path = tmp_path / "seal.key"
    path.write_text("something else")

    with pytest.raises(ValueError, match="key file"):
        local.read_or_make_key(path)


@pytest.fixture
def stubbed():
    client = botocore.session.get_session().create_client(
        "kms", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    with Stubber(client) as stubber:
        yield client, stubber
        stubber.assert_no_pending_responses()


def test_kms_encrypts_with_the_site_as_encryption_context(stubbed):
    client, stubber = stubbed
    sent = {"KeyId": settings.KMS_KEY, "Plaintext": b"secret", "EncryptionContext": SITE}
    stubber.add_response("encrypt", {"CiphertextBlob": b"\x00blob"}, sent)

    assert kms._sealed(client, b"secret", SITE) == base64.b64encode(b"\x00blob").decode()


def test_kms_decrypts_with_the_same_context(stubbed):
    client, stubber = stubbed
    sent = {"KeyId": settings.KMS_KEY, "CiphertextBlob": b"\x00blob", "EncryptionContext": SITE}
    stubber.add_response("decrypt", {"Plaintext": b"secret"}, sent)

    assert kms._opened(client, base64.b64encode(b"\x00blob").decode(), SITE) == b"secret"


@pytest.mark.parametrize("code", ["InvalidCiphertextException", "IncorrectKeyException"])
def test_what_kms_cannot_open_is_not_ours(stubbed, code):
    client, stubber = stubbed
    stubber.add_client_error("decrypt", code)

    assert kms._opened(client, "AAAA", SITE) is None


def test_trouble_of_kms_itself_is_passed_on(stubbed):
    client, stubber = stubbed
    stubber.add_client_error("decrypt", "KMSInternalException", http_status_code=500)

    with pytest.raises(ClientError):
        kms._opened(client, "AAAA", SITE)


def test_text_that_is_not_base64_never_reaches_kms(stubbed):
    client, _ = stubbed

    assert kms._opened(client, "not base64!", SITE) is None
