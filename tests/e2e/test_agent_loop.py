"""An agent without judgement, that does what answers say, gets most drafts through; one that does not is stopped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from guardrails.model.draft import Draft
from tests.e2e import agent, nimbrel
from tests.e2e.loop import expected_to_revise, run_loop
from tests.gates import Clock, gate_in


def passed_within_two_rounds(folder: Path, *, is_briefed: bool) -> tuple[float, int]:
    """The share of drafts that pass after at most two revisions, and the findings of all first checks."""
    outcomes = [run_loop(folder, name, is_briefed=is_briefed) for name in expected_to_revise()]
    return sum("pass" in one.verdicts[:3] for one in outcomes) / len(outcomes), sum(one.findings for one in outcomes)


def test_literal_obedience_is_enough_for_most(tmp_path: Path) -> None:
    """Two in three pass within two rounds; whoever has read the brief begins with fewer findings and fares no worse."""
    share, findings = passed_within_two_rounds(tmp_path / "unread", is_briefed=False)
    briefed_share, briefed_findings = passed_within_two_rounds(tmp_path / "read", is_briefed=True)

    assert share >= 0.65
    assert briefed_share >= share
    assert briefed_findings < findings


def checked(folder: Path, drafts: list[Draft]) -> list[tuple[str, list[str]]]:
    """Verdict and codes of each version of one piece of work."""
    folder.mkdir(exist_ok=True)
    clock = Clock()
    gate = gate_in(folder, clock=clock)
    given = []
    for draft in drafts:
        clock.ms += 60_000
        assessment = gate.check(draft, principal=nimbrel.AGENT, caller=(("thread", "one"),)).assessment
        given.append((assessment.verdict, [reason.code for reason in assessment.reasons]))
    gate.close()
    return given


def test_an_agent_that_mends_nothing_is_stopped(tmp_path: Path) -> None:
    """The second submission of the same text asks a person."""
    draft = nimbrel.draft(nimbrel.REVISING)

    assert ["revise", "escalate"] == [verdict for verdict, _ in checked(tmp_path, [draft, draft])]
    assert "no-progress" in checked(tmp_path / "again", [draft, draft])[1][1]


def test_an_agent_that_mends_one_thing_at_a_time_runs_out_of_rounds(tmp_path: Path) -> None:
    """Its mandate allows three rounds for one piece of work."""
    draft = nimbrel.draft("brief/b03-linkedin-future-of-work.md")
    words = ["game-changer", "cutting-edge", "world-class"]
    versions = [draft]
    for word in words:
        last = versions[-1]
        versions.append(
            replace(last, fields=(replace(last.fields[0], text=last.fields[0].text.replace(word, "thing")),))
        )
    given = checked(tmp_path, versions)

    assert ["revise", "revise", "revise", "escalate"] == [verdict for verdict, _ in given]
    assert "loop-limit" in given[-1][1]


def test_the_agent_reads_only_what_is_published() -> None:
    """A control: without findings and fixes it changes nothing."""
    draft = nimbrel.draft(nimbrel.PASSING)

    assert draft == agent.revised(draft, {"fixed": None, "findings": []})
