"""What is no prose gives no findings, and what a rule looks for does not pass in it unseen."""

from dataclasses import replace
from pathlib import Path

import pytest

from guardrails.model.draft import Draft, Field, Format
from guardrails.model.state import State
from guardrails.policy.load import load_policy
from tests.e2e import nimbrel
from tests.e2e.fail_closed import thin
from tests.mutations import rendered

STATE = State(principal=nimbrel.AGENT)
GOOD = nimbrel.draft(nimbrel.PASSING)
MAIL = "jane.roe@mail.example"


def with_more(more: str, form: Format = "markdown") -> Draft:
    """Return the passing draft with *more* at its end, or in a field of HTML beside it."""
    if form == "markdown":
        return replace(GOOD, fields=tuple(replace(one, text=f"{one.text}\n\n{more}\n") for one in GOOD.fields))
    return replace(GOOD, fields=(*GOOD.fields, replace(GOOD.fields[0], id="page", text=f"<p></p>{more}", format=form)))


def with_front_matter(line: str) -> Draft:
    """Return the passing draft with one more line of front matter."""
    return replace(
        GOOD, fields=tuple(replace(one, text=one.text.replace("---\n", f"---\n{line}\n", 1)) for one in GOOD.fields)
    )


UNREAD = {
    "code": with_more(f"`{MAIL}`"),
    "fence": with_more(f"```\n{MAIL}\n```"),
    "indented": with_more(f"    {MAIL}"),
    "element": with_more(f"<code>{MAIL}</code>"),
    "split": with_more("<code>jane.roe@<b>mail</b>.example</code>"),
    "reference": with_more("<code>jane.roe&#64;mail.example</code>"),
    "pre": with_more(f"<pre>{MAIL}</pre>", "html"),
    "script": with_more(f"<script>{MAIL}</script>", "html"),
    "style": with_more(f"<style>a::after {{content: '{MAIL}'}}</style>", "html"),
    "comment": with_more(f"<!-- ask {MAIL} -->"),
    "comment in HTML": with_more(f"<p>x</p><!-- ask {MAIL} -->", "html"),
    "Outlook": with_more(f"<!--[if mso]><td>Write to {MAIL}</td><![endif]-->", "html"),
    "drawing": with_more(f"<svg><text>{MAIL}</text></svg>", "html"),
    "embedded page": with_more(f"<iframe srcdoc='&lt;p>{MAIL}'></iframe>", "html"),
    "link": with_more(f"<a href='mailto:{MAIL}'>write</a>", "html"),
    "markdown link": with_more(f"[Write](mailto:{MAIL})"),
    "title": with_front_matter(f"description: {MAIL}"),
    "folded title": with_front_matter(f"description: >\n  {MAIL}"),
}


@pytest.mark.parametrize("name", UNREAD)
def test_personal_data_outside_prose_escalates(name: str) -> None:
    """Personal data in what is no prose is a fault that quotes nothing, and no finding."""
    assessment = nimbrel.assessed(UNREAD[name], STATE)
    faults = [fault for fault in assessment.completeness.faults if fault.code == "unread-text"]

    assert "escalate" == assessment.verdict
    assert faults
    assert not any(MAIL in fault.message for fault in faults)


@pytest.mark.parametrize(
    "place",
    [
        "`{}`",
        "<code>{}</code>",
        "```\n{}\n```",
        "x <!--[if mso]><b>{}</b><![endif]-->",
        "x <!--[if gte mso 9]>{}<![endif]-->",
    ],
)
def test_red_lines_outside_prose_escalate(place: str) -> None:
    """A phrase that a rule forbids does not pass in code."""
    assessment = nimbrel.assessed(with_more(place.format("Lampadio")), STATE)

    assert ["unread-text"] == [fault.code for fault in assessment.completeness.faults]
    assert "escalate" == assessment.verdict


@pytest.mark.parametrize(
    "more",
    [
        "`scene --off`", "<https://nimbrel.example/lamp>", '<span class="lampadio">Licht</span>', "<!-- not Lampadio -->",
        "<!--[if mso]><table><tr><td><![endif]-->", "x <!--[if !mso]><!-->Licht<!--<![endif]-->", "<!-- -->",
    ],
)  # fmt: skip
def test_what_no_rule_looks_for_passes(more: str) -> None:
    """Plain code, addresses of pages and attributes that nobody reads stay out of it."""
    assert "pass" == nimbrel.assessed(with_more(more), STATE).verdict


def test_broken_front_matter_escalates() -> None:
    """What the draft says of itself must be readable."""
    assessment = nimbrel.assessed(with_front_matter("title: ["), STATE)

    assert "bad-front-matter" in [fault.code for fault in assessment.completeness.faults]
    assert "escalate" == assessment.verdict


@pytest.mark.parametrize("text", ["", "![](lamp.png)", "…", "`code`"])
def test_no_text_escalates(text: str) -> None:
    """A draft without a word was not checked."""
    subject = replace(GOOD, fields=(replace(GOOD.fields[0], text=text),), context=(("channel", "newsletter"),))
    assessment = nimbrel.assessed(subject, STATE)

    assert "no-text" in [fault.code for fault in assessment.completeness.faults]
    assert "escalate" == assessment.verdict


@pytest.mark.parametrize(
    ("change", "expected"),
    [({}, "escalate"), ({"topics": []}, "pass"), ({"topics": [], "effect": "revise"}, "escalate")],
    ids=["a topic", "a note", "a revision"],
)
def test_a_note_holds_nothing_outside_prose_either(tmp_path: Path, change: dict, expected: str) -> None:
    """What only notes does not escalate in code; a topic at which an agent must stop does."""
    rule = {**thin.tree("policies/stops/layoffs.yaml"), **change}
    workspace = thin.tree("guardrails.yaml")
    workspace["mandates"][0]["must_stop"]["topics"] = rule["topics"]
    files = {"policies/stops/layoffs.yaml": rendered(rule), "guardrails.yaml": rendered(workspace)}
    policy = load_policy(thin.written(tmp_path, thin.files() | files))
    code = replace(thin.DRAFT, fields=(Field("body", f"{thin.DRAFT.fields[0].text}\n\n`layoffs`\n", "markdown"),))

    assert expected == thin.assessed(policy, code).verdict
