"""Vectors of others: the envelope of the DSSE protocol, and keys that C2SP collected as the edges of Ed25519."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

from guardrails.audit.dsse import pae
from guardrails.audit.trust import public_of
from guardrails.errors import SettingsError
from tests.permit.test_trust import named

VECTORS = Path(os.environ.get("GUARDRAILS_DATA", "../shared/data")) / "vectors"
pytestmark = pytest.mark.skipif(not VECTORS.is_dir(), reason="GUARDRAILS_DATA has no test vectors")


def test_the_signature_of_the_protocol_is_over_our_encoding() -> None:
    """It verifies with their key (P-256) over what we say is signed."""
    vector: Any = json.loads((VECTORS / "dsse" / "dsse-v1-example.json").read_text())
    key = ec.EllipticCurvePublicNumbers(int(vector["key"]["x"]), int(vector["key"]["y"]), ec.SECP256R1()).public_key()
    sig = base64.b64decode(vector["envelope"]["signatures"][0]["sig"])
    encoded = utils.encode_dss_signature(int.from_bytes(sig[:32], "big"), int.from_bytes(sig[32:], "big"))
    signed = pae(vector["payload_type"], vector["serialized_body_utf8"].encode())

    assert vector["pae_utf8"].encode() == signed
    key.verify(encoded, signed, ec.ECDSA(SHA256()))


def test_no_key_of_small_order_or_in_another_encoding_is_trusted() -> None:
    """A signature under such a key says nothing, whatever a library makes of it."""
    vectors: Any = json.loads((VECTORS / "ed25519-edge" / "ed25519vectors.json").read_text())
    edge = {"low_order_A", "non_canonical_A"}
    keys = {one["key"] for one in vectors if edge & set(one["flags"] or ())}

    assert len(keys) > 10
    for key in keys:
        with pytest.raises(SettingsError):
            public_of(named(bytes.fromhex(key)))
