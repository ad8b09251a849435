"""API keys and the record they leave."""

import pytest

from guardrails.audit.keys import ApiKeys, Caller
from guardrails.audit.log import AuditLog
from guardrails.errors import DraftError
from guardrails.model.context import Actor, Principal, folded_name
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


HEAD = Principal("person", "head-of-content")
SOMEBODY = Caller(Actor(WRITER))
"""Whoever sits at the machine: what its settings say it is."""


def operator(keys, name="Hanna H", by=SOMEBODY):
    """Make a person's key with the scope "operate"; return who calls with it, and the key."""
    token, key = keys.issue(principal=HEAD, scopes=["check", "operate"], person=name, by=by)
    return keys.caller(token), key


def refused(act, *args, **options):
    """The code with which it is refused."""
    with pytest.raises(DraftError) as caught:
        act(*args, **options)
    return caught.value.code


def test_only_an_operator_makes_and_ends_keys_once_there_is_one(keys):
    """Before, whoever founds the ledger does; afterwards neither the machine, nor an agent, nor another person."""
    token, early = keys.issue(principal=WRITER, scopes=["check", "operate"], by=SOMEBODY)
    hanna, _ = operator(keys)
    reviewer = keys.caller(keys.issue(principal=HEAD, scopes=["review"], person="Rosa", by=hanna)[0])
    others = (SOMEBODY, Caller(Actor(HEAD, person="Hanna H")), keys.caller(token), reviewer)

    codes = ["operator-needed", "operator-needed", "person-needed", "forbidden"]
    assert codes == [refused(keys.issue, principal=HEAD, person="Eve", by=by) for by in others]
    assert codes == [refused(keys.revoke, early.id, by) for by in others]
    assert keys.revoke(early.id, hanna).revoked_ms


def test_the_record_says_who_made_a_key_and_how(keys):
    """By bootstrap or by whose key, in which role, for which role; people only as references."""
    hanna, _ = operator(keys)
    _, key = keys.issue(principal=WRITER, by=hanna)
    keys.revoke(key.id, hanna)
    refs, events = keys._log.refs, [record for _, record in keys._log.records()]
    made = {"how": "bootstrap", "kind": "agent", "role": "", "ref": refs.actor(SOMEBODY.actor)}
    by_hanna = {"how": "key", "kind": "person", "role": "head-of-content", "ref": refs.actor(hanna.actor)}

    assert [made, by_hanna, by_hanna] == [record.body["made_by"] for record in events]
    assert ["head-of-content", "", ""] == [record.text("role") for record in events]
    assert "anna" not in str(events)


def test_the_last_operator_stays(keys):
    """Otherwise whoever has the machine would be its founder again."""
    hanna, first = operator(keys)

    assert "last-operator" == refused(keys.revoke, first.id, hanna)
    other, _ = operator(keys, "Ben", hanna)
    assert keys.revoke(first.id, other).revoked_ms


@pytest.mark.parametrize("name", ["hanna h", " HANNA \u00a0 H ", "\uff28anna H"])
def test_one_name_is_one_person_however_it_is_written(keys, name):
    """Case, blanks and compatibility forms tell nobody apart."""
    hanna, _ = operator(keys)
    again, _ = operator(keys, name, hanna)

    assert hanna.actor.who == again.actor.who
    assert 1 == len({record.text("person_ref") for _, record in keys._log.records()})
    assert folded_name("STRASSE \ufb01") == folded_name(" stra\u00dfe  fi")


def test_a_name_is_what_people_see(keys):
    """A blank of no width would make two people of one."""
    assert "bad-name" == refused(keys.issue, principal=HEAD, person="Hanna\u200b H")
