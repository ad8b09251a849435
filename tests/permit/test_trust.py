"""Trust files: whose signatures count."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from guardrails.audit.trust import parsed_trust, public_of, trust_json
from guardrails.errors import SettingsError
from tests.interop.javascript import javascript
from tests.permit.forms import JO, SERVICE, TRUST, trusted, vkey

PRIME = 2**255 - 19


def named(public: bytes, kind: int = 1) -> str:
    """The vkey of these 32 bytes, with the hash that it should have."""
    data = bytes([kind]) + public
    return f"k+{hashlib.sha256(b'k' + chr(10).encode() + data).hexdigest()[:8]}+{base64.b64encode(data).decode()}"


def encoded(y: int, sign: int = 0) -> bytes:
    """A point as it is encoded: y in little-endian order, the sign of x in the last bit."""
    return (y | sign << 255).to_bytes(32, "little")


# RFC 8032 5.1.3: y is below the prime; the other spellings of small y, and the points of small order.
BAD = [
    *(encoded(PRIME + more, sign) for more in range(19) for sign in (0, 1)),
    *(encoded(y, sign) for y in (0, 1, PRIME - 1) for sign in (0, 1)),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
]


def file_with(**changes: Any) -> bytes:
    """A trust file with its first key changed."""
    value: Any = trust_json(TRUST)
    return json.dumps({**value, "keys": [{**value["keys"][0], **changes}]}).encode()


def test_writing_and_reading_are_inverse() -> None:
    """Every key comes back."""
    assert TRUST == parsed_trust(json.dumps(trust_json(TRUST)).encode())


@pytest.mark.parametrize("public", BAD, ids=lambda public: public.hex()[:16])
def test_a_point_that_anybody_can_sign_for_is_no_key(public: bytes) -> None:
    """Neither in its own encoding nor in another one."""
    with pytest.raises(SettingsError, match="anybody"):
        public_of(named(public))


def test_a_file_from_before_thefts_were_said_is_read() -> None:
    """Without the member nobody else had the key."""
    value: Any = trust_json(TRUST)
    for one in value["keys"]:
        del one["compromised"]

    assert TRUST == parsed_trust(json.dumps(value).encode())


BROKEN = [
    file_with(compromised=True),
    file_with(compromised="yes"),
    file_with(vkey="nothing"),
    file_with(vkey=vkey(SERVICE).replace("+", "+0", 1)),
    file_with(vkey=named(b"\x01" * 32, kind=4)),
    file_with(purpose="report"),
    file_with(purpose="approver"),
    file_with(until="never"),
    file_with(**{"from": None}),
    json.dumps(trust_json(TRUST) | {"schema": "guardrails.trust/v2"}).encode(),
    json.dumps({**trust_json(TRUST), "keys": [*trust_json(TRUST)["keys"], *trust_json(TRUST)["keys"]]})
    .replace(  # type: ignore[misc]
        '"checkpoint"', '"permit"', 1
    )
    .encode(),
    b"{",
    b"[]",
    b"",
]


@pytest.mark.parametrize("data", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_file_is_refused(data: bytes) -> None:
    """Whoever cannot read whom to trust trusts nobody."""
    with pytest.raises(SettingsError):
        parsed_trust(data)


def test_javascript_refuses_the_same_files() -> None:
    """The second verifier trusts no key that ours does not."""
    files = [*(file_with(vkey=named(public)) for public in BAD), *BROKEN, file_with()]
    tried = """files => Promise.all(files.map(async (file) => {
      try { await own.trustOf(Uint8Array.from(Buffer.from(file, 'base64'))); return true } catch { return false }
    }))"""
    found = javascript(tried, [base64.b64encode(one).decode() for one in files], modules="verify_permit.mjs")

    assert [False] * (len(files) - 1) + [True] == found


def test_a_key_is_live_from_then_until_then() -> None:
    """The beginning by a clock that is two minutes late, the end exclusive."""
    key = trusted(JO, "approver", until_ms=2_000_000_000_000)

    assert [False, True, True, False] == [
        key.is_live(at) for at in (key.from_ms - 120_001, key.from_ms - 120_000, key.until_ms - 1, key.until_ms)
    ]
