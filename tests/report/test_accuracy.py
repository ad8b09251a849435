"""How the rules do: what is counted, and what is not told."""

from dataclasses import replace
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.backends.documents import READERS
from guardrails.report.parts.accuracy import accuracy_of
from guardrails.report.parts.drafts import drafts_of
from guardrails.report.parts.judged import ENOUGH, judgements_of
from guardrails.report.parts.labelled import labelled_of
from guardrails.report.parts.share import share_of
from guardrails.report.view import WorkspaceView, view_of
from guardrails.report.words.accuracy import accuracy
from tests.e2e import nimbrel
from tests.report.records import PERIOD, evidence
from tests.surfaces.cli.conftest import PACK, WORKSPACE, rule

RULE = "lumo.hype"
FINAL = {"final": True, "rules": [RULE], "edited": False}
REJECTED, APPROVED = {**FINAL, "decision": "reject"}, {**FINAL, "decision": "approve"}


def answers(*bodies, people=5):
    """A final answer for each body, each about another text, given by these many people in turn."""
    given = ({"review": f"rev_{at}", "actor_ref": f"p{at % people}", **body} for at, body in enumerate(bodies))
    return tuple(("review", body) for body in given)


# -- shares


@pytest.mark.parametrize(
    ("hits", "trials", "expected"), [(0, 10, (0, 278)), (5, 10, (237, 763)), (10, 10, (722, 1000)), (0, 0, (0, 1000))]
)
def test_intervals_are_wilsons(hits, trials, expected):
    """Values of the Wilson score interval, as published tables have them."""
    assert (hits, trials, *expected) == share_of(hits, trials)


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_whole_numbers_are_as_good_as_the_formula(trials, hits):
    """The bounds are those of the formula in floating point, to a thousandth."""
    hits = min(hits, trials)
    z, p = 1.96, hits / trials
    spread = z * sqrt(p * (1 - p) / trials + z**2 / (4 * trials**2))
    low, high = ((p + z**2 / (2 * trials) + sign * spread) / (1 + z**2 / trials) for sign in (-1, 1))
    found = share_of(hits, trials)

    assert abs(found.low_pm - 1000 * low) < 0.51
    assert abs(found.high_pm - 1000 * high) < 0.51


# -- labelled texts


@pytest.fixture
def workspace(tmp_path):
    """A workspace with one rule that finds “guaranteed” and has two examples that it gets wrong."""
    pack = tmp_path / "policies" / "lumo"
    pack.mkdir(parents=True)
    (tmp_path / "guardrails.yaml").write_text(WORKSPACE)
    (pack / "pack.yaml").write_text(PACK)
    wrong = '["It is [[guaranteed]].", "It is [[riskless]]."]\n  good: ["Guaranteed by nobody.", "It is a lamp."]'
    text = rule("hype", "brand", "revise", "guaranteed").partition("  bad: ")[0]
    (pack / "hype.yaml").write_text(f"{text}  bad: {wrong}\n")
    return tmp_path


def test_precision_and_recall_are_counted_by_passage(workspace):
    """One of two marked passages is found, and one besides; two examples are clean."""
    (found,) = labelled_of(view_of(workspace), READERS, nimbrel.AS_OF_MS)

    assert (RULE, 1, 2, 2) == (found.rule, found.version, found.marked, found.clean)
    assert (share_of(1, 2), share_of(1, 2)) == (found.precision, found.recall)
    assert 2 == found.wrong


def test_rules_that_are_not_in_force_as_they_stand_are_left_out(workspace):
    """An example says nothing of another version of its rule."""
    view = view_of(workspace)
    examples = labelled_of(view, READERS, nimbrel.AS_OF_MS)
    newer = tuple(one._replace(version=2) for one in examples)

    assert examples == accuracy_of(evidence(), examples, None, view.policy).examples
    assert ((), 1) == (accuracy_of(evidence(), newer, None, view.policy).examples, 1)


def test_a_rule_that_held_a_text_without_labelled_texts_is_named(workspace):
    """Nothing is known of its precision, and it is not passed over."""
    check = {"binding": True, "content_ref": "c", "rules": [{"id": RULE, "calls_for": "revise", "count": 1}]}
    found = accuracy_of(evidence(("check", check)), (), None, view_of(workspace).policy)

    assert (RULE,) == found.unlabelled


def test_files_that_do_not_load_label_nothing():
    """No workspace, no examples; no error either."""
    assert () == labelled_of(WorkspaceView(None, problem="no-workspace"), READERS, 0)


# -- drafts that people judged


@pytest.fixture
def read(tmp_path):
    """A view of the fixture workspace with its labelled drafts, whose first label says what is to be expected."""

    def viewed(change=lambda text: text):
        folder = nimbrel.copy_of_workspace(tmp_path / "w")
        file = folder / "drafts" / "expected.yaml"
        file.write_text(change(file.read_text()))
        return view_of(folder)

    return viewed


def drafted(view, policy=None):
    """What came of the labelled drafts of *view*."""
    return drafts_of(view, nimbrel.evaluate(), policy or view.policy, nimbrel.AS_OF_MS)


def test_drafts_are_judged_as_people_expect(read):
    """The fixture workspace agrees with its labels: every verdict, every rule."""
    found = drafted(read())

    assert (share_of(66, 66), 0, 0) == (found.verdicts, found.lenient, found.strict)
    assert not any(one.wrong for one in found.rules)
    assert len(found.rules) > 40


def test_what_people_expect_otherwise_is_counted(read):
    """A stricter label makes the gate lenient; a rule that finds too little or too much is named first."""

    def change(text):
        text = text.replace("verdict: pass", "verdict: escalate", 1).replace("verdict: revise", "verdict: pass", 1)
        return text.replace("must: []", 'must: ["house-style.emoji"]', 1).replace(
            "must_not: [", 'must_not: ["house-style.cliches-en", ', 3
        )

    found = drafted(read(change))
    wrong = {one.rule: one for one in found.rules if one.wrong}

    assert (1, 1) == (found.lenient, found.strict)
    assert {"house-style.emoji", "house-style.cliches-en"} == set(wrong) == {one.rule for one in found.rules[:2]}
    assert 1 == wrong["house-style.emoji"].recall.trials - wrong["house-style.emoji"].recall.hits
    assert 1 == wrong["house-style.cliches-en"].precision.trials - wrong["house-style.cliches-en"].precision.hits


def test_drafts_are_not_run_for_another_policy(read):
    """What the files say now tells nothing of what was in force."""
    view = read()

    assert drafted(view, replace(view.policy, digest="sha256:other")) is None


@pytest.mark.parametrize(
    "text", ["drafts: 1", "drafts: [{file: ../guardrails.yaml, verdict: pass}]", "{", "as_of: x\ndrafts: []"]
)
def test_labels_that_cannot_be_read_label_nothing(read, text):
    """There is no figure, and no error: the report is made all the same."""
    assert 0 == drafted(read(lambda _: text)).verdicts.trials


def test_a_workspace_without_labelled_drafts_says_so(report):
    """The fixture workspace by itself has none."""
    assert report.accuracy.drafts is None
    assert "labelled drafts: no evidence" in str(accuracy(report).blocks)


# -- what people said


def test_what_people_say_confirms_or_overturns():
    """Let through as it is overturns; sent back, rejected or changed confirms; the last word on a text counts."""
    edited, sent_back = {**APPROVED, "edited": True}, {**FINAL, "decision": "send-back"}
    first = {**APPROVED, "review": "rev_0"}  # answered again below, by whoever is last
    (found,) = judgements_of(evidence(*answers(REJECTED, APPROVED, edited, sent_back, REJECTED, first, people=6))).rules

    assert RULE == found.rule
    assert share_of(2, 5) == found.overturned
    assert (2, 0, 0) == (found.let_through, found.excepted, found.wrong)


def test_an_exception_and_a_wrong_finding_overturn():
    """Both are waivers given at the desk; “wrong” is disputed by whoever gave it. An author's dispute is no judgement."""

    def given_at(review, actor):
        asked = {"event": "requested", "review": review, "rule": RULE, "actor_ref": "agent"}
        return ("waiver", asked), ("waiver", {"event": "approved", "rule": RULE, "actor_ref": actor, "of": ""})

    records = [*answers(REJECTED, REJECTED, REJECTED)]
    for review, actor in (("rev_7", "p3"), ("rev_8", "p4")):
        asked, approved = given_at(review, actor)
        records += [asked, (approved[0], {**approved[1], "of": f"rec_{len(records)}"})]
    disputed = {"complaint": "wrong", "rule": RULE}
    records += [("dispute", {**disputed, "actor_ref": actor}) for actor in ("p4", "agent")]
    (found,) = judgements_of(evidence(*records)).rules

    assert share_of(2, 5) == found.overturned
    assert (0, 1, 1) == (found.let_through, found.excepted, found.wrong)


def test_a_waiver_for_texts_to_come_is_no_judgement():
    """It was asked for by hand, at no review."""
    asked = {"event": "requested", "review": "", "rule": RULE, "actor_ref": "brand"}
    approved = {"event": "approved", "rule": RULE, "actor_ref": "legal", "of": "rec_0"}

    assert (None, ()) == (
        judgements_of(evidence(("waiver", asked), ("waiver", approved))).others,
        judgements_of(evidence(("waiver", asked), ("waiver", approved))).withheld,
    )


def test_nothing_is_told_about_four_people():
    """Neither by rule nor together, nor as a drift; the rule is only named as withheld."""
    found = judgements_of(evidence(*answers(*[REJECTED] * 4 * ENOUGH, people=4)))

    assert ((), None, (RULE,), ()) == (found.rules, found.others, found.withheld, found.drift)


def test_rules_about_which_few_answered_are_told_together():
    """Three people about one rule and three others about another are six."""
    other = {**REJECTED, "rules": ["lumo.jobs"]}
    records = answers(APPROVED, REJECTED, REJECTED, other, other, other, people=6)
    found = judgements_of(evidence(*records))

    assert ((), ("lumo.hype", "lumo.jobs")) == (found.rules, found.withheld)
    assert share_of(1, 6) == found.others.overturned


def test_no_difference_tells_what_is_withheld():
    """Where some rules are withheld altogether, there is no figure about all of them to subtract from."""
    few = [("review", {**APPROVED, "rules": ["lumo.jobs"], "review": f"few_{at}", "actor_ref": "q"}) for at in range(9)]
    found = judgements_of(evidence(*answers(*[REJECTED] * 8 * ENOUGH), *few))

    assert ((RULE,), None) == (tuple(one.rule for one in found.rules), found.others)
    assert "" not in {one.rule for one in found.drift}


def test_a_drift_takes_enough_judgements_in_every_part():
    """Four parts if each has enough, fewer if not, none if there are not two."""

    def parts(count):
        step = (PERIOD.until_ms - PERIOD.from_ms) // count
        bodies = [REJECTED] * (count // 2) + [APPROVED] * (count - count // 2)
        records = [record for body in answers(*bodies) for record in (body, *[("heartbeat", {})] * (step - 1))]
        return judgements_of(evidence(*records)).drift

    assert () == parts(2 * ENOUGH - 2)
    assert {2} == {len(one.parts) for one in parts(2 * ENOUGH + 4)}
    assert {4} == {len(one.parts) for one in parts(5 * ENOUGH)}
    assert all(one.has_moved for one in parts(5 * ENOUGH))


# -- in the report


def test_every_rule_at_work_has_labelled_texts(report):
    """The fixture workspace labels every rule it has, and its rules come out as marked."""
    found = report.accuracy

    assert len(nimbrel.policy().rules) == len(found.examples)
    assert not any(one.wrong for one in found.examples)
    assert () == found.unlabelled
    assert found.at_work[0].held >= found.at_work[-1].held > 0


def test_what_the_figures_are_not_is_said(report):
    """Where they come from, what they leave out, and that nothing is known where nothing is."""
    words = " ".join(str(block) for block in accuracy(report).blocks)

    assert "Whoever wrote the rule wrote them" in words
    assert "there is no recall" in words
    assert "No drift can be told" in words


def test_an_empty_ledger_has_no_accuracy(empty):
    """No evidence is said twice: nothing labelled is in force, and nobody judged anything."""
    words = " ".join(str(block) for block in accuracy(empty.report(WorkspaceView(None))).blocks)

    assert 2 == words.count("Callout(title='No evidence'")
