r"""
hidden-text: characters that readers do not see, and letters that are not what they seem.

Why: invisible characters carry instructions to machines and watermarks, split a forbidden word so that no list finds
it, and turn text around; a Cyrillic "а" in a Latin word leads to somebody else's domain.

How: on the submitted text itself. *zero-width*: characters without width; *bidi*: embeddings, overrides, isolates and
direction marks; *tags*: the invisible alphabet U+E0000–E007F; *variation-selectors*: selectors where they select
nothing, e.g. in a run that spells bytes; *homoglyphs*: a word that mixes Latin with Cyrillic or Greek letters of the
same look; *marks*: a Latin letter with marks that make no letter of it ("g̶u̶a̶r̶…", piles of accents), through which
people read the word and no list does. HTML entities that stand for such characters are found too.

Left alone, because people need them: emoji sequences and flags; one selector after a symbol or an ideograph; a byte
order mark at the start; joiners between letters of Arabic and Indic scripts, zero-width spaces in Thai, Lao, Khmer and
Burmese; direction marks, embeddings and isolates (not overrides) in text with right-to-left letters; soft hyphens
unless *soft_hyphens* is set; accents and umlauts, in one code point or two; a C2PA text manifest (U+FEFF and a run of selectors that spells ``C2PATXT\0``), which is
a signed statement of origin.

Misses: words wholly of look-alike letters; accents where none belong ("guáranteed"); white text on white ground and
hidden elements of HTML; look-alike
letters outside the small table (no full confusables data); a manifest is not verified, only recognised.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from guardrails.model.canonical import Json
from guardrails.model.finding import Hit, HitFix
from guardrails.model.policy import Need, Plan
from guardrails.model.span import Extent
from guardrails.rules.kind import ANY, Example, RuleKind, View
from guardrails.rules.overlap import FORBID, mapping, replacement, strings
from guardrails.signals.lookalikes import FOREIGN, LOOKALIKES, is_mixed
from guardrails.text.expression import expression

Sort: TypeAlias = Literal["zero-width", "bidi", "tags", "variation-selectors", "homoglyphs", "marks"]
_ALL: tuple[Sort, ...] = ("zero-width", "bidi", "tags", "variation-selectors", "homoglyphs", "marks")

_SOFT_HYPHEN = "\u00ad"
# Default_Ignorable_Code_Point of DerivedCoreProperties.txt (Unicode 16), in the sorts of this kind.
_RUNS = expression(
    "(?P<zero>[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0]+)"
    "|(?P<bidi>[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+)"
    "|(?P<tags>[\U000e0000-\U000e007f]+)"
    "|(?P<selectors>[\u180b-\u180d\ufe00-\ufe0f\U000e0100-\U000e01ef]+)"
)
_SORT_OF: dict[str, Sort] = {
    "zero": "zero-width", "bidi": "bidi", "tags": "tags", "selectors": "variation-selectors",
}  # fmt: skip
_OVERRIDES = "\u202d\u202e"
_FIRST_16, _OTHER_240 = 0xFE00, 0xE0100
_MANIFEST = expression("\ufeff[\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
_MANIFEST_MAGIC = b"C2PATXT\0"  # C2PA Technical Specification, "Embedding manifests into unstructured text"

_WORD = expression(r"[^\W\d_]+")
# Combining marks that are no letters' own: diacritical marks with their three extensions, for symbols, half marks.
_MARKED = expression("[A-Za-z\u00c0-\u024f][\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_MANY_MARKS = 2
_JOINING = expression(
    "[\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17ff\u1800-\u18af\ua8e0-\ua8ff\ufb50-\ufdff\ufe70-\ufefc]"
)
_SPACELESS = expression("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_RIGHT_TO_LEFT = expression("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_IDEOGRAPH = expression("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LETTER_WITH_SELECTOR = expression("[\u1000-\u109f\u1800-\u18af\ua840-\ua877]")


@dataclass(frozen=True, slots=True)
class Params:
    """
    What counts as hidden.

    Attributes:
        sorts: Which sorts are looked for.

        soft_hyphens: Whether soft hyphens count (as zero-width).
    """

    __pydantic_config__: ClassVar = FORBID

    sorts: tuple[Sort, ...] = _ALL
    soft_hyphens: bool = False

    def __post_init__(self) -> None:
        """Refuse a rule that looks for nothing."""
        if not self.sorts:
            raise ValueError("sorts is empty: leave it out to look for all")


def plan(params: Params) -> Plan:
    """Scan for nothing: the scan does not see what is hidden."""
    data: dict[str, Json] = {"sorts": sorted(params.sorts), "soft_hyphens": params.soft_hyphens}
    return Plan((), data)


def find(view: View, plan: Plan) -> Iterator[Hit]:
    """Look at every field as submitted, then at what its entities stand for."""
    data = mapping(plan.data)
    sorts = strings(data["sorts"])
    for number, parsed in enumerate(view.fields):
        for sort, extent in _hidden(parsed.source, soft_hyphens=bool(data["soft_hyphens"])):
            if sort in sorts:
                yield _hit(number, parsed.source, sort, extent, in_source=True)
        if "&" not in parsed.source:
            continue
        for sort, extent in _hidden(parsed.text, soft_hyphens=bool(data["soft_hyphens"])):
            if sort in sorts and not parsed.is_verbatim(extent):
                yield _hit(number, parsed.text, sort, extent, in_source=False)


def _hidden(text: str, *, soft_hyphens: bool) -> Iterator[tuple[Sort, Extent]]:
    if text.isascii():
        return
    manifests = [Extent(*found.span()) for found in _MANIFEST.finditer(text) if _is_manifest(found[0])]
    has_rtl = _RIGHT_TO_LEFT.search(text) is not None
    for found in _RUNS.finditer(text):
        extent = Extent(*found.span())
        sort = _SORT_OF[str(found.lastgroup)]
        is_meant = _is_meant(text, extent, sort, has_rtl=has_rtl, soft_hyphens=soft_hyphens)
        if not is_meant and not any(manifest.overlaps(extent) for manifest in manifests):
            yield sort, extent
    yield from (("marks", Extent(*found.span())) for found in _MARKED.finditer(text) if _is_overmarked(found[0]))
    if FOREIGN.search(text):
        yield from (("homoglyphs", Extent(*word.span())) for word in _WORD.finditer(text) if is_mixed(word[0]))


def _is_manifest(run: str) -> bool:
    return bytes(_byte(char) for char in run[1:][: len(_MANIFEST_MAGIC)]) == _MANIFEST_MAGIC


def _byte(selector: str) -> int:
    """Return the byte that *selector* stands for in a run of selectors; the 256 selectors are numbered from U+FE00."""
    code = ord(selector)
    return code - _FIRST_16 if code < _OTHER_240 else code - _OTHER_240 + 16


def _is_meant(text: str, extent: Extent, sort: Sort, *, has_rtl: bool, soft_hyphens: bool) -> bool:
    """Tell whether the run at *extent* does what such characters are for."""
    run = text[extent.start : extent.end]
    before, after = text[extent.start - 1 : extent.start] if extent.start else "", text[extent.end : extent.end + 1]
    match sort:
        case "zero-width":
            return _is_wanted_zero_width(run, before, after, soft_hyphens=soft_hyphens)
        case "bidi":
            return has_rtl and not any(char in _OVERRIDES for char in run)
        case "tags":  # a flag of a region: black flag, tags, end of tags
            return before == "\U0001f3f4" and run.endswith("\U000e007f")
        case _:
            return len(run) == 1 and _selects(run, before)


def _is_wanted_zero_width(run: str, before: str, after: str, *, soft_hyphens: bool) -> bool:
    if set(run) == {_SOFT_HYPHEN}:
        return not soft_hyphens
    if run == "\ufeff":
        return before == ""
    if run == "\u200d" and _is_symbol(before) and _is_symbol(after):
        return True
    if run in {"\u200c", "\u200d"}:
        return _JOINING.match(before) is not None and (not after[:1].strip() or _JOINING.match(after) is not None)
    return run == "\u200b" and _SPACELESS.match(before) is not None


def _is_symbol(char: str) -> bool:
    return bool(char) and (char == "\ufe0f" or unicodedata.category(char) in {"So", "Sk"})


def _selects(selector: str, before: str) -> bool:
    if not before:
        return False
    if selector > "\uffff":
        return _IDEOGRAPH.match(before) is not None
    is_sign = unicodedata.category(before)[0] in "SP" or before.isdigit()
    return is_sign or bool(_IDEOGRAPH.match(before) or _LETTER_WITH_SELECTOR.match(before))


def _is_overmarked(letter: str) -> bool:
    """Tell whether the marks on *letter* make no letter with it that has a code point of its own, or are a pile."""
    marks = letter[1:].replace("\u034f", "")
    return bool(marks) and (len(marks) > _MANY_MARKS or len(unicodedata.normalize("NFC", letter[0] + marks)) > 1)


def _hit(number: int, text: str, sort: Sort, extent: Extent, *, in_source: bool) -> Hit:
    match = text[extent.start : extent.end]
    evidence = [("characters", _named(match, sort)), ("sort", sort)]
    if sort == "tags" and (said := "".join(chr(ord(char) - 0xE0000) for char in match if char > "\U000e001f")):
        evidence.append(("says", said))
    fixes = (_fix(extent, match, sort),)
    return Hit(number, extent, match, evidence=tuple(evidence), fixes=fixes, in_source=in_source)


def _named(match: str, sort: Sort) -> str:
    seen = match[1:] if sort == "marks" else match
    shown = [char for char in seen if sort != "homoglyphs" or char in LOOKALIKES]
    counts = {char: shown.count(char) for char in dict.fromkeys(shown)}
    names = [f"U+{ord(char):04X}" + (f" ×{count}" if count > 1 else "") for char, count in counts.items()]
    return ", ".join(names[:8]) + (" …" if len(names) > 8 else "")  # noqa: PLR2004 - enough to recognise it


def _fix(extent: Extent, match: str, sort: Sort) -> HitFix:
    if sort == "homoglyphs":
        return replacement(extent, "".join(LOOKALIKES.get(char, char) for char in match), safe=False)
    if sort == "marks":
        return replacement(extent, match[0], safe=False)
    return replacement(extent, "", safe=sort != "bidi")


_DEFAULT = """
{}
"""
_SOFT = """
sorts: [zero-width]
soft_hyphens: true
"""

KIND = RuleKind(
    name="hidden-text",
    params=Params,
    revision=2,
    locales=ANY,
    needs=frozenset({Need.SOURCE}),
    plan=plan,
    find=find,
    examples=(
        Example(_DEFAULT, "Results guar[[\u200b]]anteed[[\u200d\u2060]] in a week."),
        Example(_DEFAULT, "Pay at [[\u202e]]moc.aromul, a [[g\u0430rantee]][[\U000e0068\U000e0069]] of ours."),
        Example(_DEFAULT, "Results [[g\u0336]][[u\u0336]]aranteed, it is [[t\u0301\u0302\u0303]]rue."),
        Example(_DEFAULT, "Cafe\u0301, u\u0308ber, Vie\u0323\u0302t."),
        Example(_SOFT, "Donau[[\u00ad]]dampfschiff"),
        Example(_DEFAULT, "A family 👨\u200d👩\u200d👧 in ❤\ufe0f with Donau\u00addampfschiff."),
        Example(_DEFAULT, "می\u200cخواهم, क्\u200dष, Ω and kΩ, Привет and hello."),
        Example(_SOFT, "Nothing \u202ehere."),
    ),
    per_draft=True,
)
