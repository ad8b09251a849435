"""What a replay says when something is not as it was."""

import json
from dataclasses import dataclass, replace

import pytest

from guardrails.backends.documents import READERS
from guardrails.backends.rego.embedded import embedded_engine
from guardrails.errors import DraftError, EngineError
from guardrails.model.canonical import canonical
from guardrails.pipeline import evaluator
from guardrails.replay.checks import Replays
from guardrails.rules.kinds import kind
from tests.audit.samples import erase_text
from tests.e2e import nimbrel
from tests.gates import DAY_MS, Clock, gate_in, outdated, under


@dataclass(frozen=True)
class Other:
    """An engine of another version, which may decide otherwise or not at all."""

    change: tuple = ()
    fails: bool = False
    identity: tuple = (("regopy", "99.0"),)

    def decide(self, bundle, input_bytes):
        """Decide as the embedded engine does, then change the decision."""
        if self.fails:
            raise EngineError("engine-undefined", "no answer")
        return canonical(json.loads(embedded_engine().decide(bundle, input_bytes)) | dict(self.change))


@pytest.fixture
def replays(tmp_path):
    """Three checks, one per verdict, on consecutive days."""
    clock = Clock()
    gate = gate_in(tmp_path, clock=clock)
    for name in (nimbrel.PASSING, nimbrel.REVISING, nimbrel.ESCALATING):
        gate.check(nimbrel.draft(name), principal=nimbrel.AGENT)
        clock.ms += DAY_MS
    yield Replays(gate.log, embedded_engine(), nimbrel.evaluate())
    gate.close()


def statuses(replays, *, full=False):
    """The statuses of all replays, in order."""
    return [one.status for one in replays.all(full=full)]


@pytest.mark.parametrize("full", [False, True])
def test_the_same_engine_gives_the_same_bytes(replays, full):
    """Nothing has changed, so nothing differs."""
    assert ["identical"] * 3 == statuses(replays, full=full)


def test_a_period_is_half_open(replays):
    """Checks from its beginning on, not those at its end."""
    start = nimbrel.AS_OF_MS

    assert 1 == len(list(replays.all(from_ms=start + DAY_MS, until_ms=start + 2 * DAY_MS, full=False)))


def test_an_engine_that_decides_otherwise_is_found_out(replays):
    """A decision that comes out differently is named, and it is a failure."""
    first, *_ = replace(replays, engine=Other((("accountable", "role:nobody"),))).all(full=False)

    assert first.failed
    assert [("accountable", '"role:head-of-content"', '"role:nobody"')] == list(first.differences)


def test_an_engine_that_gives_no_answer_is_a_failure(replays):
    """A stored decision that cannot be made any more differs."""
    assert ["differs"] * 3 == statuses(replace(replays, engine=Other(fails=True)))


def test_another_engine_explains_a_full_replay(replays):
    """The same judgement under another engine: explained, and the part that changed is named."""
    first, *_ = replace(replays, evaluate=evaluator(READERS, Other())).all(full=True)

    assert "explained" == first.status
    assert ["regopy"] == [one.what for one in first.engine]
    assert first.differences == ()


def test_what_another_engine_judges_otherwise_is_listed(replays):
    """The difference is told finding by finding."""
    policy = nimbrel.policy()

    def fewer(draft, policy, state, as_of_ms):
        rules = tuple(rule for rule in policy.rules if rule.id != "eu-claims.open-ended-offer-en")
        return evaluator(READERS, Other())(draft, replace(policy, rules=rules), state, as_of_ms)

    _, held, _ = replace(replays, evaluate=fewer).all(full=True)

    assert any(rule.id == "eu-claims.open-ended-offer-en" for rule in policy.rules)
    assert "explained" == held.status
    assert ("there", "not there") in [
        (one.stored, one.replayed) for one in held.differences if "eu-claims.open-ended-offer-en" in one.what
    ]


def test_a_difference_that_nothing_explains_is_a_failure(replays):
    """The same engine must give the same; if not, this says so."""

    def later(draft, policy, state, as_of_ms):
        return nimbrel.evaluate()(draft, policy, state, as_of_ms + 1)

    assert ["differs"] * 3 == statuses(replace(replays, evaluate=later), full=True)


@pytest.mark.parametrize(("full", "status"), [(False, "identical"), (True, "erased")])
def test_what_was_erased_is_no_failure(replays, full, status):
    """The text is gone, on the record; what was decided is made again without it."""
    check = next(record.id for _, record in replays.log.records() if record.type == "check")
    erase_text(replays.log, check)
    first, *_ = replays.all(full=full)

    assert (status, False) == (first.status, first.failed)


@pytest.mark.parametrize("full", [False, True])
def test_what_is_lost_is_a_failure(replays, full):
    """A part that is gone without an erasure is lost."""
    index = next(at for at, record in replays.log.records() if record.type == "check")
    replays.log._store.drop_payload(index, ["engine_input", "field:0"])

    assert ["lost", "identical", "identical"] == statuses(replays, full=full)


def test_a_check_that_nobody_decided_is_said_to_be(tmp_path):
    """A fault before the engine was asked has no decision to replay."""
    gate = gate_in(tmp_path, evaluate=evaluator(READERS, Other(fails=True)))
    gate.check(nimbrel.draft(nimbrel.PASSING), principal=nimbrel.AGENT)
    replays = Replays(gate.log, embedded_engine(), nimbrel.evaluate())

    assert ["undecided"] == statuses(replays)
    gate.close()


@pytest.fixture
def older_kinds(tmp_path):
    """One check by a policy whose rules were compiled when the kind “terms” was of revision 1, and one whose kind is gone."""
    policy, changes = nimbrel.policy(), {"terms": {"revision": 1}, "limits": {"kind": "gone"}}
    rules = tuple(replace(rule, **changes.get(rule.kind, {})) for rule in policy.rules)
    gate = under(gate_in(tmp_path), replace(policy, digest="sha256:older", rules=rules))
    gate.check(nimbrel.draft(nimbrel.REVISING), principal=nimbrel.AGENT)
    yield Replays(gate.log, embedded_engine(), nimbrel.evaluate())
    gate.close()


def test_a_kind_of_another_revision_explains_a_full_replay(older_kinds):
    """The stored policy names the revision that compiled it; what is named beside it is that of the code that runs."""

    def otherwise(draft, policy, state, as_of_ms):
        return nimbrel.evaluate()(draft, policy, state, as_of_ms + 1)

    (same,) = older_kinds.all(full=True)
    (found,) = replace(older_kinds, evaluate=otherwise).all(full=True)
    engine = {one.what: (one.stored, one.replayed) for one in found.engine}

    assert "identical" == same.status
    assert "explained" == found.status
    assert {"kind.terms": ("1", str(kind("terms").revision)), "kind.gone": ("1", "none")} == engine


@pytest.fixture
def earlier(tmp_path, monkeypatch):
    """One check whose policy was kept by an earlier version, in a shape that nobody reads any more."""
    monkeypatch.setattr("guardrails.audit.policies.__version__", "0.0.9")
    gate = outdated(gate_in(tmp_path))
    gate.check(nimbrel.draft(nimbrel.REVISING), principal=nimbrel.AGENT)
    yield Replays(gate.log, embedded_engine(), nimbrel.evaluate())
    gate.close()


def test_a_policy_of_an_earlier_version_says_which_and_what_to_install(earlier):
    """From the text it takes the version that compiled it, with what decided then; the decision holds all the same."""
    (found,) = earlier.all(full=True)
    regopy = dict(embedded_engine().identity)["regopy"]

    assert ("unreadable", False) == (found.status, found.failed)
    assert "was compiled by guardrails 0.0.9" in found.detail
    assert "guardrails-gate==0.0.9" in found.detail
    assert f"regopy {regopy}" in found.detail
    assert found.detail.endswith("the decision made again here: identical")
    assert ["identical"] == statuses(earlier)


def test_an_earlier_version_excuses_no_other_decision(earlier):
    """Where the decision does not come out the same either, that is a failure."""
    (found,) = replace(earlier, engine=Other((("accountable", "role:nobody"),))).all(full=True)

    assert found.failed
    assert ["accountable"] == [one.what for one in found.differences]


def test_an_unknown_check_is_refused(replays):
    """Nothing is replayed if one of the ids is no check's."""
    with pytest.raises(DraftError, match="chk_none"):
        list(replays.of(("chk_none",), full=False))
