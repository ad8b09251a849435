"""
Numbers that claim nothing about the subject.

Small counts, prices and absolutes; the terms of an offer (length of a warranty, time to send something back, size of a
discount); instructions and settings of a device in advice; the effort that readers are asked for; places at an event.
What is missed: terms in other words than these, and advice whose verb stands far from its number.
"""

from __future__ import annotations

import re

from guardrails.model.span import Extent
from guardrails.signals.signal import Quantity
from guardrails.text.expression import expression

_PLAIN_COUNT = 11_000_000  # in millionths: counts of ten and less are mostly no claim ("3 tips", "two wheels")

_FOLLOWED = expression(
    r"['’]?[\s-]*(?:\w+[\s-]+)?(?:warranty|guarantee|garantie|trial|tips?|steps?|pages?|ways|reasons|chapters?|questions|"
    r"ideas|off\b|of (?:what|the price)|discount|\w*rabatt|\w*nachl(?:ass|ässe)|ermäßigung|ago|old|from now|later|left|"
    r"seats|places\b(?! (?:in|around|across|where|worldwide)\b)|tipps|schritte|seiten|gründe|fragen|alt\b|testphase|"
    r"plätzen?\b|returns?\b(?! (?:on|of)\b)|refunds?\b|cancellation|cooling-off|notice\b|widerruf|rückgabe|umtausch|"
    r"kündigung|probezeit)",
    re.IGNORECASE,
)
_LIMITED_TO = expression(r"\b(?:limited to|begrenzt auf|beschränkt auf)\s\Z", re.IGNORECASE)

_INSTRUCTION = expression(
    r"(?:please|bitte|wait|bake|press|hold|rinse|leave|apply|charge|push|heat|mix|stir|add|take|store|keep|shake|let|"
    r"click|enter|choose|select|book|join us|meet|bring|chill|simmer|try|spend|spare|give us|lend us|got|have you got|"
    r"set aside|allow|warten|drücken|halten|backen|lassen|geben|testen sie|probieren sie|haben sie|hast du|nehmen sie|"
    r"nimm dir|schenken sie uns|schenk uns)\b",
    re.IGNORECASE,
)
_FOR_READERS = expression(
    r"\s(?:for (?:you|your|yourself|us)|für (?:dich|dein\w*|ihr\w*|sie|uns)|of your (?:time|day|evening)|"
    r"(?:deiner|ihrer|eurer) zeit)\b",
    re.IGNORECASE,
)
_QUESTIONS = expression(
    r"\b(?:survey|questionnaire|poll|quiz|form|umfrage|fragebogen|formular)\s(?:(?:only|just|will|nur)\s)?"
    r"(?:takes?|needs?|dauert|braucht)\s(?:(?:you|only|just|nur|about|around|under|etwa|rund)\s){0,2}\Z",
    re.IGNORECASE,
)

_WARRANTY_OF = expression(r"\b(?:warranty|guarantee|\w*garantie|\w*gewährleistung)(?:\s\w+){0,2}\s\Z", re.IGNORECASE)
_OFFER = expression(
    r"\b(?:offer|code|voucher|coupon|sale|deal|\w*angebot|aktion|gutschein)\s(?:(?:is|ist)\s)?"
    r"(?:ends|closes|expires|runs|lasts|valid|gilt|gültig|endet|läuft)\s(?:(?:in|for|only|just|noch|nur|für)\s){0,2}\Z",
    re.IGNORECASE,
)
_SENT_BACK = expression(
    r"\b(?:(?:send|ship|hand)\s(?:\w+\s){1,4}back\b|"
    r"(?:return|exchange|swap)\s(?:it|them|this|these|any\w*|everything|(?:the|your)\s\w+)\b|"
    r"refund(?:ed)?\b|money back\b|cancel\s(?:it|any\s?time|your|the|within|free)\b|withdraw from\b|"
    r"zurück(?:zu)?(?:senden|geben|schicken)|(?:senden|schicken)\s(?:\w+\s){1,10}zurück\b|"
    r"um(?:zu)?tauschen|tauschen\s(?:\w+\s){1,10}um\b|widerruf\w*|kündigen|kündbar|erstatten|erstattung)",
    re.IGNORECASE,
)

_SETTING = expression(
    r"(?P<unit>[\s-]?(?:kelvin|lumens?|lux|lx|lm|K)\b)?\s(?:suits?|flatters?|works? (?:well|best|nicely)|"
    r"(?:is|are) (?:right|pleasant|comfortable|ideal|perfect|best|plenty) (?:for|in)|passt|passen|eignet sich|eignen sich|"
    r"(?:ist|sind) (?:richtig|angenehm|ideal) (?:für|zum|in))\b",
    re.IGNORECASE,
)
_SET_TO = expression(
    r"\b(?:set|turn|dial|dim|stell\w*|dreh\w*|dimm\w*|regel\w*)\s(?:[\w-]+\s){0,5}(?<!up\s)(?:to|at|auf)\s"
    r"(?:(?:about|around|roughly|etwa|rund|ca\.)\s)?\Z",
    re.IGNORECASE,
)
_OWN = expression(r"\b(?:our|its|unser\w*)\s(?:\w+\s){0,3}\Z", re.IGNORECASE)

_REACH = 80
"""No form reaches further back than so many characters."""


def claims_nothing(text: str, sentence: Extent, quantity: Quantity) -> bool:
    """Tell whether *quantity*, which stands in *sentence* of *text*, says nothing that could be proved."""
    return (
        _is_small_or_price(quantity)
        or _FOLLOWED.match(text, quantity.extent.end, sentence.end) is not None
        or _before(_LIMITED_TO, text, sentence, quantity)
        or _is_asked_of_readers(text, sentence, quantity)
        or _is_term(text, sentence, quantity)
        or _is_setting(text, sentence, quantity)
    )


def _is_small_or_price(quantity: Quantity) -> bool:
    if quantity.kind == "count":
        return quantity.micro < _PLAIN_COUNT
    return quantity.kind == "currency" or (quantity.unit, quantity.value) == ("%", "100")


def _is_asked_of_readers(text: str, sentence: Extent, quantity: Quantity) -> bool:
    """Tell whether it is part of an instruction, or the time that readers are asked for."""
    if quantity.kind not in {"duration", "measure"}:
        return False
    if _INSTRUCTION.match(text, sentence.start, sentence.end):
        return True
    opens = quantity.extent.start == sentence.start and quantity.kind == "duration"
    after = _FOR_READERS.match(text, quantity.extent.end, sentence.end) is not None
    return (opens and after) or _before(_QUESTIONS, text, sentence, quantity)


def _is_term(text: str, sentence: Extent, quantity: Quantity) -> bool:
    """Tell whether it is a time within which an offer, a warranty or a right to send back holds."""
    if quantity.kind != "duration":
        return False
    is_named = _before(_WARRANTY_OF, text, sentence, quantity) or _before(_OFFER, text, sentence, quantity)
    return is_named or _SENT_BACK.search(text, sentence.start, sentence.end) is not None


def _is_setting(text: str, sentence: Extent, quantity: Quantity) -> bool:
    """Tell whether it is how a device is best set, not what it can do."""
    if quantity.kind not in {"count", "measure", "percent"}:
        return False
    if _before(_SET_TO, text, sentence, quantity):
        return True
    found = _SETTING.match(text, quantity.extent.end, sentence.end)
    has_unit = found is not None and (quantity.kind != "count" or found["unit"] is not None)
    return has_unit and not _before(_OWN, text, sentence, quantity)


def _before(pattern: re.Pattern[str], text: str, sentence: Extent, quantity: Quantity) -> bool:
    """Tell whether what stands before *quantity* in its sentence ends as *pattern* says."""
    start = max(sentence.start, quantity.extent.start - _REACH)
    return pattern.search(text, start, quantity.extent.start) is not None
