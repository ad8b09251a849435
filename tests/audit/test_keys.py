"""API keys and the record they leave."""

import pytest

from guardrails.audit.keys import ApiKeys
from guardrails.audit.log import AuditLog
from guardrails.errors import DraftError
from guardrails.model.context import Principal
from tests.audit.memory import MemoryKeys, MemoryStore
from tests.audit.samples import NOON, WRITER, Clock, sqlite_log


@pytest.fixture(params=["memory", "sqlite"])
def keys(request, tmp_path):
    """API keys of a ledger in memory, and of one in SQLite."""
    log = AuditLog(MemoryStore(), MemoryKeys(), Clock()) if request.param == "memory" else sqlite_log(tmp_path)
    yield ApiKeys(log)
    log.close()


def test_a_token_is_known_again(keys):
    """Whoever shows the token gets the key with everything it permits."""
    token, key = keys.issue(principal=WRITER, scopes=["check", "simulate"], channels=["press"], markets=["de", "at"])

    assert key == keys.verify(token)
    assert (key.principal, key.scopes, key.created_ms) == (WRITER, ("check", "simulate"), NOON)
    assert key.permitted == (("channel", ("press",)), ("market", ("at", "de")))


def test_another_token_is_nobody(keys):
    """A wrong secret, id, prefix or shape is not a key."""
    token, key = keys.issue(principal=WRITER)
    wrong = [token[:-1] + ("1" if token[-1] == "0" else "0"), token.upper(), f"gk_{key.id}_", f"gk_{key.id}", "gk", ""]
    wrong += [token.replace("gk_", "gx_"), f"gk_other_{token.split('_')[2]}", f"{token}\ud800"]

    assert [None] * len(wrong) == [keys.verify(one) for one in wrong]


def test_the_secret_is_not_kept(keys):
    """What is stored and listed of a key does not hold its secret."""
    token, key = keys.issue(principal=WRITER)

    assert token.split("_")[2] not in repr(keys.list()) + key.secret_sha256
    assert key.secret_sha256 not in repr(key)


def test_keys_of_one_name_are_one_person(keys):
    """The person stands in no record, but as the same reference for each key."""
    tokens = [keys.issue(principal=Principal("person", role), person="ada.quill")[0] for role in ("editor", "lawyer")]
    events = [record for _, record in keys._log.records()]

    assert ["person:ada.quill"] * 2 == [keys.caller(token).actor.who for token in tokens]
    assert 1 == len({record.text("person_ref") for record in events})
    assert "ada.quill" not in str(events)


def test_a_revoked_key_is_nobody(keys):
    """Revoking ends a key; revoking again changes nothing; the key stays listed."""
    token, key = keys.issue(principal=WRITER)
    revoked = keys.revoke(key.id)

    assert keys.verify(token) is None
    assert revoked == keys.revoke(key.id)
    assert (revoked,) == keys.list()


def test_key_events_are_recorded(keys):
    """Issue and revocation leave a record each, naming the key and only a reference of its holder."""
    _, key = keys.issue(principal=WRITER)
    keys.revoke(key.id)
    records = [record for _, record in keys._log.records()]

    assert [(one.type, one.text("event")) for one in records] == [("key_event", "issued"), ("key_event", "revoked")]
    assert keys._log.refs.principal(WRITER) == records[0].text("principal", "ref")


@pytest.mark.parametrize("principal", [Principal(), Principal("agent", "")])
def test_a_key_stands_for_somebody(keys, principal):
    """No key without a named agent or person."""
    with pytest.raises(DraftError) as caught:
        keys.issue(principal=principal)

    assert caught.value.code == "key-without-principal"


def test_an_unknown_key_cannot_be_revoked(keys):
    """Revoking what does not exist is a mistake."""
    with pytest.raises(DraftError) as caught:
        keys.revoke("none")

    assert caught.value.code == "key-unknown"
