"""Keys and signatures, part by part: what is signed, what counts, and the very finding about what does not."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from resilience_index.audit import signing
from resilience_index.errors import UsageError
from resilience_index.findings import Finding, Location

posix = pytest.mark.skipif(os.name == "nt", reason="permissions, pipes and messages of POSIX systems")

KEYS = [ed25519.Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in range(3)]
IDS = [hashlib.sha256(key.public_key().public_bytes_raw()).hexdigest() for key in KEYS]
MANIFEST = b'{"a": 1}\n'
NOT_A_KEY = {"zh": "不是 PEM 格式的 Ed25519 密钥", "en": "it is no Ed25519 key in PEM form"}
UNFIT = {"zh": "签名与内容不符", "en": "the signature does not fit its content"}
TITLES = {"evaluator": "评估方", "department": "主管部门", "auditor": "审计方"}
OTHER = {"zh": "它签署的是另一份清单", "en": "it signs another manifest"}


def private_pem(key: Any) -> bytes:
    return bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def public_pem(key: Any) -> bytes:
    return bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def said(call: Callable[..., Any], *arguments: Any) -> tuple[str, Any, Any]:
    with pytest.raises(UsageError) as caught:
        call(*arguments)
    return caught.value.code, caught.value.where, caught.value.params


def unusable(path: Path | str, reason: Any) -> tuple[str, Any, Any]:
    return "RI587", Location(str(path)), {"file": str(path), "reason": reason}


# --- keys


@posix
def test_a_new_pair(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        private, public, identity = signing.keygen(tmp_path / "my.name")
    finally:
        os.umask(before)
    assert (private, public) == (tmp_path / "my.name.key", tmp_path / "my.name.pub")
    assert [path.stat().st_mode & 0o777 for path in (private, public)] == [0o600, 0o644]
    key, findings = signing.load_private(private)
    assert findings == []
    trusted = signing.load_public(str(public))
    assert (trusted.file, trusted.role, trusted.id) == (str(public), None, identity)
    assert key.public_key() == trusted.key
    assert identity == hashlib.sha256(trusted.key.public_bytes_raw()).hexdigest()
    assert signing.keygen(tmp_path / "other")[2] != identity


@pytest.mark.parametrize("there", [(".key",), (".pub",), (".key", ".pub")])
@pytest.mark.parametrize("link", [False, True])
def test_keys_are_never_overwritten(there: tuple[str, ...], link: bool, tmp_path: Path) -> None:
    for ending in there:
        path = tmp_path / f"k{ending}"
        path.symlink_to("nowhere") if link else path.write_bytes(b"mine")
    first = tmp_path / f"k{there[0]}"
    assert said(signing.keygen, tmp_path / "k") == ("RI588", Location(str(first)), {"file": str(first)})
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"k{ending}" for ending in there)
    assert all(path.is_symlink() if link else path.read_bytes() == b"mine" for path in tmp_path.iterdir())


def test_half_a_pair_is_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a public key that cannot be written leaves its private one, nor an error a part of a file."""
    plain = os.fsync

    def full(*places: int) -> Callable[[int], None]:
        count = iter(range(9))

        def sync(handle: int) -> None:
            plain(handle)
            if next(count) in places:
                raise OSError(28, "full")

        return sync

    for place in (0, 1):
        monkeypatch.setattr(os, "fsync", full(place))
        with pytest.raises(OSError, match="full"):
            signing.keygen(tmp_path / "k")
        assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(os, "fsync", full())
    signing.keygen(tmp_path / "k")
    assert (tmp_path / "k.pub").read_bytes().startswith(b"-----BEGIN PUBLIC KEY-----")


def test_what_is_gone_already_hides_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error that stopped the writing is told, whoever has removed the files meanwhile."""
    for place in (1, 2):
        left = iter(range(place))

        def sync(_: int, left: Any = left, place: int = place) -> None:
            if next(left) == place - 1:
                for path in tmp_path.iterdir():
                    path.unlink()
                raise OSError(28, "full")

        monkeypatch.setattr(os, "fsync", sync)
        with pytest.raises(OSError, match="full"):
            signing.keygen(tmp_path / "k")


def test_where_files_have_no_permissions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "k").write_bytes(private_pem(KEYS[0]))
    (tmp_path / "k").chmod(0o644)
    monkeypatch.setattr(signing, "os", SimpleNamespace(name="nt"))
    assert signing.load_private(tmp_path / "k")[1] == []


def test_keys_are_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: sizes.append(os.fstat(handle).st_size))
    private, public, _ = signing.keygen(tmp_path / "k")
    assert sizes == [private.stat().st_size, public.stat().st_size]
    assert min(sizes) > 100


@posix
@pytest.mark.parametrize(
    ("mode", "warned"), [(0o600, False), (0o400, False), (0o700, False), (0o640, True), (0o604, True), (0o610, True)]
)
def test_others_may_read_a_private_key(mode: int, warned: bool, tmp_path: Path) -> None:
    path = tmp_path / "k"
    path.write_bytes(private_pem(KEYS[0]))
    path.chmod(mode)
    key, findings = signing.load_private(path)
    assert key.private_bytes_raw() == bytes(32)
    assert findings == ([Finding("RI589", Location(str(path)), {"file": str(path)})] if warned else [])


RSA = rsa.generate_private_key(65537, 1024)


@pytest.mark.parametrize(
    "content", [b"", b"no key", private_pem(RSA), public_pem(KEYS[0]), private_pem(KEYS[0])[:60], b"\xff" * 40]
)
def test_what_is_no_private_key(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "k").write_bytes(content)
    assert said(signing.load_private, tmp_path / "k") == unusable(tmp_path / "k", NOT_A_KEY)


def test_an_encrypted_private_key(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption

    locked = KEYS[0].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
    (tmp_path / "k").write_bytes(locked)
    assert said(signing.load_private, tmp_path / "k") == unusable(tmp_path / "k", NOT_A_KEY)


PRIVATE_SAID = {"zh": "这是私钥；请用以 .pub 结尾的公钥", "en": "it is a private key; name the one that ends in .pub"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", NOT_A_KEY), (b"no key", NOT_A_KEY), (public_pem(RSA), NOT_A_KEY), (private_pem(KEYS[0]), PRIVATE_SAID)],
    ids=["empty", "text", "RSA", "private"],
)
def test_what_is_no_public_key(content: bytes, reason: Any, tmp_path: Path) -> None:
    (tmp_path / "k").write_bytes(content)
    assert said(signing.load_public, str(tmp_path / "k")) == unusable(tmp_path / "k", reason)


@posix
def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    missing = {"zh": "找不到该文件", "en": "it is not there"}
    for load, name in ((signing.load_private, tmp_path / "none"), (signing.load_public, str(tmp_path / "none"))):
        assert said(load, name) == unusable(name, missing)
    assert said(signing.load_private, tmp_path) == unusable(tmp_path, "Is a directory")
    assert said(signing.load_private, Path("a\0b")) == unusable("a\0b", "embedded null byte")


def test_no_more_of_a_key_is_read_than_keys_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = public_pem(KEYS[0])
    (tmp_path / "k").write_bytes(content)
    monkeypatch.setattr(signing, "KEY_LIMIT", len(content))
    assert signing.load_public(str(tmp_path / "k")).id == IDS[0]
    monkeypatch.setattr(signing, "KEY_LIMIT", 40)
    assert said(signing.load_public, str(tmp_path / "k")) == unusable(tmp_path / "k", NOT_A_KEY)


@pytest.mark.parametrize(
    ("call", "file", "role"),
    [("k.pub", "k.pub", None), ("auditor=k.pub", "k.pub", "auditor"), ("evaluator=k.pub", "k.pub", "evaluator"),
     ("department=k.pub", "k.pub", "department"), ("auditor", "auditor", None), ("a=b", "a=b", None),
     ("auditor=a=b", "a=b", "auditor"), ("=b", "=b", None)],
)  # fmt: skip
def test_keys_with_roles(
    call: str, file: str, role: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(file).write_bytes(public_pem(KEYS[0]))
    found = signing.load_public(call)
    assert (found.file, found.role, found.id) == (file, role, IDS[0])


# --- signing


def statement(**changed: Any) -> dict[str, Any]:
    made = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "manifest.json", "digest": {"sha256": hashlib.sha256(MANIFEST).hexdigest()}}],
        "predicateType": "urn:resilience-index:signature:1",
        "predicate": {"role": "auditor", "signer": "甲"},
    }
    return {**made, **changed}


def packed(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def enveloped(payload: bytes, key: Any = KEYS[0], **changed: Any) -> bytes:
    """A DSSE envelope, written out from its definition."""
    kind = "application/vnd.in-toto+json"
    told = b"DSSEv1 " + f"{len(kind)} {kind} {len(payload)} ".encode() + payload
    identity = hashlib.sha256(key.public_key().public_bytes_raw()).hexdigest()
    signature = {"keyid": identity, "sig": base64.b64encode(key.sign(told)).decode()}
    made = {"payloadType": kind, "payload": base64.b64encode(payload).decode(), "signatures": [signature]}
    return (json.dumps({**made, **changed}, sort_keys=True, indent=2) + "\n").encode()


NAME = f"signatures/auditor.{IDS[0][:16]}.json"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "signatures").mkdir()
    (tmp_path / "manifest.json").write_bytes(MANIFEST)
    return tmp_path


def test_what_is_signed(run: Path) -> None:
    assert signing.sign(run, KEYS[0], "auditor", "甲") == NAME
    assert (run / NAME).read_bytes() == enveloped(packed(statement()))
    name = signing.sign(run, KEYS[1], "evaluator", None)
    assert name == f"signatures/evaluator.{IDS[1][:16]}.json"
    payload = packed(statement(predicate={"role": "evaluator", "signer": None}))
    assert (run / name).read_bytes() == enveloped(payload, KEYS[1])


# --- checking


def trusted(number: int, role: str | None = None) -> signing.Trusted:
    return signing.Trusted(f"{number}.pub", KEYS[number].public_key(), role)


def missing(number: int, role: str | None = None) -> Finding:
    told = {"zh": f"以{TITLES[role]}身份作出", "en": f" as {role}"} if role else {"zh": "", "en": ""}
    return Finding("RI584", Location("shown"), {"key": f"{number}.pub", "id": IDS[number][:16], "role": told})


def not_counted(code: str, name: str = NAME, **params: Any) -> Finding:
    return Finding(code, Location(f"shown/{name}"), {"file": name, **params})


def test_signatures_that_hold(run: Path) -> None:
    names = [signing.sign(run, KEYS[number], role, signer)
             for number, role, signer in ((1, "evaluator", None), (0, "auditor", "甲"))]  # fmt: skip
    found = signing.check(run, names, [trusted(0), trusted(1, "evaluator")], "shown")
    first = signing.Signature(NAME, "auditor", "甲", IDS[0], "0.pub")
    second = signing.Signature(names[0], "evaluator", None, IDS[1], "1.pub")
    assert found == signing.Checked((first, second), (NAME, names[0]), ())


def test_no_key_is_named(run: Path) -> None:
    assert signing.check(run, [], [], "shown") == signing.Checked((), (), ())
    told = Finding("RI586", Location("shown"), {"count": 2})
    assert signing.check(run, ["b", "a"], [], "shown") == signing.Checked((), ("a", "b"), (told,))


def test_keys_without_signatures(run: Path) -> None:
    signing.sign(run, KEYS[0], "auditor", None)
    keys = [trusted(0, "evaluator"), trusted(1), trusted(2, "department")]
    found = signing.check(run, [NAME], keys, "shown")
    assert found.findings == (missing(0, "evaluator"), missing(1), missing(2, "department"))
    assert [item.file for item in found.valid] == [NAME]
    assert signing.check(run, [], [trusted(0)], "shown").findings == (missing(0),)


def test_signatures_of_others_are_named(run: Path) -> None:
    name = signing.sign(run, KEYS[1], "auditor", None)
    signing.sign(run, KEYS[0], "auditor", None)
    found = signing.check(run, [name, NAME], [trusted(0)], "shown")
    assert found.findings == (not_counted("RI583", name, id=IDS[1][:16]),)
    assert [item.file for item in found.valid] == [NAME]


ENVELOPE: dict[str, Any] = json.loads(enveloped(packed(statement())))
SIGNATURE = ENVELOPE["signatures"][0]


def changed(**parts: Any) -> bytes:
    return json.dumps({**ENVELOPE, **parts}).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"1", b"null", b"{}", changed(signatures=[]), changed(signatures=[SIGNATURE, SIGNATURE]),
        changed(signatures=None), changed(signatures=[{}]), changed(signatures=["x"]), changed(more=1),
        changed(payloadType="other"), changed(payload="%%%"), changed(payload=1), changed(payload="a b="),
        changed(signatures=[{**SIGNATURE, "sig": "!"}]), changed(signatures=[{"sig": SIGNATURE["sig"]}]),
        changed(signatures=[{"keyid": SIGNATURE["keyid"]}]), changed(payload="=" + ENVELOPE["payload"]),
        *(json.dumps({key: value for key, value in ENVELOPE.items() if key != gone}).encode() for gone in ENVELOPE),
        changed(payloadType="other", more=1),
    ],
)  # fmt: skip
def test_envelopes_of_an_unknown_form(content: bytes, run: Path) -> None:
    (run / NAME).write_bytes(content)
    found = signing.check(run, [NAME], [trusted(0)], "shown")
    assert found == signing.Checked((), (NAME,), (not_counted("RI585"), missing(0)))


def test_no_more_of_an_envelope_is_read_than_envelopes_have(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = enveloped(packed(statement()))
    (run / NAME).write_bytes(content)
    monkeypatch.setattr(signing, "ENVELOPE_LIMIT", len(content))
    assert signing.check(run, [NAME], [trusted(0)], "shown").findings == ()
    monkeypatch.setattr(signing, "ENVELOPE_LIMIT", len(content) - 2)
    assert signing.check(run, [NAME], [trusted(0)], "shown").findings == (not_counted("RI585"), missing(0))
    (run / NAME).unlink()
    assert signing.check(run, [NAME], [trusted(0)], "shown").findings == (not_counted("RI585"), missing(0))


@pytest.mark.parametrize(
    "payload",
    [
        b"", b"{", b"[]", b"1", packed(statement(_type="other")), packed(statement(predicateType="other")),
        packed(statement(predicate={"role": "owner", "signer": None})), packed(statement(predicate=None)),
        packed(statement(predicate={"signer": None})), packed(statement(predicate={"role": "auditor"})),
        packed(statement(predicate={"role": "auditor", "signer": 1})),
        packed(statement(predicate={"role": [], "signer": None})),
        *(packed({key: value for key, value in statement().items() if key != gone}) for gone in statement()),
        packed(statement(_type="other", predicateType="other")),
    ],
)  # fmt: skip
def test_signed_statements_of_an_unknown_form(payload: bytes, run: Path) -> None:
    """They are signed soundly by a key that is trusted, and do not count."""
    (run / NAME).write_bytes(enveloped(payload))
    found = signing.check(run, [NAME], [trusted(0)], "shown")
    assert found.findings == (not_counted("RI585"), missing(0))


SUBJECT = statement()["subject"][0]


@pytest.mark.parametrize(
    "subject",
    [[], [SUBJECT, SUBJECT], [{**SUBJECT, "name": "other"}], [{**SUBJECT, "digest": {"sha256": "0" * 64}}], None,
     [{**SUBJECT, "more": 1}], [{**SUBJECT, "digest": {**SUBJECT["digest"], "sha512": ""}}]],
)  # fmt: skip
def test_another_manifest(subject: Any, run: Path) -> None:
    (run / NAME).write_bytes(enveloped(packed(statement(subject=subject))))
    found = signing.check(run, [NAME], [trusted(0)], "shown")
    assert found.findings == (not_counted("RI582", reason=OTHER), missing(0))


def test_signatures_that_do_not_fit(run: Path) -> None:
    forged = json.loads(enveloped(packed(statement()), KEYS[1]))
    forged["signatures"][0]["keyid"] = IDS[0]
    exchanged = changed(
        payload=base64.b64encode(packed(statement(predicate={"role": "auditor", "signer": "乙"}))).decode()
    )
    for content in (json.dumps(forged).encode(), exchanged):
        (run / NAME).write_bytes(content)
        found = signing.check(run, [NAME], [trusted(0)], "shown")
        assert found.findings == (not_counted("RI582", reason=UNFIT), missing(0))


@pytest.mark.parametrize("name", [f"signatures/evaluator.{IDS[0][:16]}.json", f"signatures/auditor.{IDS[1][:16]}.json"])
def test_a_name_that_says_otherwise(name: str, run: Path) -> None:
    (run / name).write_bytes(enveloped(packed(statement())))
    found = signing.check(run, [name], [trusted(0)], "shown")
    reason = {"zh": "文件名与所签角色 auditor 不符", "en": "its name does not fit the role that is signed (auditor)"}
    assert found.findings == (not_counted("RI582", name, reason=reason), missing(0))


def test_a_key_twice_in_two_roles(run: Path) -> None:
    signing.sign(run, KEYS[0], "auditor", None)
    keys = [trusted(0, "auditor"), trusted(0, "evaluator")]
    assert signing.check(run, [NAME], keys, "shown").findings == (missing(0, "evaluator"),)
