"""Part 7: how the rules do, and what each figure is not."""

from __future__ import annotations

from collections.abc import Iterator

from guardrails.model.review import FEWEST
from guardrails.policy.labels import FILE
from guardrails.report.document import Block, Callout, Cell, Mark, Paragraph, Section, Table
from guardrails.report.parts.accuracy import Accuracy, RuleAtWork
from guardrails.report.parts.drafts import LabelledDrafts
from guardrails.report.parts.judged import ENOUGH, Drift, Judged, Judgements
from guardrails.report.parts.labelled import Labelled
from guardrails.report.parts.share import Share, share_of
from guardrails.report.report import Report
from guardrails.report.words.oversight import WITHHELD
from guardrails.report.words.phrases import counted, listed, nought
from guardrails.report.words.sheet import MOST, Column, Line, Lines, Sheet

_SOURCES = (
    "Precision is how much of what a rule finds is to be found, recall how much of what is to be found it finds. Both need "
    "texts that people have labelled. There are three sources, and none is a sample of what is published; every "
    "interval is of 95 % (Wilson)."
)
_OWN = (
    "First, the examples in the rules' own files, run for this report: a bad one marks exactly what is to be found, in a good "
    "one there is nothing. Whoever wrote the rule wrote them, and no policy is activated while one comes out otherwise. So "
    "full marks show that a rule does what it says; they do not tell how it does on copy that its author never saw."
)
_READ = (
    f"Second, drafts that people judged by reading, as `{FILE}` of the workspace has them, run for this report under the policy "
    "in force: which rules have to find something in each, and which nothing. What a rule finds in other drafts is not "
    "judged. Whoever chose the drafts decides what they stand for."
)
_UNREAD = Callout(
    "Second, labelled drafts: no evidence",
    f"The workspace has no labelled drafts (`{FILE}`) for the policy in force: how the rules do on texts that their authors did "
    "not write is not known.",
    "gap",
)
_SAID = (
    "Third, what people said at the desk. They overturn a rule about a text by letting it through as it is, by excepting the "
    "finding, or by calling it wrong; they confirm it by sending the text back, rejecting it or changing it. A text counts "
    "for every rule that held it. Only texts that escalated are put before people: the share says nothing of what a rule sent "
    "back to its author, and there is no recall, as nobody reads what a rule let pass. Disputes are what authors say, "
    f"and decide nothing. Nothing is given about fewer than {FEWEST} people."
)
_NO_DRIFT = f"No drift can be told: it takes {ENOUGH} judgements by {FEWEST} or more people in each half of the period at least."


def _share(one: Share) -> Cell:
    """Return a share with its interval."""
    if not one.trials:
        return Mark("no evidence", "gap")
    return f"{one.hits:,} of {one.trials:,} ({_tenths(one.low_pm)} to {_tenths(one.high_pm)} %)"


def _tenths(thousandths: int) -> str:
    return f"{thousandths // 10}.{thousandths % 10}"


_EXAMPLES = Sheet[Labelled](
    "On their own examples",
    (
        Column("Rule", lambda one: f"{one.rule}@{one.version}", 32),
        Column("To be found", lambda one: one.marked, 9),
        Column("Clean texts", lambda one: one.clean, 9),
        Column("Precision", lambda one: _share(one.precision), 25),
        Column("Recall", lambda one: _share(one.recall), 25),
    ),
)
_VERDICTS = Lines[LabelledDrafts](
    (
        Line("Verdicts as people expect", lambda one: _share(one.verdicts)),
        Line("More lenient than that", lambda one: nought(one.lenient)),
        Line("Stricter than that", lambda one: f"{one.strict:,}"),
        Line("Precision, all rules", lambda one: _share(_together(found.precision for found in one.rules))),
        Line("Recall, all rules", lambda one: _share(_together(found.recall for found in one.rules))),
    )
)
_DRAFTS = Sheet[Labelled](
    "On drafts that people judged",
    (
        Column("Rule", lambda one: f"{one.rule}@{one.version}", 32),
        Column("Has to find", lambda one: one.marked, 9),
        Column("Has not to", lambda one: one.clean, 9),
        Column("Precision", lambda one: _share(one.precision), 25),
        Column("Recall", lambda one: _share(one.recall), 25),
    ),
)
_ALL_EXAMPLES = Lines[Accuracy](
    (
        Line("Rules in force with labelled texts", lambda one: f"{len(one.examples):,}"),
        Line("Precision, all rules", lambda one: _share(_together(found.precision for found in one.examples))),
        Line("Recall, all rules", lambda one: _share(_together(found.recall for found in one.examples))),
        Line("Rules that held a text and have none", lambda one: listed(one.unlabelled)),
        Line("Rules of the files that are not in force as they stand there", lambda one: f"{one.elsewhere:,} left out"),
    )
)


def accuracy(report: Report) -> Section:
    """Return the part."""
    found = report.accuracy
    blocks = (
        Paragraph(_SOURCES),
        Paragraph(_OWN),
        *_labelled(found),
        *_drafts(found.drafts),
        Paragraph(_SAID),
        _at_work(found).of(found.at_work[:MOST], after=_more(len(found.at_work))),
        *_judged(found.judged),
    )
    return Section("accuracy", "7 Accuracy", blocks)


def _labelled(found: Accuracy) -> Iterator[Block]:
    yield _ALL_EXAMPLES.of(found)
    if found.examples:
        yield _EXAMPLES.of(found.examples[:MOST], after=_more(len(found.examples)))
    else:
        text = "No rule in force has labelled texts that could be run: neither precision nor recall is known."
        yield Callout("No evidence", text, "gap")


def _drafts(found: LabelledDrafts | None) -> Iterator[Block]:
    if found is None:
        yield _UNREAD
        return
    yield Paragraph(_READ)
    yield _VERDICTS.of(found)
    yield _DRAFTS.of(found.rules[:MOST], after=_more(len(found.rules)))


def _more(count: int) -> str:
    return f" ({count - MOST} more in the JSON form)" if count > MOST else ""


def _together(shares: Iterator[Share]) -> Share:
    every = tuple(shares)
    return share_of(sum(one.hits for one in every), sum(one.trials for one in every))


def _at_work(found: Accuracy) -> Sheet[RuleAtWork]:
    """Return the table of rules that held texts, with what people said where it may be told."""

    def said(one: RuleAtWork) -> Cell:
        judged = found.judged.about(one.rule)
        if judged is not None:
            return _share(judged.overturned)
        return WITHHELD if one.rule in found.judged.withheld else Mark("no evidence", "gap")

    return Sheet(
        "Rules that held texts",
        (
            Column("Rule", lambda one: one.rule, 40),
            Column("Texts held", lambda one: one.held, 12),
            Column("Disputed", lambda one: one.disputed, 12),
            Column("Overturned by people, of what they judged", said, 36),
        ),
    )


def _judged(found: Judgements) -> Iterator[Block]:
    together = found.others
    if together is not None:
        yield Lines[Judged](
            (
                Line(
                    f"Overturned, the {counted(len(found.withheld), 'rule')} withheld together",
                    lambda one: _share(one.overturned),
                ),
                Line("How they were judged", _how),
            )
        ).of(together)
    elif found.withheld:
        yield Paragraph(
            f"What people said about {counted(len(found.withheld), 'rule')} is withheld: fewer than {FEWEST} did."
        )
    elif not found.rules:
        yield Callout("No evidence", "Nobody has judged a text that a rule held in this period.", "gap")
    yield _drifts(found.drift) if found.drift else Paragraph(_NO_DRIFT)


def _how(one: Judged) -> str:
    confirmed = one.overturned.trials - one.overturned.hits
    return f"{confirmed:,} confirmed; {one.let_through:,} let through as they were, {one.excepted:,} excepted, {one.wrong:,} called wrong"


def _drifts(found: tuple[Drift, ...]) -> Table:
    return Sheet[Drift](
        "Drift: overturned, in equal parts of the period",
        (
            Column("Rule", lambda one: one.rule or "all rules", 24),
            Column("Part by part", lambda one: "; ".join(str(_share(part)) for part in one.parts), 58),
            Column("Moved", lambda one: Mark("yes", "attention") if one.has_moved else "not that these show", 18),
        ),
    ).of(found)
