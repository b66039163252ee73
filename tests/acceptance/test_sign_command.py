"""Keys and signatures: made, checked, and every way to forge one refused."""

from __future__ import annotations

import base64
import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from acceptance_tools import Inside, tree
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience_index.audit import signing

ROLES = ("evaluator", "department", "auditor")


@pytest.fixture
def signed(project: Path, inside: Inside) -> Path:
    """A run and a second one, three keys, the run signed by each in its role."""
    call = ("score", "data.csv", "-f", "mini.yaml", "-q", "--format", "none", "--bundle", "folder", "--out")
    assert inside(*call, "run").code == 0
    assert inside(*call, "other", "--weights", "equal").code == 0
    for role in ROLES:
        assert inside("keygen", role).code == 0
        assert inside("sign", "run", "--key", f"{role}.key", "--role", role, "--name", f"签署人 {role}").code == 0
    return project


def signature(run: Path, role: str) -> Path:
    (found,) = (run / "signatures").glob(f"{role}.*.json")
    return found


def check(inside: Inside, *roles: str, run: str = "run") -> Any:
    keys = [word for role in roles for word in ("--key", f"{role}={role}.pub")]
    ran = inside("verify", run, *keys, "--json")
    return ran.code, json.loads(ran.out)["levels"][1]


def codes(level: Any) -> list[str]:
    return [finding["code"] for finding in level["findings"]]


def test_several_signers(signed: Path, inside: Inside) -> None:
    code, level = check(inside, *ROLES)
    assert (code, level["status"], codes(level)) == (0, "passed", [])
    assert [(one["role"], one["signer"]) for one in level["valid"]] == [
        (role, f"签署人 {role}") for role in sorted(ROLES)
    ]
    code, level = check(inside, "auditor")
    assert (code, codes(level)) == (0, ["RI583", "RI583"])  # the others are not trusted: named, and not counted
    assert len(level["valid"]) == 1
    ran = inside("verify", "run")
    assert (ran.code, "RI586" in ran.err) == (0, True)


def test_keys_and_their_files(project: Path, inside: Inside) -> None:
    before = os.umask(0)
    try:
        ran = inside("keygen", "k", "--json")
    finally:
        os.umask(before)
    said = json.loads(ran.out)
    assert stat.S_IMODE((project / "k.key").stat().st_mode) == 0o600
    trusted = signing.load_public("k.pub")
    assert said["key_id"] == trusted.id
    kept = (project / "k.key").read_bytes()
    for name in ("k.pub", "k.key"):
        ran = inside("keygen", "k")
        assert (ran.code, "RI588" in ran.err) == (2, True)
        assert (project / "k.key").read_bytes() == kept
        if name == "k.pub":
            (project / name).unlink()
    (project / "k.key").unlink()
    (project / "k.key").symlink_to(project / "away")  # a link is not written through
    assert inside("keygen", "k").code == 2
    assert not (project / "away").exists()
    assert not (project / "k.pub").exists()
    assert inside("keygen", "no/such/folder/k").code == 2


def test_a_private_key_that_others_may_read(signed: Path, inside: Inside) -> None:
    (signed / "auditor.key").chmod(0o644)
    ran = inside("sign", "run", "--key", "auditor.key", "--role", "auditor")
    assert (ran.code, "RI589" in ran.err) == (0, True)


def _rsa(path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


@pytest.mark.parametrize("make", [Path.touch, _rsa, lambda path: path.write_bytes(b"\xff" * 100), None], ids=str)
def test_what_is_no_key(make: Callable[[Path], None] | None, signed: Path, inside: Inside) -> None:
    if make is not None:
        make(signed / "bad")
    for arguments in (("sign", "run", "--role", "auditor", "--key", "bad"), ("verify", "run", "--key", "bad")):
        ran = inside(*arguments)
        assert (ran.code, "RI587" in ran.err) == (2, True)


def test_the_private_key_in_the_place_of_the_public_one(signed: Path, inside: Inside) -> None:
    assert "it is a private key" in inside("verify", "run", "--key", "auditor.key").err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--key", "auditor.key"], "RI009"), (["--role", "auditor"], "RI009"),
        (["--key", "auditor.key", "--role", "auditer"], "RI008"),
    ],
)  # fmt: skip
def test_refusals(arguments: list[str], code: str, signed: Path, inside: Inside) -> None:
    ran = inside("sign", "run", *arguments)
    assert (ran.code, code in ran.err) == (2, True)


@pytest.mark.parametrize("name", ["", ".", "/"])
def test_keys_without_a_name(name: str, project: Path, inside: Inside) -> None:
    ran = inside("keygen", name)
    assert (ran.code, ran.out) == (2, "")
    assert "RI587 error" in ran.err
    assert not list(project.glob("*.key")) + list(project.glob(".key"))


def test_a_role_that_there_is_not(signed: Path, inside: Inside) -> None:
    ran = inside("verify", str(signed / "run"), "--key", f"auditr={signed / 'auditor.pub'}")
    assert ran.code == 2
    assert "RI008 error: there is no role named 'auditr'; did you mean 'auditor'?" in ran.err


def test_a_changed_run_is_not_signed(signed: Path, inside: Inside) -> None:
    with (signed / "run/scores.csv").open("ab") as stream:
        stream.write(b"x")
    before = tree(signed / "run")
    ran = inside("sign", "run", "--key", "auditor.key", "--role", "department")
    assert (ran.code, "RI591" in ran.err, "RI567" in ran.err) == (1, True, True)
    assert tree(signed / "run") == before


def test_signing_again_and_an_archive(signed: Path, inside: Inside) -> None:
    """The same key and role give the same bytes; an archive is signed like its folder."""
    from resilience_index.audit import archive, verify

    before = tree(signed / "run")
    call = ("--key", "auditor.key", "--role", "auditor", "--name", "签署人 auditor")
    assert inside("sign", "run", *call).code == 0
    assert tree(signed / "run") == before
    names = [name for name, _ in verify.walk(signed / "run")]
    archive.pack(signed / "run", names, signed / "whole.zip")
    plain = [name for name in names if not name.startswith("signatures/auditor")]
    archive.pack(signed / "run", plain, signed / "part.zip")
    assert inside("sign", "part.zip", *call).code == 0
    assert (signed / "part.zip").read_bytes() == (signed / "whole.zip").read_bytes()
    code, level = check(inside, *ROLES, run="part.zip")
    assert (code, len(level["valid"])) == (0, 3)


# --- forged


def _edit(path: Path, change: Callable[[Any], None]) -> None:
    content = json.loads(path.read_bytes())
    change(content)
    path.write_text(json.dumps(content), "utf-8")


def _payload(change: Callable[[Any], None]) -> Callable[[Any], None]:
    def edit(content: Any) -> None:
        payload = json.loads(base64.b64decode(content["payload"]))
        change(payload)
        content["payload"] = base64.b64encode(json.dumps(payload).encode()).decode()

    return edit


def _flip(content: Any) -> None:
    value = bytearray(base64.b64decode(content["signatures"][0]["sig"]))
    value[5] ^= 1
    content["signatures"][0]["sig"] = base64.b64encode(bytes(value)).decode()


def _own_key(content: Any) -> None:
    """Signed with another key, under the id of the trusted one."""
    key = ed25519.Ed25519PrivateKey.generate()
    payload = base64.b64decode(content["payload"])
    content["signatures"][0]["sig"] = base64.b64encode(key.sign(signing._encoded(payload))).decode()


def _raw_signature(content: Any) -> None:
    """A true signature of the bare payload, without DSSE's encoding."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(Path("auditor.key").read_bytes(), None)
    assert isinstance(key, ed25519.Ed25519PrivateKey)
    content["signatures"][0]["sig"] = base64.b64encode(key.sign(base64.b64decode(content["payload"]))).decode()


EDITS: dict[str, tuple[Callable[[Any], None], str]] = {
    "a bit": (_flip, "RI582"),
    "another key under its id": (_own_key, "RI582"),
    "no encoding": (_raw_signature, "RI582"),
    "the role": (_payload(lambda item: item["predicate"].update(role="department")), "RI582"),
    "the signer": (_payload(lambda item: item["predicate"].update(signer="某局")), "RI582"),
    "the digest": (_payload(lambda item: item["subject"][0]["digest"].update(sha256="0" * 64)), "RI582"),
    "no signatures": (lambda item: item.update(signatures=[]), "RI585"),
    "two signatures": (lambda item: item.update(signatures=item["signatures"] * 2), "RI585"),
    "empty signature": (lambda item: item["signatures"][0].update(sig=""), "RI582"),
    "another key's id": (lambda item: item["signatures"][0].update(keyid="0" * 64), "RI583"),
    "another type": (lambda item: item.update(payloadType="text/plain"), "RI585"),
    "a further key": (lambda item: item.update(more=1), "RI585"),
    "no base64": (lambda item: item.update(payload="§"), "RI585"),
    "a payload that is none": (lambda item: item.update(payload=[]), "RI585"),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_forged_signature_is_not_accepted(name: str, signed: Path, inside: Inside) -> None:
    change, code = EDITS[name]
    _edit(signature(signed / "run", "auditor"), change)
    result, level = check(inside, *ROLES)
    assert (result, level["status"]) == (1, "failed")
    assert {code, "RI584"} <= set(codes(level))
    assert "auditor" not in [one["role"] for one in level["valid"]]


def _swap_files(project: Path) -> None:
    first, second = (signature(project / "run", role) for role in ("auditor", "department"))
    first.rename(project / "kept")
    second.rename(first)
    (project / "kept").rename(second)


def _of_another_run(project: Path) -> None:
    target = signature(project / "run", "auditor")
    key, _ = signing.load_private(project / "auditor.key")
    (name, content) = signing.envelope((project / "other/manifest.json").read_bytes(), key, "auditor", None)
    assert name == f"signatures/{target.name}"
    target.write_bytes(content)


def _stripped(project: Path) -> None:
    signature(project / "run", "auditor").unlink()


def _all_stripped(project: Path) -> None:
    shutil.rmtree(project / "run/signatures")


def _another_role(project: Path) -> None:
    """A department's true signature under the auditor's name."""
    signature(project / "run", "auditor").unlink()
    found = signature(project / "run", "department")
    found.rename(found.with_name(found.name.replace("department", "auditor")))


def _emptied(project: Path) -> None:
    signature(project / "run", "auditor").write_bytes(b"")


def _deep(project: Path) -> None:
    signature(project / "run", "auditor").write_bytes(b"[" * 50_000)


@pytest.mark.parametrize(
    "change", [_swap_files, _of_another_run, _stripped, _all_stripped, _another_role, _emptied, _deep]
)
def test_signatures_swapped_stripped_or_of_another_run(
    change: Callable[[Path], None], signed: Path, inside: Inside
) -> None:
    change(signed)
    result, level = check(inside, *ROLES)
    assert (result, level["status"]) == (1, "failed")
    assert "RI584" in codes(level)


def test_a_trusted_key_in_another_role_does_not_count(signed: Path, inside: Inside) -> None:
    ran = inside("verify", "run", "--key", "evaluator=auditor.pub")
    assert (ran.code, "as evaluator" in ran.err) == (1, True)
    assert inside("verify", "run", "--key", "auditor.pub").code == 0


@settings(deadline=None, max_examples=60)
@given(content=st.binary(min_size=1, max_size=300), role=st.sampled_from(ROLES), at=st.integers(0, 10**6))
def test_any_other_byte_breaks_a_signature(content: bytes, role: str, at: int) -> None:
    """Of the manifest or of the envelope's parts that are signed."""
    import tempfile

    key = ed25519.Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
    trusted = [signing.Trusted("k", key.public_key())]
    name, envelope = signing.envelope(content, key, role, None)
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder)
        (run / "signatures").mkdir()
        (run / name).write_bytes(envelope)
        (run / "manifest.json").write_bytes(content)
        assert len(signing.check(run, [name], trusted, "run").valid) == 1
        changed = bytearray(content)
        changed[at % len(content)] ^= 1 + at % 255
        (run / "manifest.json").write_bytes(changed)
        assert signing.check(run, [name], trusted, "run").valid == ()
        (run / "manifest.json").write_bytes(content)
        read = json.loads(envelope)
        payload = bytearray(base64.b64decode(read["payload"]))
        payload[at % len(payload)] ^= 1 + at % 255
        read["payload"] = base64.b64encode(bytes(payload)).decode()
        (run / name).write_text(json.dumps(read))
        assert signing.check(run, [name], trusted, "run").valid == ()


def test_public_keys_are_read_in_pem_only(tmp_path: Path) -> None:
    key = ed25519.Ed25519PrivateKey.generate().public_key()
    (tmp_path / "raw").write_bytes(key.public_bytes(Encoding.Raw, PublicFormat.Raw))
    with pytest.raises(signing.UsageError):
        signing.load_public(str(tmp_path / "raw"))
