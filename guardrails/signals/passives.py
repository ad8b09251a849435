"""
Sentences in the passive, by the shape of words.

English: a form of *be* (or *get*) and a participle within four words, adverbs between them. German: a form of *werden*
and a participle before it, or after it in the same clause. Participles are known by their shape ("-ed", "ge-…-t",
"-iert") and, where they have none, from a list; no tagger is asked, because a verdict must not depend on what is
installed, and because a blank pipeline could not tell either.

What it gets wrong: participles that are adjectives and not in the list ("is furnished"). What it misses: questions
("Are the lamps tested?"), participles behind a clause or a list in between, German participles that are infinitives,
too ("wird erfahren"), unless *wurde*, *worden* or a modal verb tell them apart. Not meant: passives without an
auxiliary ("the price shown here"), the German *sein* passive ("ist geladen"), *lassen*, *bekommen*.

How often: of 160 sentences it had not seen, each with a form of *be* or *werden* (company reports; a German manual),
labelled by hand, it called 81 passive, 76 of them rightly, and missed 8 of 84: English 17 of 21 and none missed (the
others were states: "is involved"), German 59 of 60 with 8 of 67 missed. What was in no list then is in one now.
"""

# ruff: noqa: SIM905  (a list of words is read and sorted more easily as running text)

from __future__ import annotations

from collections.abc import Sequence

from guardrails.text.expression import expression

LANGUAGES = ("en", "de")
"""Languages whose passive is known."""

_BE = frozenset(
    "am is are was were be been being isn't aren't wasn't weren't i'm it's that's he's she's we're you're they're "
    "who's what's there's get gets got getting".split()
)
_CLAUSE_REACH = 40
"""A German participle stands at most so many words from its auxiliary, or they are of two clauses."""

_SPAN = 4
"""The participle is one of so many words behind the auxiliary."""

_BETWEEN = frozenset(
    "not never also now then still already always often usually only just even both all been being so too well first "
    "here soon ever again thus therefore hereby once twice better fully largely quite rather very more most less "
    "sometimes today best far almost further yet".split()
)
_IRREGULAR_EN = frozenset(
    "beaten begun bent bitten blown borne bought bound broken brought built burnt bred cast caught chosen cut dealt "
    "done drawn driven eaten fed felt flung forbidden foreseen forgotten forgiven fought found frozen given "
    "ground grown hung heard held hidden hit hurt kept knit known laid led left lent let lit lost made meant met mown "
    "outdone overcome overseen overthrown paid proven put read rebuilt redone remade rewritten ridden rung said sawn "
    "seen sent set sewn shaken shed shot shown shut sold sought sown spelt spent split spoken spread spun stolen struck "
    "stuck sung sunk sworn swept swung taken taught thought thrown told torn understood undertaken undone upheld "
    "withdrawn withheld won worn wound woven written".split()
)
_NO_PARTICIPLES_EN = frozenset(
    "indeed hundred need bleed breed exceed proceed succeed speed sacred naked wicked rugged "
    # adjectives and states
    "tired interested excited pleased delighted worried bored surprised concerned disappointed scared satisfied "
    "convinced married retired qualified experienced advanced skilled talented crowded detailed complicated "
    "sophisticated limited related aged supposed gifted obsessed dressed thrilled relaxed blurred "
    "rounded curved blessed ashamed amazed annoyed confused frustrated overwhelmed embarrassed exhausted "
    "fascinated motivated deceased involved committed entitled".split()
)
_UN_PARTICIPLES = frozenset("undermined uncovered unveiled unlocked unpacked unplugged unloaded uninstalled".split())
_ED = expression(r"[a-z-]+[a-z]ed\Z")

_WERDEN = frozenset(
    "werde wirst wird werden werdet wurde wurdest wurden wurdet worden würde würdest würden würdet".split()
)
_SURELY_PASSIVE = frozenset("wurde wurdest wurden wurdet worden".split())
_APART = (
    r"(?:ab|an|auf|aus|bei|bekannt|bereit|da|dar|durch|ein|empor|entgegen|entlang|fern|fertig|fest|fort|frei|groß|gut|"
    r"heim|her|herab|heran|heraus|herbei|herein|herunter|hervor|hin|hinaus|hinein|hinzu|hoch|kennen|klein|los|mit|nach|"
    r"nahe|nieder|offen|rück|sicher|statt|still|teil|um|unter|vor|voran|voraus|vorbei|wahr|weg|weiter|wieder|zu|zufrieden|"
    r"zurück|zusammen|zurecht|schön|über|nieder|neu|heraus)"
)
_PARTICIPLE_DE = expression(
    rf"{_APART}?ge\w{{2,}}(?:t|en)|{_APART}?(?:be|ver|ent|er|zer|emp|miss|über|unter|wider|hinter|wieder|durch|um|voll)"
    r"\w{2,}t|\w{2,}iert"
)
_STRONG_DE = frozenset(
    "begonnen verloren verstanden verboten beschrieben betrieben vertrieben verschoben verwiesen bewiesen entschieden "
    "vermieden betroffen übernommen unternommen vernommen entnommen besprochen versprochen verbunden empfunden erfunden "
    "entworfen verworfen unterworfen beschlossen zerrissen verschrieben unterschrieben umschrieben überschritten "
    "beschritten begriffen ergriffen verglichen verliehen verziehen überwiesen erwogen bewogen betrogen bezogen "
    "entzogen erzogen vollzogen unterzogen überzogen befohlen empfohlen verdorben erworben beworben zerbrochen "
    "unterbrochen erhoben verhoben verschwiegen getan vorgezogen unterbunden entbunden verdrossen umworben "
    "verschlungen bedungen erschlossen verschlossen umschlossen überschrieben behoben aufgehoben enthoben überwunden verwunden erwiesen unterwiesen".split()
)
_ALSO_INFINITIVE = frozenset(
    "erhalten enthalten vergessen erfahren überlassen verlassen entlassen erlassen belassen vergeben ergeben übergeben "
    "umgeben beraten verraten betreten vertreten empfangen übertragen übersehen versehen widerrufen berufen verfahren "
    "unterhalten hinterlassen vorbehalten beibehalten zerfallen befallen überfallen verladen beladen entladen "
    "durchlaufen durchfahren umfahren bekommen vermessen bemessen "
    "gefallen gehören gewinnen genießen gelangen gelingen geschehen gelten geben gehen gestalten gewähren genügen gebrauchen "
    "gestehen gedenken geraten gesellen getrauen gewöhnen gefährden genesen gebären gedeihen geleiten gebieten "
    "ausgeben abgeben angeben aufgeben eingeben weitergeben zurückgeben nachgeben vorgeben zugeben hergeben bekanntgeben "
    "ausgehen abgehen angehen aufgehen eingehen weitergehen zurückgehen vorgehen umgehen mitgehen nachgehen hingehen "
    "angehören zugehören dazugehören umgestalten ausgestalten mitgestalten angewöhnen".split()
)
_NO_PARTICIPLES_DE = frozenset(
    "bekannt beliebt bereit berühmt verrückt verwandt erst ernst bewusst gerecht geeignet gewohnt gespannt gescheit "
    "gesamt gern gerät verkehrt kompliziert elegant überhaupt unterwegs bestimmt leicht nicht recht "
    "besteht beginnt bekommt bedeutet behält erhält enthält verliert vergeht versteht entsteht erscheint "
    "gefällt gewinnt genießt gelingt geschieht umsonst".split()
)
_AND = frozenset(("und", "oder", "aber", "sondern"))
_PERFECT = frozenset(("haben", "sein"))
_MODALS = frozenset(
    "muss müssen musste mussten müsste müssten kann können konnte konnten könnte könnten soll sollen sollte sollten darf "
    "dürfen durfte durften dürfte dürften mag mögen möchte möchten will wollen wollte wollten".split()
)


def is_passive(words: Sequence[str], gaps: Sequence[str], language: str) -> bool:
    """
    Tell whether a sentence has a passive.

    Args:
        words: Its words as written.

        gaps: What stands between each word and the next, one fewer than words.

        language: One of :data:`LANGUAGES`.
    """
    return _is_passive_de(words, gaps) if language == "de" else _is_passive_en(words, gaps)


def _is_participle_en(word: str) -> bool:
    """Tell whether the lower-case English *word* looks like a participle that is no adjective."""
    if word in _IRREGULAR_EN or word in _UN_PARTICIPLES:
        return True
    return _ED.match(word) is not None and word not in _NO_PARTICIPLES_EN and not word.startswith("un")


def _is_passive_en(words: Sequence[str], gaps: Sequence[str]) -> bool:
    lower = [word.lower().replace("’", "'") for word in words]
    return any(word in _BE and _participle_follows(lower, gaps, at) for at, word in enumerate(lower))


def _participle_follows(lower: Sequence[str], gaps: Sequence[str], at: int) -> bool:
    for next_at in range(at + 1, min(at + 1 + _SPAN, len(lower))):
        word = lower[next_at]
        if gaps[next_at - 1].strip():
            return False
        if _is_participle_en(word):
            return True
        if word not in _BETWEEN and not word.endswith("ly"):
            return False
    return False


def _is_passive_de(words: Sequence[str], gaps: Sequence[str]) -> bool:
    start = 0
    # The capital of the first word is that of the sentence.
    uncapped = [words[0].lower(), *words[1:]] if words else []
    for end in range(1, len(words) + 1):
        if end == len(words) or any(char in ",;:–—" for char in gaps[end - 1]):
            if _is_passive_clause(uncapped[start:end]):
                return True
            start = end
    return False


def _is_passive_clause(clause: Sequence[str]) -> bool:
    for at, word in enumerate(clause):
        if word.lower() in _WERDEN:
            is_sure = word.lower() in _SURELY_PASSIVE
            if _precedes_de(clause, at, is_sure=is_sure) or _follows_de(clause, at, is_sure=is_sure):
                return True
    return False


def _precedes_de(clause: Sequence[str], at: int, *, is_sure: bool) -> bool:
    """Tell whether a participle stands before the form of *werden* at *at* ("geladen wird", "geladen zu werden")."""
    has_zu = at > 1 and clause[at - 1] == "zu"
    before, after = clause[at - 2 if has_zu else at - 1] if at else "", clause[at + 1 : at + 2]
    # "soll … beibehalten werden", "vergessen werden kann": what is also an infinitive is a participle there.
    near = (*clause[max(at - _CLAUSE_REACH, 0) : at], *after)
    has_modal = clause[at] == "werden" and any(word in _MODALS for word in near)
    return _is_participle_de(before, is_sure=is_sure or has_modal or has_zu)


def _follows_de(clause: Sequence[str], at: int, *, is_sure: bool) -> bool:
    has_and = False
    for next_at in range(at + 1, min(at + 1 + _CLAUSE_REACH, len(clause))):
        word, after = clause[next_at], clause[next_at + 1 : next_at + 2]
        has_and = has_and or word.lower() in _AND
        # Behind "und" a new verb may begin ("wird warm und verliert Licht"); at the end stands the participle.
        if _is_participle_de(word, is_sure=is_sure) and not (has_and and after):
            return not after or after[0].lower() not in _PERFECT
    return False


def _is_participle_de(word: str, *, is_sure: bool) -> bool:
    if word in _ALSO_INFINITIVE:
        return is_sure
    if word in _NO_PARTICIPLES_DE or not word[:1].islower():
        return False
    return word in _STRONG_DE or _PARTICIPLE_DE.fullmatch(word) is not None
