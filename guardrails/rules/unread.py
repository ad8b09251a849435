"""
What no rule could judge, and must not pass unseen.

Code, scripts, drawings, front matter, conditional comments (which Outlook shows) and the like are no prose, so they give
no findings. Where one holds what a rule that is due looks for, nobody can say whether the rule is broken: that is a
fault, and a fault escalates. An ordinary comment is looked through for personal data only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from guardrails.matching.scanner import Scanner
from guardrails.model.finding import Fault
from guardrails.model.policy import CompiledPolicy, Rule
from guardrails.model.span import Extent
from guardrails.rules.due import Due
from guardrails.rules.kind import View
from guardrails.rules.run import run_rules
from guardrails.rules.scope import effect_in
from guardrails.signals.analysis import FieldSignals
from guardrails.text.expression import expression
from guardrails.text.parsed import Block, ParsedField, Piece, Unread

_KINDS = ("terms", "pattern", "personal-data", "timing")
# Nobody is shown a comment; whoever looks into a page or a mail reads it all the same.
_KINDS_OF = {"comment": ("personal-data",)}
_MARKUP = expression(r"<[^<>]*>|[*`~\\]+")
_SEPARATOR = "\n\n"


def unread_faults(due: Due, policy: CompiledPolicy, scanner: Scanner, view: View) -> tuple[Fault, ...]:
    """
    Return a fault per rule and field that holds, outside its prose, what the rule looks for.

    Args:
        due: The rules that are due.

        policy: The policy.

        scanner: The policy's scanner, by the numbers of the rules.

        view: The draft as the rules see it.
    """
    passages = [(parsed.id, passage, parsed) for parsed in view.fields for passage in _unseen(parsed)]
    if not passages:
        return ()
    fields = [_plain(str(number), parsed, passage) for number, (_, passage, parsed) in enumerate(passages)]
    signals = [FieldSignals(field, policy.languages) for field in fields]
    work = [(rule, found) for rule, found in due.work(scanner.scan(fields)) if _judges(rule, view, policy)]
    result = run_rules(work, replace(view, fields=fields, signals=signals), policy.workspace.parents)
    kinds = {rule.id: rule.kind for rule, _ in work}
    found: dict[tuple[str, str], Fault] = {}
    for finding in result.findings:
        field, passage, _ = passages[int(finding.spans[0].field)]
        if kinds[finding.rule.id] not in _KINDS_OF.get(passage.what, _KINDS):
            continue
        message = f"{passage.what} in field {field!r} holds what rule {finding.rule.id} looks for"
        found.setdefault((finding.rule.id, field), Fault("unread-text", message, finding.rule.id, field))
    return (*result.faults, *(found[key] for key in sorted(found)))


def field_faults(signals: Sequence[FieldSignals]) -> tuple[Fault, ...]:
    """Return the problems that readers had with fields, and a fault if no field has a word."""
    faults = [
        Fault(code, f"{message} in field {one.parsed.id!r}", field=one.parsed.id)
        for one in signals
        for code, message in one.parsed.problems
    ]
    if not any(one.words for one in signals):
        faults.append(Fault("no-text", "no field has a word of text"))
    return tuple(faults)


def _unseen(parsed: ParsedField) -> Iterator[Unread]:
    """Yield the passages that do not stand in the prose as well, as the title of a page does in its heading."""
    blocks = {parsed.text[block.extent.start : block.extent.end] for block in parsed.blocks} if parsed.unread else set()
    return (passage for passage in parsed.unread if passage.text.strip() not in blocks)


def _judges(rule: Rule, view: View, policy: CompiledPolicy) -> bool:
    """Tell whether what *rule* looks for may not pass unseen here; a rule that only notes may stand for a topic."""
    if rule.kind not in _KINDS or rule.status == "observe":
        return False
    return bool(rule.topics) or effect_in(rule, view.context, policy.workspace.parents) != "note"


def _plain(name: str, parsed: ParsedField, passage: Unread) -> ParsedField:
    """Return the passage as a field of its own, one block for every way to read it."""
    texts = list(dict.fromkeys(_readings(passage.text or parsed.source[passage.start : passage.end])))
    blocks, at = [], 0
    for text in texts:
        blocks.append(Block("paragraph", Extent(at, at + len(text))))
        at += len(text) + len(_SEPARATOR)
    joined = _SEPARATOR.join(texts)
    return ParsedField(name, "text", joined, joined, tuple(blocks), (Piece(0, 0, len(joined)),))


def _readings(text: str) -> Iterator[str]:
    """Yield *text* as it stands, and as it may be shown: without markup, references decoded, on one line."""
    from html import unescape

    yield text
    yield " ".join(text.split())
    for source in (text, unescape(text)):
        for instead in ("", " "):
            yield " ".join(unescape(_MARKUP.sub(instead, source)).split())
