"""
Findings across the items of a batch, which no single check can make.

A campaign is one text in dozens of channels, markets and languages. Checked one by one, its items put the same question
to a person dozens of times, and a number that is wrong in one of them is right for all the gate can see. Over a batch
both show: :mod:`~guardrails.rules.batch.questions` makes one question of a passage that needs a person in several items,
:mod:`~guardrails.rules.batch.odd_values` finds the one or two items that say another number of the same thing than all
others. Both are pure, and neither changes the verdict of an item: what they return is shown beside the assessments.

Positions are spans of the submitted fields and no text is handed out, so that whoever shows a quote slices (and masks)
it as for any other finding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guardrails.rules.batch.item import Item, read
from guardrails.rules.batch.odd_values import OddValue, odd_values
from guardrails.rules.batch.questions import Question, questions
from guardrails.text.parsed import DocumentReader

__all__ = ["BatchFindings", "Item", "OddValue", "Question", "across"]


@dataclass(frozen=True, slots=True)
class BatchFindings:
    """What the items of a batch show together, both in order of their first place."""

    questions: tuple[Question, ...]
    odd_values: tuple[OddValue, ...]


def across(items: Sequence[Item], readers: Mapping[str, DocumentReader]) -> BatchFindings:
    """
    Return what *items* show together; nothing for fewer than two.

    The same items give the same findings; their order decides only the order of what is returned.

    Args:
        items: Drafts with their assessments, with different ids. Time is linear in their text.

        readers: A reader for every format, by its name; the drafts are read once more, because an assessment holds no
            text.

    Raises:
        DraftError: If a draft is not acceptable; one that has an assessment was accepted before.
    """
    known = [read(item, items, readers) for item in items]
    return BatchFindings(questions(known), odd_values(known))
