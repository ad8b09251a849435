"""
Words that soften a statement (English, German, some French).

A hedge says that the statement itself may not hold: modal verbs, adverbs of possibility, intent ("aims to"). Words
that only blur or cap a number ("about", "nearly", "up to", "etwa", "bis zu") are none. "can" and "kann" count only
before a verb of effect ("can ease"), because elsewhere they name an ability or a permission.
"""

from __future__ import annotations

from guardrails.matching.boundary import is_whole
from guardrails.matching.pattern import compile_pattern
from guardrails.model.span import Extent
from guardrails.signals.lexicon import alternatives
from guardrails.signals.signal import Hedge
from guardrails.text.expression import expression

_EFFECT_EN = (
    "help ease reduce improve boost relieve lower prevent support lead cause contribute increase raise protect soothe "
    "calm cut save make lift strengthen shorten slow stop cure heal lessen limit"
)
_CUES = (
    "might", "could", "perhaps", "possibly", "maybe", "probably", "presumably", "likely to", "is likely", "are likely",
    "seems", "seem to", "seemingly", "appears to", "appear to", "apparently", "arguably", "potentially", "supposedly",
    "suggests that", "suggest that", "aims to", "aim to", "aimed at", "is designed to", "are designed to",
    "designed to", "intended to", "is meant to", "are meant to", "is expected to", "are expected to", "expects",
    "we expect", "we believe", "we think", "we hope", "tends to", "tend to", "in some cases", "as far as we know",
    "can help", "may help", "should help", "results may vary", "individual results",
    "könnte", "könnten", "könntest", "könntet", "dürfte", "dürften", "vielleicht", "möglicherweise", "eventuell",
    "womöglich", "vermutlich", "wahrscheinlich", "voraussichtlich", "wohl", "scheint", "scheinen", "anscheinend",
    "offenbar", "unter umständen", "soll helfen", "sollen helfen", "kann helfen", "können helfen",
    "kann dazu beitragen", "können dazu beitragen", "trägt dazu bei", "zielt darauf ab", "wir glauben", "wir hoffen",
    "wir erwarten", "wir gehen davon aus", "in manchen fällen", "nach unserer einschätzung",
    "peut-être", "pourrait", "pourraient", "probablement", "sans doute", "semble", "vise à",
)  # fmt: skip
_WIRKUNG = expression(
    r"\s+(?:\w+\s+){0,5}(?:lindern|senken|verbessern|reduzieren|fördern|unterstützen|stärken|verringern|vorbeugen|helfen|"
    r"beitragen|schützen|beruhigen|sparen)\b"
)
_NEGATED = expression("['’]t\\b")
_HEDGE = compile_pattern(rf"\b(?:{alternatives(_CUES)}|may|can|kann|können)", ignore_case=True)
_FOLLOWED = {
    "can": expression(rf"\s+(?:\w+ly\s+)?(?:{'|'.join(_EFFECT_EN.split())})\b"),
    "kann": _WIRKUNG,
    "können": _WIRKUNG,
    # The verb, not the month.
    "may": expression(r"(?!\s+\d)"),
}


def hedges(text: str) -> tuple[Hedge, ...]:
    """Return the hedges of *text*, in order, none overlapping."""
    found = (Extent(*match.span()) for match in _HEDGE.finditer(text))
    return tuple(
        Hedge(extent, " ".join(text[extent.start : extent.end].lower().split()))
        for extent in found
        if _softens(text, extent)
    )


def _softens(text: str, extent: Extent) -> bool:
    cue = text[extent.start : extent.end]
    if not is_whole(text, extent) or _NEGATED.match(text, extent.end) or cue == "May":
        return False
    follows = _FOLLOWED.get(cue.lower())
    return follows is None or follows.match(text, extent.end) is not None
