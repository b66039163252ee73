"""Signatures of runs: Ed25519 keys, and DSSE envelopes that say who signed which manifest in which role.

An envelope holds an in-toto Statement about ``manifest.json`` with the role and the name of the signer, so that neither
can be exchanged. It holds no key: whom to trust is told by other ways than the run itself.
See https://github.com/secure-systems-lab/dsse and RFC 8032.
"""

from __future__ import annotations

import base64
import binascii
import errno
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resilience_index.audit import bundle, canonical, manifest
from resilience_index.errors import UsageError
from resilience_index.files import write_atomic
from resilience_index.findings import Finding, Location
from resilience_index.framework import json_strict

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"
PREDICATE = "urn:resilience-index:signature:1"
KEY_LIMIT = 64 << 10
ENVELOPE_LIMIT = 64 << 10
PUBLIC, PRIVATE = ".pub", ".key"

_NOT_ED25519 = {"zh": "不是 PEM 格式的 Ed25519 密钥", "en": "it is no Ed25519 key in PEM form"}


@dataclass(frozen=True)
class Trusted:
    """A key that the checker trusts: its file, its id, and the role it must have signed in (None: any)."""

    file: str
    key: Ed25519PublicKey
    role: str | None = None

    @property
    def id(self) -> str:
        """SHA-256 of the raw public key, in hex."""
        return key_id(self.key)


@dataclass(frozen=True)
class Signature:
    """A signature that a trusted key has made."""

    file: str
    role: str
    signer: str | None
    key_id: str
    key_file: str


@dataclass(frozen=True)
class Checked:
    """What came out: the signatures that hold, those that were found, and what is wrong."""

    valid: tuple[Signature, ...]
    present: tuple[str, ...]
    findings: tuple[Finding, ...]


# --- keys


def key_id(key: Ed25519PublicKey) -> str:
    """SHA-256 of the raw public key, in hex."""
    return canonical.digest(key.public_bytes_raw())


def keygen(name: Path) -> tuple[Path, Path, str]:
    """Make a pair of keys, ``NAME.key`` (only its owner may read it) and ``NAME.pub``; their files and the id.

    Raises ``UsageError`` RI588 where one of the files is there: a key is never overwritten; RI587 for no name.
    """
    from cryptography.hazmat.primitives import serialization as forms
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if not name.name:
        raise _unusable(name, {"zh": "密钥需要一个文件名", "en": "a key needs a name of its own, as a file has"})
    private, public = (name.with_name(name.name + ending) for ending in (PRIVATE, PUBLIC))
    key = Ed25519PrivateKey.generate()
    secret = key.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption())
    open_part = key.public_key().public_bytes(forms.Encoding.PEM, forms.PublicFormat.SubjectPublicKeyInfo)
    _write_new(private, secret, 0o600)
    try:
        _write_new(public, open_part, 0o644)
    except BaseException:
        private.unlink(missing_ok=True)
        raise
    return private, public, key_id(key.public_key())


def _write_new(path: Path, content: bytes, mode: int) -> None:
    """Write a file that is not there yet, with these permissions from its first byte on."""
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    except FileExistsError as error:
        raise UsageError("RI588", where=Location(str(path)), file=str(path)) from error
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def load_private(path: Path) -> tuple[Ed25519PrivateKey, list[Finding]]:
    """A private key; RI589 where others may read its file. Raises ``UsageError`` RI587."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    content = _key_bytes(path)
    try:
        key = load_pem_private_key(content, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unusable(path, _NOT_ED25519) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _unusable(path, _NOT_ED25519)
    open_to = stat.S_IMODE(path.stat().st_mode) & 0o077 if os.name == "posix" else 0
    found = [Finding("RI589", Location(str(path)), {"file": str(path)})] if open_to else []
    return key, found


def load_public(said: str) -> Trusted:
    """A trusted key: ``FILE`` or ``ROLE=FILE``. Raises ``UsageError`` RI587."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    role, equals, file = said.partition("=")
    if not equals or role not in bundle.ROLES:
        role, file = "", said
    path = Path(file)
    content = _key_bytes(path)
    try:
        key = load_pem_public_key(content)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        reason = _NOT_ED25519
        if b"PRIVATE KEY" in content:
            reason = {
                "zh": "这是私钥；请用以 .pub 结尾的公钥",
                "en": "it is a private key; name the one that ends in .pub",
            }
        raise _unusable(path, reason) from error
    if not isinstance(key, Ed25519PublicKey):
        raise _unusable(path, _NOT_ED25519)
    return Trusted(file, key, role or None)


def _key_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(KEY_LIMIT)
    except (OSError, ValueError) as error:
        reason: Any = getattr(error, "strerror", None) or str(error)
        if getattr(error, "errno", None) == errno.ENOENT:
            reason = {"zh": "找不到该文件", "en": "it is not there"}
        raise _unusable(path, reason) from error


def _unusable(path: Path, reason: Any) -> UsageError:
    return UsageError("RI587", where=Location(str(path)), file=str(path), reason=reason)


# --- signing


def _encoded(payload: bytes) -> bytes:
    """The bytes that are signed: DSSE's pre-authentication encoding."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def envelope(content: bytes, key: Ed25519PrivateKey, role: str, signer: str | None) -> tuple[str, bytes]:
    """The name and the bytes of a signature of a manifest whose bytes are ``content``."""
    statement = {
        "_type": manifest.STATEMENT,
        "subject": [{"name": manifest.FILE, "digest": {"sha256": canonical.digest(content)}}],
        "predicateType": PREDICATE,
        "predicate": {"role": role, "signer": signer},
    }
    payload = canonical.compact(statement)
    identity = key_id(key.public_key())
    signed = {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode("ascii"),
        "signatures": [{"keyid": identity, "sig": base64.b64encode(key.sign(_encoded(payload))).decode("ascii")}],
    }
    return f"{bundle.SIGNATURES}{role}.{identity[:16]}.json", canonical.dump(signed)


def sign(folder: Path, key: Ed25519PrivateKey, role: str, signer: str | None) -> str:
    """Sign the manifest in a folder; the name of the signature. Raises ``OSError`` as the system does."""
    name, content = envelope((folder / manifest.FILE).read_bytes(), key, role, signer)
    write_atomic(folder / name, content)
    return name


# --- checking


def check(folder: Path, names: Sequence[str], trusted: Sequence[Trusted], shown: str) -> Checked:
    """Check the signatures ``names`` of a folder against keys that are trusted.

    RI582: one that does not hold; RI583: one of a key that is not among them; RI584: a key without a signature that
    holds; RI585: no signature at all, or one of an unknown form; RI586: no key is named.
    """
    content = (folder / manifest.FILE).read_bytes()
    present = tuple(sorted(names))
    if not trusted:
        found = Finding("RI586", Location(shown), {"count": len(present)})
        return Checked((), present, (found,) if present else ())
    valid: list[Signature] = []
    findings: list[Finding] = []
    by_id = {one.id: one for one in trusted}
    for name in present:
        try:
            valid.append(_check_one(folder / name, name, content, by_id))
        except _NotCounted as error:
            findings.append(Finding(error.code, Location(f"{shown}/{name}"), {"file": name, **error.params}))
    for one in trusted:
        if not any(item.key_id == one.id and one.role in (None, item.role) for item in valid):
            title = bundle.ROLES[one.role] if one.role else None
            role = {"zh": f"以{title['zh']}身份作出", "en": f" as {title['en']}"} if title else {"zh": "", "en": ""}
            params = {"key": one.file, "id": one.id[:16], "role": role}
            findings.append(Finding("RI584", Location(shown), params))
    return Checked(tuple(valid), present, tuple(findings))


class _NotCounted(Exception):  # noqa: N818 - it carries a finding; no caller sees it
    """Why a signature does not count. Never leaves this module."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def _check_one(path: Path, name: str, content: bytes, trusted: Mapping[str, Trusted]) -> Signature:
    from cryptography.exceptions import InvalidSignature

    payload, identity, signed = _parts(path)
    one = trusted.get(identity)
    if one is None:
        raise _NotCounted("RI583", id=identity[:16])
    try:
        one.key.verify(signed, _encoded(payload))
    except InvalidSignature:
        zh, en = "签名与内容不符", "the signature does not fit its content"
        raise _NotCounted("RI582", reason={"zh": zh, "en": en}) from None
    statement = _statement(payload)
    said = [{"name": manifest.FILE, "digest": {"sha256": canonical.digest(content)}}]
    if statement["subject"] != said:
        zh, en = "它签署的是另一份清单", "it signs another manifest"
        raise _NotCounted("RI582", reason={"zh": zh, "en": en})
    role, signer = statement["predicate"]["role"], statement["predicate"]["signer"]
    if name != f"{bundle.SIGNATURES}{role}.{identity[:16]}.json":
        zh, en = f"文件名与所签角色 {role} 不符", f"its name does not fit the role that is signed ({role})"
        raise _NotCounted("RI582", reason={"zh": zh, "en": en})
    return Signature(name, role, signer, identity, one.file)


def _parts(path: Path) -> tuple[bytes, str, bytes]:
    """Payload, key id and signature of an envelope."""
    try:
        with path.open("rb") as stream:
            read = json_strict.parse(stream.read(ENVELOPE_LIMIT))
        (single,) = read["signatures"]
        if read["payloadType"] != PAYLOAD_TYPE or set(read) != {"payloadType", "payload", "signatures"}:
            raise ValueError(path)
        payload, signed = (base64.b64decode(text, validate=True) for text in (read["payload"], single["sig"]))
        return payload, str(single["keyid"]), signed
    except (OSError, ValueError, LookupError, TypeError, binascii.Error) as error:
        raise _NotCounted("RI585") from error


def _statement(payload: bytes) -> Any:
    try:
        statement = json_strict.parse(payload)
        known = (statement["_type"], statement["predicateType"]) == (manifest.STATEMENT, PREDICATE)
        role, signer = statement["predicate"]["role"], statement["predicate"]["signer"]
        if not known or role not in bundle.ROLES or not isinstance(signer, str | None) or "subject" not in statement:
            raise ValueError(payload)
    except (ValueError, LookupError, TypeError) as error:
        raise _NotCounted("RI585") from error
    return statement
