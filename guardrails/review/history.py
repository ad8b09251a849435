"""Where something was used: the texts of the ledger that rest on a fact or source, that a rule found, or that say a phrase."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from guardrails.audit.log import AuditLog
from guardrails.audit.parts import texts_of
from guardrails.audit.projection import rests_on_key
from guardrails.errors import DraftError
from guardrails.matching.fold import fold_key
from guardrails.model.record import Record
from guardrails.model.review import Mention


def where(log: AuditLog, what: str) -> tuple[Mention, ...]:
    """
    Return the texts for *what*, newest first.

    Args:
        log: The ledger.

        what: ``fact:ID`` or ``source:ID`` (from the index), ``rule:ID`` (from the records), or a phrase (every text is
            decrypted; compared as terms are, case and typography aside).

    Raises:
        DraftError: ``nothing-asked`` for an empty phrase.
    """
    kind, _, name = what.partition(":")
    if kind in ("fact", "source") and name:
        indices = log.indices(rests_on_key(log.refs.of("rests_on", what)))
        return _texts((index, log.record(index)) for index in indices)
    if kind == "rule" and name:
        return _texts((index, record) for index, record in _checks(log) if name in _rules(record))
    phrase = fold_key(what.strip(' "“”„'))
    if not phrase:
        raise DraftError("nothing-asked", "an empty phrase is in every text", help='say fact:ID, rule:ID or "a phrase"')
    return _texts((index, record) for index, record in _checks(log) if phrase in _folded_text(log, index))


def _texts(found: Iterable[tuple[int, Record]]) -> tuple[Mention, ...]:
    texts: dict[str, Mention] = {}
    for index, record in found:
        before = texts.pop(record.text("content_ref"), None)
        mention = Mention(
            record.id, index, record.at_ms, record.text("verdict"), record.texts("channels"), record.texts("markets")
        )
        texts[record.text("content_ref")] = replace(mention, checks=before.checks + 1) if before else mention
    return tuple(reversed(texts.values()))


def _checks(log: AuditLog) -> Iterator[tuple[int, Record]]:
    return (
        (index, record)
        for index, record in log.records()
        if record.type == "check" and record.member("binding") is True
    )


def _rules(record: Record) -> set[object]:
    listed = record.member("rules")
    return {one.get("id") for one in listed if isinstance(one, dict)} if isinstance(listed, list | tuple) else set()


def _folded_text(log: AuditLog, index: int) -> str:
    """Return the folded text of a check, as far as it was not erased."""
    return "\n".join(map(fold_key, texts_of(log, index)))
