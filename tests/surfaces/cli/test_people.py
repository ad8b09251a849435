"""People answer from the command line: here and, with the same words, over a server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from guardrails import wiring
from guardrails.policy import scaffold
from guardrails.render import review_schemas
from tests.surfaces.cli.conftest import Cli

Golden = Callable[[str, str], None]
JUDGED = ("--relevance", "yes", "--positioning", "yes", "--stop-needed", "--reason", "Read it.")
NOON_MS = 1_795_435_200_000  # 2026-11-23 12:00 UTC


@pytest.fixture(autouse=True)
def clock(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Stop the clock at noon; call it to move the clock by so many hours."""
    moment = [NOON_MS]
    monkeypatch.setattr(wiring, "now_ms", lambda: moment[0])

    def later(hours: int) -> None:
        moment[0] += hours * 3_600_000

    return later


@pytest.fixture
def asked(cli: Cli) -> str:
    """A draft that the agent had checked and that needs a person; the id of its review."""
    assert 3 == cli("check", "drafts/jobs.md").code
    return str(listed(cli)[0]["texts"][0]["id"])


def person(workspace: Path, role: str = "head-of-content") -> None:
    """Let a person sit at the machine."""
    (workspace / "guardrails.local.yaml").write_text(f"principal: {{person: {role}}}\n")


def agent(workspace: Path) -> None:
    """Let the agent have the machine again."""
    (workspace / "guardrails.local.yaml").write_text("principal: {agent: writer}\n")


def listed(cli: Cli, *args: str) -> Any:
    """The questions in the list, as a person sees them."""
    local = Path("guardrails.local.yaml")
    before = local.read_text()
    person(Path())
    found = json.loads(cli("review", "list", "--format", "json", *args).out)
    local.write_text(before)
    return found["questions"]


def seen(cli: Cli, review: str) -> str:
    """The code that `review show` prints."""
    (code,) = re.findall(r"--seen (\w+)", cli("review", "show", review).out)
    return str(code)


def without_ids(text: str) -> str:
    """The output with what is different every time replaced."""
    text = re.sub(r"\b(rev|chk|rul|wvr|stp|dsp)_[0-9a-z]{26}", lambda found: f"@@{found[1].upper()}@@", text)
    text = re.sub(r"\b[0-9a-f]{64}\b", "@@DIGEST@@", text)
    return re.sub(r"--seen [0-9a-f]{12}", "--seen @@SEEN@@", text)


def test_the_list_prints_as_agreed(cli: Cli, workspace: Path, golden: Golden, clock: Callable[[int], None]) -> None:
    """One entry per question: a shared passage once, what is overdue first and named so."""
    cli("check", "drafts/jobs.md")
    clock(25)
    (workspace / "drafts" / "more.md").write_text("---\nchannel: press\n---\n\n# News\n\nThe lamps stay.\n")
    for channel in ("blog", "newsletter"):
        text = f"---\nchannel: {channel}\n---\n\nOn {channel}.\n\nFewer layoffs than others.\n"
        (workspace / "drafts" / f"{channel}.md").write_text(text)
        cli("check", f"drafts/{channel}.md")
    cli("check", "drafts/more.md")
    person(workspace)

    golden("cli/review_list.txt", without_ids(cli("review", "list").out))


def test_a_review_prints_as_agreed(cli: Cli, workspace: Path, asked: str, golden: Golden) -> None:
    """The text with its marks, what the policy says, and the command to answer."""
    person(workspace)

    golden("cli/review_show.txt", without_ids(cli("review", "show", asked).out))


def test_from_escalation_to_pass(cli: Cli, workspace: Path, asked: str) -> None:
    """The command that `show` prints is the one that answers; then the same text passes."""
    person(workspace)
    done = cli("review", "decide", asked, "--seen", seen(cli, asked), "--approve", *JUDGED)
    agent(workspace)
    again = cli("check", "drafts/jobs.md")

    assert (0, True) == (done.code, "approved by role head-of-content, until 2026-12-07 12:00 UTC" in done.out)
    assert (0, True) == (again.code, "accountable: role:head-of-content" in again.out)
    assert "decided" in cli("review", "show", asked).out


def test_decisions_print_as_agreed(cli: Cli, workspace: Path, asked: str, golden: Golden) -> None:
    """What each of them says afterwards, to the reviewer and to the author."""
    person(workspace)
    until = ("--until", "2026-12-31")
    reason = ("--reason", "A street name.")
    calls = (
        ("review", "decide", asked, "--seen", seen(cli, asked), "--waive", "f1", *until, *reason),
        ("waive", "list"),
        ("review", "decide", asked, "--seen", seen(cli, asked), "--wrong", "f1", *reason),
        (
            "review", "decide", asked, "--seen", seen(cli, asked), "--send-back", "--instruction", "Say it kindly.",
            *JUDGED,
        ),
        ("review", "list", "--all"),
    )  # fmt: skip
    printed = [cli(*call).out for call in calls]
    agent(workspace)
    printed += [cli("review", "show", asked).out, cli("check", "drafts/jobs.md").out]

    golden("cli/review_decide.txt", without_ids("\n".join(printed)))


def test_what_json_says_is_as_described(cli: Cli, workspace: Path, asked: str) -> None:
    """``--format json`` everywhere, in the published forms."""
    person(workspace)

    def form(name: str, *args: str) -> None:
        body = json.loads(cli(*args, "--format", "json").out)
        assert jsonschema_rs.is_valid(getattr(review_schemas, name), body), (name, body)

    form("REVIEWS", "review", "list")
    form("REVIEW", "review", "show", asked)
    code = seen(cli, asked)
    form("REVIEW_DECISION", "review", "decide", asked, "--seen", code, "--reject", *JUDGED)
    form("RECORDED", "waive", "request", "lumo.jobs", "--reason", "A name.", "--until", "2026-12-31")
    form("WAIVERS", "waive", "list")
    form("RECORDED", "stop", "--all", "--reason", "Wait.")
    form("STOPS", "stop", "--list")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--seen", "000000000000", "--approve", *JUDGED), "review-moved"),
        (("--approve", "--reject", *JUDGED), "exactly one"),
        (("--approve", "--reason", "Fine."), "--relevance, --positioning, --stop-needed"),
        (("--approve", "--instruction", "Mend it.", *JUDGED), "--instruction goes with --send-back"),
        (("--send-back", *JUDGED), "missing-instructions"),
        (("--waive", "f1", "--reason", "A name."), "--until"),
        (("--wrong", "f9", "--reason", "A name."), "finding-unknown"),
        (("--approve", "--edited", "nope.md", *JUDGED), "file-not-found"),
        (("--approve", "--until", "2030-01-01", *JUDGED), "bad-end"),
    ],
)
def test_a_wrong_answer_is_a_wrong_call(
    cli: Cli, workspace: Path, asked: str, args: tuple[str, ...], words: str
) -> None:
    """Exit 2, in words that say what to do; the review stays open."""
    person(workspace)
    named = () if "--seen" in args else ("--seen", seen(cli, asked))
    refused = cli("review", "decide", asked, *named, *args)

    assert (2, True) == (refused.code, words in refused.err), refused.err
    assert 1 == len(listed(cli))


def test_who_answers_has_looked(cli: Cli, workspace: Path, asked: str) -> None:
    """Without the code that `show` prints nothing is decided."""
    person(workspace)
    refused = cli("review", "decide", asked, "--approve", *JUDGED)

    assert (2, True) == (refused.code, f"guardrails review show {asked} ends with the whole command" in refused.err)


def test_agents_and_nobody_do_not_answer(cli: Cli, workspace: Path, asked: str) -> None:
    """Neither lists nor decides; an agent reads what became of its own."""
    person(workspace)
    code = seen(cli, asked)
    for local in ("principal: {agent: writer}\n", "{}\n"):
        (workspace / "guardrails.local.yaml").write_text(local)
        assert "person-needed" in cli("review", "list").err
        assert 2 == cli("review", "decide", asked, "--seen", code, "--approve", *JUDGED).code
    agent(workspace)
    assert "waits for a person until" in cli("review", "show", asked).out


def test_edits_come_from_a_file(cli: Cli, workspace: Path, asked: str) -> None:
    """Whatever its ending says; the edited text passes, and the author is shown it."""
    person(workspace)
    text = (workspace / "drafts" / "jobs.md").read_text().replace("layoffs", "changes")
    (workspace / "mine.txt").write_text(text)
    cli("review", "decide", asked, "--seen", seen(cli, asked), "--approve", "--edited", "mine.txt", *JUDGED)
    agent(workspace)
    (workspace / "drafts" / "jobs.md").write_text(text)

    assert "There will be changes." in cli("review", "show", asked).out
    assert 0 == cli("check", "drafts/jobs.md").code


def test_the_second_of_two_sees_what_the_first_changed(cli: Cli, workspace: Path, golden: Golden) -> None:
    """As a diff, with the words to approve the same edit; the first cannot do so twice."""
    with (workspace / "guardrails.yaml").open("a") as file:
        file.write("  queues: {desk: {roles: [head-of-content], quorum: 2}}\n")
    cli("check", "drafts/jobs.md")
    review = listed(cli)[0]["texts"][0]["id"]
    person(workspace)
    text = (workspace / "drafts" / "jobs.md").read_text().replace("There will be", "There might be")
    (workspace / "mine.md").write_text(text)
    answer = ("review", "decide", review, "--seen", seen(cli, review), "--approve", *JUDGED)
    first = cli(*answer, "--edited", "mine.md").out
    shown = cli("review", "show", review).out
    (given,) = set(re.findall(r"--edited (rul_\w+)", shown))

    golden("cli/review_quorum.txt", without_ids(first + shown))
    assert "already-answered" in cli(*answer, "--edited", given).err


def test_one_answer_for_all_texts_of_a_question(cli: Cli, workspace: Path) -> None:
    """``--group`` makes one record for each."""
    for name in ("a", "b", "c"):
        (workspace / "drafts" / f"{name}.md").write_text(
            f"---\nchannel: blog\n---\n\nFor {name}.\n\nThere will be layoffs.\n"
        )
        cli("check", f"drafts/{name}.md")
    (question,) = listed(cli)
    review = question["texts"][0]["id"]
    person(workspace)
    done = cli("review", "decide", review, "--seen", seen(cli, review), "--approve", "--group", *JUDGED)
    agent(workspace)

    assert (3, 3) == (len(question["texts"]), done.out.count("approved by role"))
    assert [0, 0, 0] == [cli("check", f"drafts/{name}.md").code for name in ("a", "b", "c")]


def test_the_life_of_a_waiver(cli: Cli, workspace: Path, golden: Golden, clock: Callable[[int], None]) -> None:
    """Asked for by an agent, approved by a person, unused, used, soon at its end, ended."""
    wish = ("--reason", "A street name.", "--until", "2026-12-01", "--channel", "blog")
    printed = [cli("waive", "request", "lumo.jobs", *wish).out]
    person(workspace)
    printed.append(cli("waive", "list").out)
    (waiver,) = json.loads(cli("waive", "list", "--format", "json").out)["waivers"]
    printed += [cli("waive", "approve", waiver["id"]).out, cli("waive", "list").out]
    agent(workspace)
    clock(48)
    assert 0 == cli("check", "drafts/jobs.md").code
    person(workspace)
    printed += [cli("waive", "list").out, cli("waive", "end", waiver["id"]).out, cli("waive", "list").out]
    agent(workspace)

    assert 3 == cli("check", "drafts/jobs.md").code
    golden("cli/waive.txt", without_ids("\n".join(printed)))


def test_a_stop_and_its_end(cli: Cli, workspace: Path, golden: Golden) -> None:
    """Set, listed, in force, lifted."""
    person(workspace)
    printed = [cli("stop", "--channel", "blog", "--reason", "A wrong price.").out, cli("stop", "--list").out]
    agent(workspace)
    assert 3 == cli("check", "drafts/good.md").code
    person(workspace)
    (stop,) = json.loads(cli("stop", "--list", "--format", "json").out)["stops"]
    printed += [cli("resume", stop["id"], "--reason", "Mended.").out, cli("stop", "--list").out]
    agent(workspace)

    assert 0 == cli("check", "drafts/good.md").code
    assert 2 == cli("stop", "--all", "--channel", "blog", "--reason", "x").code
    assert 2 == cli("stop", "--all").code
    golden("cli/stop.txt", without_ids("\n".join(printed)))


def test_a_dispute_is_counted_for_its_rule(cli: Cli) -> None:
    """The list of rules shows it."""
    (result,) = json.loads(cli("check", "drafts/hype.md", "--format", "json").out)["results"]
    done = cli("dispute", result["answer"]["check_id"], "f1", "--reason", "too-strict", "--note", "It is a quote.")
    (hype,) = [line for line in cli("policy", "list").out.splitlines() if line.startswith("lumo.hype")]

    assert (0, True) == (done.code, "changes no verdict" in done.out)
    assert "1" == hype.split()[-2]


def test_personal_data_is_masked_until_asked_for(cli: Cli, workspace: Path) -> None:
    """In the list and in the text; showing it is on the record."""
    rule = Path(scaffold.TEMPLATE, "policies", "house", "personal-data.yaml").read_text()
    (workspace / "policies" / "lumo" / "personal-data.yaml").write_text(rule.replace("id: house.", "id: lumo."))
    (workspace / "drafts" / "mail.md").write_text("---\nchannel: blog\n---\n\nWrite to ida@lamp.example.\n")
    cli("check", "drafts/mail.md")
    review = listed(cli)[0]["texts"][0]["id"]
    person(workspace)
    before = json.loads(cli("ledger", "verify", "--format", "json").out)["size"]

    assert "ida@lamp" not in cli("review", "list").out + cli("review", "show", review).out
    assert "ida@lamp.example" in cli("review", "show", review, "--show-personal-data").out
    assert before + 1 == json.loads(cli("ledger", "verify", "--format", "json").out)["size"]
