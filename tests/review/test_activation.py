"""Policies are put in force by two people, kept by the ledger, and taken from there."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from guardrails import wiring
from guardrails.audit.log import AuditLog
from guardrails.audit.policies import activation, keep_policy
from guardrails.errors import DraftError, GuardrailsError, LedgerError, PolicyError
from guardrails.model.context import Actor, Principal
from guardrails.policy.load import load_policy
from guardrails.review.activation import Activations, Ask
from guardrails.review.in_force import Commit, activations, in_force, in_force_words, stored_policy
from guardrails.settings import Settings
from guardrails.text.draft_json import draft_from_json
from guardrails.wiring import desks
from tests.e2e import lamps

HEAD = Actor(Principal("person", "head-of-content"), "key-head", "Hanna")
AGENT = Actor(Principal("agent", "writer"), "key-agent")
ASK = Ask(HEAD, "brand-lead", "No magic in copy.")
MODULE = """\
package workspace.lamps

reasons := [reason |
	some group in input.groups
	group.rule == "lumo.hype"
	reason := {"code": "lamp", "outcome": "escalate", "groups": [group.id]}
]
"""
CASES = "- {name: silent, input: {}, expected: []}\n"


@dataclass(frozen=True)
class Office:
    """A workspace of lamps with its ledger."""

    root: Path
    settings: Settings
    log: AuditLog
    desk: Activations

    def write(self, term: str) -> str:
        """Have the files forbid *term*; the digest of what they say comes back."""
        lamps.write(self.root, term)
        return load_policy(self.root).digest

    def activate(self, term: str) -> str:
        """Put in force what forbids *term*."""
        digest = self.write(term)
        assert digest == self.desk.activate(ASK).activation.digest
        return digest

    def check(self) -> dict[str, str]:
        """Check a lamp through a gate opened for it: the policy's digest and the verdict, and what the gate told."""
        told: list[str] = []
        gate = wiring.open_gate(self.settings, told=told.append)
        try:
            draft = draft_from_json(json.dumps(lamps.draft(self.log.head().size)), "body")
            assessment = gate.check(draft, principal=self.settings.principal).assessment
        finally:
            gate.close()
        return {"policy": assessment.policy_digest, "verdict": assessment.verdict, "told": "\n".join(told)}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A new ledger; the files forbid the first term."""
    root = lamps.write(tmp_path / "lumo")
    settings = wiring.settings(root, {"GUARDRAILS_CACHE": str(tmp_path / "cache")})
    log = wiring.open_log(settings)
    yield Office(root, settings, log, desks.activations(settings, log))
    log.close()


def test_an_activation_is_a_record(office: Office) -> None:
    """It names what and who; diff, tests and note are encrypted beside it."""
    digest = office.write(lamps.FIRST)
    done = office.desk.activate(ASK)
    index, record = office.log.find(done.activation.record) or (-1, None)

    assert record is not None
    assert ("policy_activated", "activated", digest, "") == (
        record.type,
        record.text("event"),
        record.text("policy_digest"),
        record.text("previous_digest"),
    )
    assert ("head-of-content", "brand-lead") == (record.text("role"), record.text("proposed_by"))
    assert office.log.refs.actor(HEAD) == record.text("actor_ref")
    assert {"revision": "", "dirty": False} == record.member("commit")
    diff = json.loads(office.log.decrypt(index, "diff"))
    tests = json.loads(office.log.decrypt(index, "tests"))
    assert ["lumo.hype@1", "lumo.jobs@1", "lumo.studies@1"] == diff["added"]
    assert (3, 6, [], 0) == (tests["rules"], tests["examples"], tests["untested"], tests["failed"])
    assert b"No magic in copy." == office.log.decrypt(index, "note")
    assert office.log.verify().ok


def test_until_people_activate_the_files_count(office: Office) -> None:
    """What was checked is kept by first use, which puts nothing in force."""
    before = office.check()
    office.write(lamps.SECOND)
    after = office.check()

    assert ("pass", "revise", "", "") == (before["verdict"], after["verdict"], before["told"], after["told"])
    assert "" == in_force(office.log)
    assert ["first-use", "first-use"] == [
        record.text("event") for _, record in office.log.records() if record.type == "policy_activated"
    ]


def test_from_the_first_activation_on_the_files_do_not(office: Office) -> None:
    """The gate uses what is in force and says in one line that the workspace differs."""
    digest = office.activate(lamps.FIRST)
    same = office.check()
    office.write(lamps.SECOND)
    differs = office.check()
    (office.root / "guardrails.yaml").write_text("name: [")
    broken = office.check()

    assert {"policy": digest, "verdict": "pass", "told": ""} == same
    assert (digest, "pass") == (differs["policy"], differs["verdict"])
    assert "the workspace differs from the policy in force; guardrails policy activate" == differs["told"]
    assert (digest, "pass") == (broken["policy"], broken["verdict"])
    assert "the workspace does not load" in broken["told"]


def test_the_difference_is_against_what_was_used(office: Office) -> None:
    """Before the first activation that is the policy of the newest check."""
    used = office.check()["policy"]
    office.write(lamps.SECOND)
    done = office.desk.activate(ASK)

    assert used == done.activation.previous
    assert [("lumo.hype", 1, 2)] == [
        (one.after.id, one.before.version, one.after.version) for one in done.difference.changed
    ]


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (Ask(AGENT, "brand-lead"), "person-needed"),
        (Ask(Actor(Principal()), "brand-lead"), "person-needed"),
        (Ask(Actor(Principal("person", "intern")), "brand-lead"), "unknown-role"),
        (Ask(HEAD), "proposer-missing"),
        (Ask(HEAD, "intern"), "unknown-role"),
        (Ask(HEAD, "head-of-content"), "same-person"),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_it_takes_two_people_of_the_workspace(office: Office, ask: Ask, code: str, is_first: bool) -> None:
    """An agent, a stranger, a single person: nothing is recorded and what was in force still is."""
    before = "" if is_first else office.activate(lamps.FIRST)
    office.write(lamps.SECOND)
    size = office.log.head().size

    with pytest.raises(DraftError) as caught:
        office.desk.activate(ask)

    assert code == caught.value.code
    assert (before, size) == (in_force(office.log), office.log.head().size)


def test_a_role_that_the_files_invent_approves_nothing(office: Office) -> None:
    """Who may decide is said by what is in force, not by what is proposed."""
    office.activate(lamps.FIRST)
    file = office.root / "guardrails.yaml"
    file.write_text(file.read_text().replace("people: [", "people: [intern, "))

    with pytest.raises(DraftError) as caught:
        office.desk.activate(Ask(Actor(Principal("person", "intern")), "brand-lead"))

    assert "unknown-role" == caught.value.code


def broken_yaml(root: Path) -> str:
    """A file that does not load."""
    (root / "guardrails.yaml").write_text("name: [")
    return "yaml-syntax"


def broken_example(root: Path) -> str:
    """An example that does not come out as marked."""
    file = root / "policies" / "lumo" / "hype.yaml"
    file.write_text(file.read_text().replace("It is a lamp.", "It is a magical lamp."))
    return "example-failed"


def no_examples(root: Path) -> str:
    """A pack without rules, so nothing that was tested."""
    for name in ("hype", "studies", "jobs"):
        (root / "policies" / "lumo" / f"{name}.yaml").unlink()
    return "no-examples"


def unsound_rego(root: Path) -> str:
    """A module without a case that fires."""
    folder = root / "rego" / "workspace" / "lamps"
    folder.mkdir(parents=True)
    (folder / "lamps.rego").write_text(MODULE)
    (folder / "lamps_cases.yaml").write_text(CASES)
    return "no-firing-case"


def failing_case(root: Path) -> str:
    """A module that answers something else than its cases expect."""
    unsound_rego(root)
    fires = "- {name: fires, input: {}, expected: [{code: lamp, outcome: escalate, groups: [g1]}]}\n"
    (root / "rego" / "workspace" / "lamps" / "lamps_cases.yaml").write_text(CASES + fires)
    return "case-failed"


@pytest.mark.parametrize("spoil", [broken_yaml, broken_example, no_examples, unsound_rego, failing_case])
def test_a_broken_set_leaves_the_old_one_in_force(office: Office, spoil) -> None:
    """It is refused with what is wrong; no record is made."""
    digest = office.activate(lamps.FIRST)
    size = office.log.head().size
    code = spoil(office.root)

    with pytest.raises(PolicyError) as caught:
        office.desk.activate(ASK)

    assert code in {caught.value.code, *(one.code for one in caught.value.problems)}
    assert (digest, size) == (in_force(office.log), office.log.head().size)
    assert digest in in_force_words(office.log)


def test_what_is_in_force_is_not_activated_again(office: Office) -> None:
    """A second time changes nothing."""
    office.activate(lamps.FIRST)

    with pytest.raises(DraftError) as caught:
        office.desk.activate(ASK)

    assert "already-in-force" == caught.value.code


def test_a_rollback_needs_no_files(office: Office) -> None:
    """The policy before is taken from the ledger, rule by rule the same; one person does it."""
    first = office.activate(lamps.FIRST)
    policy = load_policy(office.root)
    second = office.activate(lamps.SECOND)
    shutil.rmtree(office.root / "policies")
    (office.root / "guardrails.yaml").unlink()
    done = office.desk.roll_back(Ask(HEAD))

    assert (first, policy) == (in_force(office.log), done.policy)
    assert ("rolled-back", first, second, "head-of-content", "") == (
        done.activation.event,
        done.activation.digest,
        done.activation.previous,
        done.activation.role,
        done.activation.proposed_by,
    )
    assert second == office.desk.roll_back(Ask(HEAD)).activation.digest
    assert office.log.verify().ok


def test_a_rollback_may_name_its_policy(office: Office) -> None:
    """By its digest or how that begins; also one that was only used. Further back than one step it takes two."""
    used = office.check()["policy"]
    second = office.activate(lamps.SECOND)
    third = office.activate("wonderful")

    assert second == office.desk.roll_back(Ask(HEAD), second.removeprefix("sha256:")[:8]).activation.digest
    assert used == office.desk.roll_back(ASK, used).activation.digest
    assert third == office.desk.roll_back(ASK, third[:20]).activation.digest
    assert ["activated", "activated", "rolled-back", "rolled-back", "rolled-back"] == [
        one.event for one in activations(office.log)
    ]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("", "nothing-before"),
        ("sha256:0000000000", "policy-unknown"),
        ("0", "policy-unknown"),
        ("now", "already-in-force"),
    ],
)
def test_a_rollback_to_nowhere_is_refused(office: Office, wanted: str, code: str) -> None:
    """Nothing before, a digest nobody knows, one too short to name a policy, the one in force."""
    digest = office.activate(lamps.FIRST)

    with pytest.raises(DraftError) as caught:
        office.desk.roll_back(Ask(HEAD), digest if wanted == "now" else wanted)

    assert code == caught.value.code
    assert digest == in_force(office.log)


@pytest.mark.parametrize("actor", [AGENT, Actor(Principal()), Actor(Principal("person", "intern"))])
def test_only_people_of_the_workspace_roll_back(office: Office, actor: Actor) -> None:
    """As with every decision."""
    office.activate(lamps.FIRST)
    second = office.activate(lamps.SECOND)

    with pytest.raises(DraftError):
        office.desk.roll_back(Ask(actor))

    assert second == in_force(office.log)


def test_a_digest_that_begins_several_is_refused(office: Office) -> None:
    """Whoever means one policy gets no other."""
    office.activate(lamps.FIRST)
    for end in ("1", "2"):
        office.log.append("policy_activated", {"event": "activated", "policy_digest": f"sha256:abcdef00{end}"})

    with pytest.raises(DraftError) as caught:
        office.desk.roll_back(Ask(HEAD), "abcdef00")

    assert "digest-ambiguous" == caught.value.code


def of_another_version(office: Office, digest: str) -> None:
    """Put a policy in force whose bytes this version does not read."""
    kept = keep_policy(office.log, b'{"format":"guardrails.compiled-policy/v0"}', b"{}")
    office.log.append("policy_activated", {"event": "activated", "policy_digest": digest, **kept})


def test_a_policy_of_another_version_is_no_verdict(office: Office) -> None:
    """The gate does not fall back to files that nobody activated, and says what helps."""
    of_another_version(office, "sha256:" + "0" * 64)

    with pytest.raises(PolicyError) as caught:
        office.check()

    assert "policy-outdated" == caught.value.code
    assert "policy activate" in caught.value.help


def test_activating_again_helps_a_policy_of_another_version(office: Office) -> None:
    """Under its own digest too: the newest bytes of a digest count."""
    digest = office.write(lamps.FIRST)
    of_another_version(office, digest)
    done = office.desk.activate(ASK)

    assert not done.is_comparable
    assert load_policy(office.root) == stored_policy(office.log, digest)
    assert "pass" == office.check()["verdict"]


@pytest.fixture
def upgrade(monkeypatch: pytest.MonkeyPatch):
    """Become another version of guardrails."""

    def become() -> None:
        monkeypatch.setattr("guardrails.review.in_force.__version__", "9.9.9")
        monkeypatch.setattr("guardrails.audit.policies.__version__", "9.9.9")

    return become


def test_an_upgrade_needs_nothing_where_the_files_are_what_is_in_force(office: Office, upgrade) -> None:
    """The first check keeps a copy of the new version's own, and the files may go on."""
    digest = office.activate(lamps.FIRST)
    upgrade()
    same = office.check()
    office.write(lamps.SECOND)
    differs = office.check()

    assert [(digest, "pass"), (digest, "pass")] == [(one["policy"], one["verdict"]) for one in (same, differs)]
    assert ["activated", "first-use"] == [
        record.text("event") for _, record in office.log.records() if record.type == "policy_activated"
    ]


def test_an_upgrade_while_the_files_differ_asks_for_an_activation(office: Office, upgrade) -> None:
    """No version runs what another compiled; what differs can be told all the same."""
    office.activate(lamps.FIRST)
    office.write(lamps.SECOND)
    upgrade()
    with pytest.raises(PolicyError) as caught:
        office.check()
    done = office.desk.activate(ASK)

    assert "policy-outdated" == caught.value.code
    assert (True, ["lumo.hype"]) == (done.is_comparable, [one.after.id for one in done.difference.changed])
    assert "revise" == office.check()["verdict"]


def test_a_copy_of_ones_own_is_not_made_twice(office: Office, upgrade) -> None:
    """Two versions over one ledger keep one copy each."""
    digest = office.check()["policy"]
    upgrade()
    for _ in range(3):
        office.check()
    records = [record for _, record in office.log.records() if record.type == "policy_activated"]

    assert 2 == len(records)
    assert "9.9.9" == (activation(office.log, digest) or records[0]).text("compiled_by")


def test_a_policy_that_was_tampered_with_does_not_run(office: Office) -> None:
    """The bytes are what the record names, or the ledger is damaged."""
    digest = office.activate(lamps.FIRST)
    with closing(sqlite3.connect(office.settings.ledger)) as database:
        database.execute("DROP TRIGGER bundle_fixed")
        database.execute("UPDATE bundle SET bytes = CAST(replace(CAST(bytes AS TEXT), 'magical', 'magicel') AS BLOB)")
        database.commit()

    with pytest.raises(LedgerError) as caught:
        stored_policy(office.log, digest)

    assert "ledger-damaged" == caught.value.code


def test_the_index_of_activations_is_a_projection(office: Office) -> None:
    """Made again from the records it names the same policy."""
    office.activate(lamps.FIRST)
    second = office.activate(lamps.SECOND)
    office.log._store.replace_links([])
    lost = in_force(office.log)
    office.log.rebuild_index()

    assert ("", second) == (lost, in_force(office.log))


def test_the_commit_is_asked_for_the_files_of_the_policy(office: Office) -> None:
    """The checkout's state is on record."""
    asked: list[list[str]] = []

    def commit_of(files) -> Commit:
        asked.append(sorted(one.name for one in files))
        return Commit("c" * 40, dirty=True)

    desk = Activations(office.log, office.desk.inspect, office.desk.engine, commit_of)
    done = desk.activate(ASK)

    assert [["facts", "guardrails.yaml", "policies", "rego"]] == asked
    assert Commit("c" * 40, dirty=True) == done.activation.commit == activations(office.log)[-1].commit


def test_a_gate_before_the_first_record_needs_files_that_load(office: Office) -> None:
    """With nothing in force a mistake in the files is a mistake."""
    broken_yaml(office.root)

    with pytest.raises(GuardrailsError):
        office.check()
