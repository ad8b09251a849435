"""What the report on four weeks of a whole brand says, word by word."""

import re

from guardrails import __version__
from guardrails.report.forms.text import text_of
from guardrails.report.words.page import document_of

VOLATILE = (
    (r"\n- \d+; When \(UTC\).*?(?=\n-|\n\n)", ""),  # the sample: it is drawn with the root
    (r"\b(chk|rec|wvr|stp)_[0-9a-z]{26}\b", "@@ID@@"),
    (r"\bguardrails/[0-9a-f]{16}\b", "guardrails/@@LEDGER@@"),
    (r"\b[0-9a-f]{64}\b", "@@DIGEST@@"),
    (r"\b[0-9a-f]{12}\b", "@@SHORT@@"),
    (r"API key [0-9a-z]{16}", "API key @@KEY@@"),
    (re.escape(f"guardrails {__version__}"), "guardrails @@VERSION@@"),
)


def test_every_word_is_as_it_was(report, golden):
    """All parts in order; what differs from run to run is marked."""
    page = text_of(document_of(report)).decode()
    for pattern, name in VOLATILE:
        page = re.sub(pattern, name, page, flags=re.DOTALL)

    golden("report/report.txt", page)
