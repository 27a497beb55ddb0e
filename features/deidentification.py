"""Which words of a text could give a person away: names, codes, dates, places, employers, diagnoses, rare traits.

Every finding says where it stands, what it is and what may stand there instead; a person decides. Nothing that was
found is stored as it was. Doubtful findings are kept (``sure`` is False): a wrong flag costs a click, a missed name
a person's privacy. Word lists: ``person_names*.yaml``, ``place_names.yaml``, ``illness_words.yaml``,
``deidentification_words.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from rapidfuzz.distance import OSA

from data.reference_files import read_reference

from .name_forms import NameForms
from .ordinary_words import begins_ordinarily, ordinary_words
from .personal_patterns import age_in, shapes
from .tokens import clean

KINDS = (
    "name", "id", "phone", "email", "plate", "address", "date", "age", "place", "employer", "diagnosis", "rare",
)  # fmt: skip
MANY_TRAITS = 3
"""So many different traits of one person in one sentence (age, place, employer, date, rare) are a combination."""

LONGEST_UNLISTED = 9
"""A longer word at the beginning of a sentence that no list knows is hardly ever a name: most are put together."""

MOST_ABBREVIATED = 5
"""Capitals up to this length are an abbreviation (HACCP), unless they are a listed name."""

_TRAITS = frozenset(("age", "place", "employer", "date", "rare"))
_SHAPED = frozenset(("id", "phone", "email", "plate", "address", "date", "age"))
_TOKEN = re.compile(r"[^\W\d_][\w]*(?:[-'’:][^\W\d_]\w*)*")


@dataclass(frozen=True, slots=True)
class PersonalFinding:
    """One finding in the cleaned text: kind, offsets, what may stand instead ("" removes it), whether it is sure."""

    kind: str
    start: int
    end: int
    text: str
    proposal: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class PersonalCheck:
    """What was found in a text, in order; ``combinations`` are sentences whose traits together are few people's."""

    text: str
    findings: tuple[PersonalFinding, ...]
    combinations: tuple[tuple[int, int], ...]


class _Word(NamedTuple):
    text: str
    start: int
    end: int
    capital: bool
    first: bool


class _Span(NamedTuple):
    kind: str
    start: int
    end: int
    sure: bool


def check_personal(text: str, language: str = "fi") -> PersonalCheck:
    """Look for everything that could give a person away; ``language`` is that of the proposals.

    >>> check = check_personal("Virtasen kokeilu alkoi Jyväskylässä 3.2.2025.")
    >>> [(one.kind, one.text) for one in check.findings]
    [('name', 'Virtasen'), ('place', 'Jyväskylässä'), ('date', '3.2.2025')]
    """
    text = clean(text)
    words = _words(text)
    shaped = [_Span(*found, True) for found in shapes(text)]
    spans = [
        *shaped,
        *_rare(words),
        *_diagnoses(words),
        *_employers(text, words),
        *_named(text, words, shaped, language),
    ]
    findings = tuple(
        PersonalFinding(
            one.kind, one.start, one.end, text[one.start : one.end], _instead(one, text, language), one.sure
        )
        for one in _apart(spans)
    )
    return PersonalCheck(text, findings, tuple(_combinations(text, findings)))


def without_personal(check: PersonalCheck, keep: Iterable[int] = ()) -> str:
    """Give the text with every finding replaced by its proposal, but for those whose numbers a person chose to keep.

    >>> without_personal(check_personal("Pekka, 52-vuotias, seisoi."))
    'Työntekijä, 50–59-vuotias, seisoi.'
    """
    kept, out, at = set(keep), "", 0
    for number, one in enumerate(check.findings):
        if number in kept:
            continue
        out += check.text[at : one.start]
        proposal = one.proposal
        if proposal and (not out.strip() or out.rstrip()[-1:] in ".!?"):
            proposal = proposal[0].upper() + proposal[1:]
        out, at = out + proposal, one.end
    out += check.text[at:]
    return re.sub(r"\s+([.,;:!?])", r"\1", re.sub(r"[ \t]{2,}", " ", out)).strip()


def _instead(one: _Span, text: str, language: str) -> str:
    words = text[one.start : one.end]
    instead = str(_lists()["instead"][one.kind][language])
    if one.kind == "age" and (age := age_in(words)) is not None:
        return instead.format(low=age // 10 * 10, high=age // 10 * 10 + 9)
    if one.kind == "date":
        return _season(words, language) or instead
    return instead


def _season(words: str, language: str) -> str:
    """Blur a date to its season; "" when it names no month."""
    months, low = _lists()["months"], words.lower()
    number = next((at for name in ("fi", "sv", "en") for at, month in enumerate(months[name], 1) if month in low), None)
    if number is None:
        match = re.search(r"\d{1,2}[./] ?(\d{1,2})[./]", words) or re.search(r"\d{4}-(\d{2})-", words)
        match = match or re.match(r"(\d{1,2})/\d{4}", words)
        number = int(match[1]) if match else None
    return str(_lists()["seasons"][language][number % 12 // 3]) if number is not None and 1 <= number <= 12 else ""


def _apart(spans: Sequence[_Span]) -> list[_Span]:
    """Keep spans that do not overlap: the longer one wins, then the surer; neighbours of one kind are joined."""
    kept: list[_Span] = []
    for one in sorted(spans, key=lambda s: (s.start - s.end, not s.sure, KINDS.index(s.kind), s.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda s: s.start)


def _combinations(text: str, findings: Sequence[PersonalFinding]) -> Iterator[tuple[int, int]]:
    at = 0
    for cut in [*re.finditer(r"(?<=[^\W\d_]{2}[.!?])\s+(?=[A-ZÅÄÖ])", text), None]:
        end = cut.start() if cut else len(text)
        traits = {one.kind for one in findings if at <= one.start < end} & _TRAITS
        if len(traits) >= MANY_TRAITS:
            yield at, end
        at = cut.end() if cut else end


def _words(text: str) -> list[_Word]:
    found = []
    for match in _TOKEN.finditer(text):
        before = text[: match.start()].rstrip(" \t\"'”’(«–-\u00a0")
        ends = re.search(r"(?:^|[^\W\d_]{2,}[\"”’)]*[.!?]|\d{4}\.|[!?]|\n|[%)”]\.)$", before) if before else True
        if not ends and re.search(r"\d(?: ?[A-ZÅÄÖ]|-?v)?\.$", str(before)):
            ends = True  # "... against 2. Customers fine": a number ends the sentence, or that of a door
        capital = match[0][0].isupper()
        found.append(_Word(match[0], match.start(), match.end(), capital, bool(ends)))
    return found


@cache
def _lists() -> dict[str, Any]:
    return dict(read_reference("deidentification_words.yaml"))


@cache
def _forms(kind: str) -> NameForms:
    names = [read_reference(file) for file in ("person_names.yaml", "person_names_more.yaml")]
    places = read_reference("place_names.yaml")
    listed = {
        "first": [*names[0]["first_names"], *names[1]["first_names"]],
        "last": [*names[0]["surnames"], *names[1]["surnames"]],
        "also": [*names[0]["also_words"], *names[1]["also_words"]],
        "place": [*places["municipalities"], *places["swedish_names"], *places["other_places"]],
        "employer": [one for one in places["employers"] if " " not in one],
        "kept": _lists()["kept"],
    }
    return NameForms(listed[kind])


@cache
def _plain(kind: str) -> frozenset[str]:
    """Give listed names in lower case, as they stand in the list."""
    names = [read_reference(file) for file in ("person_names.yaml", "person_names_more.yaml")]
    key = {"first": "first_names", "last": "surnames"}[kind]
    return frozenset(str(name).lower() for listed in names for name in listed[key] if len(str(name)) >= 4)


@cache
def _lower_set(kind: str) -> frozenset[str]:
    return frozenset(str(word).lower() for word in _lists()[kind])


def _named(text: str, words: Sequence[_Word], shaped: Sequence[_Span], language: str) -> Iterator[_Span]:
    """Find names and places word by word; a run of them is one name."""
    words = _without_shouting(words)
    inside = [(one.start, one.end) for one in shaped if one.kind in _SHAPED]
    run: list[_Word] = []
    sure = False
    for at, word in enumerate(words):
        if any(start <= word.start < end for start, end in inside):
            kind, certain = None, False
        else:
            kind, certain = _kind_of(words, at, language)
        if kind == "name":
            if run and not _beside(text, run[-1], word):
                yield _run_span(text, words, run, sure)
                run, sure = [], False
            run, sure = [*run, word], sure or certain
            continue
        if run:
            yield _run_span(text, words, run, sure)
            run, sure = [], False
        if kind == "place":
            yield _Span("place", word.start, word.end, certain)
    if run:
        yield _run_span(text, words, run, sure)


def _beside(text: str, one: _Word, other: _Word) -> bool:
    return re.fullmatch(r"\.?[ \u00a0]", text[one.end : other.start]) is not None and not other.first


def _run_span(text: str, words: Sequence[_Word], run: Sequence[_Word], sure: bool) -> _Span:
    """Give a run of names with the title before it and a lone initial after it."""
    start, end = run[0].start, run[-1].end
    before = [word for word in words if word.end <= start]
    if before and before[-1].text.lower() in _lower_set("titles") and start - before[-1].end <= 2:
        start, sure = before[-1].start, True
    initial = re.match(r" [A-ZÅÄÖ]\.", text[end:])
    return _Span("name", start, end + (initial.end() if initial else 0), sure)


def _kind_of(words: Sequence[_Word], at: int, language: str) -> tuple[str | None, bool]:
    """Tell whether a word is a name or a place, and whether that is sure."""
    word = words[at]
    if not word.capital:
        return ("place", True) if _is_demonym(word.text) else _small_kind(words, at)
    if word.text in ("I",) or _is_kept(word.text):
        return None, False
    after = words[at + 1] if at + 1 < len(words) else None
    before = words[at - 1] if at else None
    titled = before is not None and before.text.lower() in _lower_set("titles")
    if word.first and not titled:
        return _first_of_sentence(word, after, words[at + 2] if at + 2 < len(words) else None, language)
    if len(word.text) == 1:
        return ("name", False) if after is not None and after.capital and not after.first else (None, False)
    if _is_demonym(word.text):
        return "place", True
    is_name = _is_listed_name(word.text)
    is_place = _forms("place").base(word.text) is not None
    if is_place and (not is_name or not _beside_name(before, after)) and not titled:
        return "place", True
    if is_name or titled:
        return "name", True
    if word.text.isupper() and len(word.text) <= MOST_ABBREVIATED:
        return None, False
    return "name", False


def _beside_name(before: _Word | None, after: _Word | None) -> bool:
    return any(
        one is not None and one.capital and _forms("first").base(one.text) is not None for one in (before, after)
    )


def _small_kind(words: Sequence[_Word], at: int) -> tuple[str | None, bool]:
    """Tell a name or a place that somebody wrote without a capital ("matti soitti", "asuu kuopiossa")."""
    word = words[at].text
    if len(word) < 4 or _is_ordinary(word) or _forms("also").base(word) is not None:
        return None, False
    low = word.lower()
    beside = any(
        0 <= near < len(words) and words[near].capital is False and _is_last(words[near].text)
        for near in (at - 1, at + 1)
    )
    if low in _plain("first") and (words[at].first or beside or low not in ordinary_words()):
        return "name", False
    if _is_last(word) and at and words[at - 1].text.lower() in _plain("first"):
        return "name", False
    place = _forms("place").base(word)
    if place is not None and len(place) >= 5 and _forms("also").base(place) is None and not _is_ordinary(place):
        return "place", False
    return None, False


def _is_last(word: str) -> bool:
    return len(word) >= 4 and (_forms("last").base(word) is not None or _forms("also").base(word) is not None)


def _is_ordinary(word: str) -> bool:
    return word.lower() in ordinary_words() or word.lower() in _lower_set("beginnings")


_SHOUTED = 3
"""So many words in capitals in a row are shouting: their capitals say nothing."""


def _without_shouting(words: Sequence[_Word]) -> list[_Word]:
    """Give words whose capitals mean something: in a shouted passage only listed names keep theirs."""
    found, at = list(words), 0
    while at < len(words):
        end = at
        while end < len(words) and words[end].text.isupper():
            end += 1
        if sum(len(word.text) > 1 for word in words[at:end]) >= _SHOUTED:
            for near in range(at, end):
                text = words[near].text
                if not (_is_listed_name(text) or _forms("place").base(text) or _forms("also").base(text)):
                    found[near] = words[near]._replace(capital=False, text=text.lower(), first=words[near].first)
                else:
                    found[near] = words[near]._replace(text=text.capitalize(), first=False)
        at = max(end, at + 1)
    return found


def _first_of_sentence(word: _Word, after: _Word | None, third: _Word | None, language: str) -> tuple[str | None, bool]:
    """At the beginning of a sentence every word has a capital: ask the lists, the next word, the shape."""
    name_follows = after is not None and _may_be_name(after) and after.start - word.end == 1
    name_follows_and = third is not None and _may_be_name(third)
    person_follows = after is not None and after.text.lower() in _lower_set("person_verbs")
    title = word.text.lower() in _lower_set("titles")
    if _glued(word.text):
        return "name", False
    if word.text.isupper() and 1 < len(word.text) <= MOST_ABBREVIATED and not _is_listed_name(word.text):
        return None, False
    role = _is_role(word.text.lower())
    if _forms("also").base(word.text) is not None and not (_forms("place").base(word.text) and not name_follows):
        acts = after is not None and not after.capital and _acts(after.text, language)
        exact = word.text.lower() in _also_words()
        told = name_follows or person_follows or acts or (exact and not _also_a_word(word.text, language))
        return ("name", name_follows) if told else (None, False)
    if role and not name_follows and not _is_first(word.text):
        return None, False
    if _is_ordinary(word.text) and not (name_follows or (person_follows and _is_listed_name(word.text))):
        return None, False
    if _is_listed_name(word.text):
        place = _forms("place").base(word.text) is not None and not name_follows and not person_follows
        return ("place", False) if place else ("name", True)
    if _forms("place").base(word.text) is not None or _is_demonym(word.text):
        return "place", True
    if _SURNAME_SHAPE.search(word.text):
        return "name", False
    strange = not role and not title and len(word.text) >= 3 and word.text.lower() not in ordinary_words()
    if (
        strange
        and after is not None
        and ((person_follows and not _CASE_FORM.search(word.text)) or (after.text in _AND and name_follows_and))
    ):
        return "name", False
    if (
        strange
        and 4 <= len(word.text) <= LONGEST_UNLISTED
        and not begins_ordinarily(word.text)
        and not _HARDLY_A_NAME.search(word.text)
    ):
        return "name", False
    if strange and word.text.endswith("n") and after is not None and _WORKPLACE.match(after.text):
        return "place", False  # "Hakaniemen hallissa"
    if strange and word.text.endswith("n") and after is not None and after.text in _OF_SOMEBODY:
        return "name", False
    if strange and after is not None and _PAST.search(after.text) and not _COMMON_FORM.search(word.text):
        return "name", False
    if name_follows and not role and not title and after is not None and _maybe_full_name(word, after):
        return "name", False
    return None, False


def _may_be_name(word: _Word) -> bool:
    code = len(word.text) <= MOST_ABBREVIATED and word.text.isupper() and not _is_listed_name(word.text)
    return word.capital and not word.first and not code and not _is_kept(word.text)


def _is_role(low: str) -> bool:
    """Tell a word for people that names nobody; short ones (he, hän, vi) stand whole."""
    roles = _lower_set("roles")
    return low in roles or low.startswith(tuple(role for role in roles if len(role) > 4)) or low.endswith(("ja", "jä"))


def _is_first(text: str) -> bool:
    return _forms("first").base(text) is not None


@cache
def _also_words() -> frozenset[str]:
    names = [read_reference(file) for file in ("person_names.yaml", "person_names_more.yaml")]
    return frozenset(str(name).lower() for listed in names for name in listed["also_words"])


def _glued(text: str) -> bool:
    """Tell a name that runs into the next word ("Seijakertoi") or has a nickname's beginning ("Iso-Masa")."""
    before, _, after = text.partition("-")
    if after[:1].isupper() and before.lower() in _lower_set("nicknames"):
        return True
    low = text.lower()
    return any(low[:at] in _plain("first") and low[at:] in _lower_set("person_verbs") for at in range(4, len(low) - 3))


def _acts(after: str, language: str) -> bool:
    """Tell a verb of what somebody does; a bare noun hardly ever stands before one in Swedish or English."""
    ending = {"sv": r"(?:[aeioåäö]r|de|te)$", "en": r"[a-z]{2}ed$"}.get(language)
    return ending is not None and re.search(ending, after) is not None


def _also_a_word(text: str, language: str) -> bool:
    """Tell whether a name is an ordinary word in the language of the text too: "Kari" is none in English."""
    return any(
        mine.lower() in {one.lower() for one in _lists()["also_words_of"].get(language, ())}
        for mine in (text, _forms("also").base(text) or text)
    )


_AND = frozenset(("ja", "och", "and"))
_OF_SOMEBODY = frozenset(("kanssa", "mielestä", "mukaan", "luona", "työvuoro", "työpari", "kokeilu"))
"""What follows a Finnish genitive of a person."""

_PAST = re.compile(r"^[a-zåäö]{2,}(?:[aeouyäölnrstkv]i|a?de|[rnldtk]de|[kpts]te|ed)$")
"""Shapes of verbs of the past in the three languages: kertoi, övade, practised."""
_COMMON_FORM = re.compile(
    r"(?:[aeiouyäö]n|ssa|ssä|sta|stä|lla|llä|lta|ltä|lle|ksi|uus|yys|kset|minen|in|t|o|u|y|en|et|ar|er|or|ing|s)$"
)
"""Endings that ordinary words have far more often than names in the nominative."""

_HARDLY_A_NAME = re.compile(
    r"(?:[td]t[uy]|ttiin|[aeiouyäö]t|isin|ingar?(?:na)?|aren|arna|orna|erna|ien|[^aeiouyäö]iin|een|aan|ään)$"
)
"""Endings of participles, plurals and the like that names do not have."""

_WORKPLACE = re.compile(
    r"(?:halli|tehta|tehda|myymälä|varasto|toimipiste|kaup|koulu|päiväko|keittiö|sairaala|asema|satama|kirjasto|terminaal|"
    r"varik|pesula|leipomo|hotelli|ravintola|kioski|torill|yksikö|toimisto|palvelutalo|päiväkeskuk|työpaja)\w*$"
)

_CASE_FORM = re.compile(r"(?:ksen|isen|uden|yden|ssa|ssä|sta|stä|lla|llä|lta|ltä|lle|iin|een|aan|ään|t)$")
"""Finnish forms in which the doer of something never stands."""

_SURNAME_SHAPE = re.compile(
    r"^(?!Toinen|Toisen|Nainen|Naisen|Ihmi|Hevo|Kolmonen|Kakkonen|Ykkö)[A-ZÅÄÖ]\w+(?:[aouyäö]nen|[eouyäö]{1,2}i?nen$|"
    r"[aouyäö]se(?:n|lla|llä|lle|lta|ltä|sta|stä|ssa|ssä))$|^[A-ZÅÄÖ]\w{3,}(?:sson|ström|qvist|kvist|blom|berg|lund|gren)s?$"
)


def _maybe_full_name(word: _Word, after: _Word) -> bool:
    """Tell "Nguyen Thi" from "Laskut Sirkalle": both words of a full name stand without a Finnish plural."""
    return _forms("place").base(after.text) is None and not re.search(r"(?:[tn]|ssa|ssä|sta|stä|lla|llä)$", word.text)


def _is_listed_name(text: str) -> bool:
    parts = text.split("-")
    if len(parts) > 1:
        both = all(_forms("first").base(part) or _forms("last").base(part) for part in parts if part)
        return both or (parts[-1][:1].isupper() and _forms("first").base(parts[-1]) is not None)  # "Pikku-Jussi"
    return _forms("first").base(text) is not None or _forms("last").base(text) is not None


def _is_kept(text: str) -> bool:
    first, _, rest = text.partition("-")
    if rest and first.isupper() and len(first) <= 4 and rest[0].islower():
        return True  # "CNC-koneen"
    return (
        text.split("-")[0].lower() in _lower_set("kept")
        or text.lower() in _lower_set("kept")
        or (_forms("kept").base(text) is not None)
    )


_DEMONYM = re.compile(r"^(\w{3,}?)(?:lai|läi)(?:nen|s\w*)$")


def _is_demonym(text: str) -> bool:
    """Tell "kuopiolainen" (of Kuopio); "suomalainen" and other peoples are told by the place list too."""
    match = _DEMONYM.match(text)
    return bool(match) and match is not None and match[1].lower() in _demonym_stems()


@cache
def _demonym_stems() -> frozenset[str]:
    listed = read_reference("place_names.yaml")["municipalities"]
    ends = {word.lower() for word in listed}
    return frozenset(ends | {word[:-1] + "e" for word in ends if word.endswith("i")})


_SMALL_FORMS = ("oy", "oyj", "ab", "abp", "ky", "tmi", "ltd", "gmbh")
"""Legal forms that are no words: before them a firm may stand without a capital."""


def _employers(text: str, words: Sequence[_Word]) -> Iterator[_Span]:
    """Find firms by their legal form, institutions by their kind, and well-known chains."""
    forms = "|".join(sorted(_lists()["employer_forms"], key=len, reverse=True))
    cap = r"[A-ZÅÄÖ][\w&’'-]*"
    legal = re.compile(rf"{cap}(?: (?:& |ja |och |and )?{cap})*? (?i:{forms})\b(?::\w+)?")
    for match in legal.finditer(text):
        yield _Span("employer", *match.span(), True)
    for match in re.finditer(rf"\b[a-zåäö]+(?: [a-zåäö]+)? (?:{'|'.join(_SMALL_FORMS)})\b(?::\w+)?", text):
        yield _Span("employer", *match.span(), False)
    kinds = "|".join(word for listed in _lists()["employer_words"].values() for word in listed)
    named = re.compile(rf"({cap})(?: {cap}| yliopisto\w*)*(?: (?:{kinds})\w{{0,5}}\b| (?:{kinds.title()})\w{{0,5}}\b)+")
    for match in named.finditer(text):
        first = match[1]
        known = _forms("place").base(first) is not None or first.endswith(("n", "s"))
        at_start = next((word.first for word in words if word.start == match.start()), False)
        if (not at_start or _forms("place").base(first) is not None) and known and not _is_kept(first):
            yield _Span("employer", *match.span(), True)
    for number, word in enumerate(words):
        ordinary = word.first and word.text.lower() in ordinary_words()
        if word.capital and not ordinary and _forms("employer").base(word.text) is not None:
            end = word.end
            follows = words[number + 1] if number + 1 < len(words) else None
            if follows is not None and follows.capital and not follows.first and follows.start == end + 1:
                end = follows.end
            yield _Span("employer", word.start, end, True)
    for chain in (one for one in read_reference("place_names.yaml")["employers"] if " " in one):
        for match in re.finditer(rf"\b{re.escape(chain)}\w*", text):
            yield _Span("employer", *match.span(), True)


_SHORT_DIAGNOSES = frozenset(("MS", "ADHD", "ADD", "OCD", "PTSD", "CP", "HIV", "ALS", "COPD"))


def _diagnoses(words: Sequence[_Word]) -> Iterator[_Span]:
    for word in words:
        if word.text.split("-")[0] in _SHORT_DIAGNOSES:
            yield _Span("diagnosis", word.start, word.end, True)
    stems = _illness_stems()
    whole = tuple(stem for stem in stems if " " not in stem)
    for word in words:
        low = word.text.lower()
        if low.startswith(whole) or any(part in low for part in _illness("inside")) or _misspelt_illness(low):
            yield _Span("diagnosis", word.start, word.end, True)
    joined = " ".join(word.text.lower() for word in words)
    for stem in (stem for stem in stems if " " in stem):
        for match in re.finditer(rf"\b{re.escape(stem)}", joined):
            first = joined[: match.start()].count(" ")
            last = first + stem.count(" ")
            yield _Span("diagnosis", words[first].start, words[last].end, True)


@cache
def _illness_stems() -> tuple[str, ...]:
    """Give the beginnings of words for illnesses, of all three languages."""
    listed = [*_lists()["diagnoses"].values(), *(_illness(language) for language in ("fi", "sv", "en"))]
    return tuple(dict.fromkeys(str(stem) for some in listed for stem in some))


@cache
def _illness(kind: str) -> tuple[str, ...]:
    return tuple(str(word) for word in read_reference("illness_words.yaml")[kind])


def _misspelt_illness(low: str) -> bool:
    """Tell "masenus" and "reumma": one letter off a common word for an illness, and no ordinary word."""
    if len(low) < 6 or _is_ordinary(low):
        return False
    return any(
        abs(len(low) - len(one)) <= 1 and OSA.distance(low, one, score_cutoff=1) <= 1 for one in _illness("misspelt")
    )


def _rare(words: Sequence[_Word]) -> Iterator[_Span]:
    """Find patterns of words that hold for few people; "~" stands for up to three words, "*" for any letters."""
    for listed in _lists()["rare"].values():
        for pattern in listed:
            parts = pattern.split()
            for at in range(len(words)):
                end = _rare_end(parts, words, at)
                if end is not None:
                    owned = at > 0 and not words[at].first and words[at - 1].text.endswith(("n", "s"))
                    yield _Span("rare", words[at - owned].start, words[end - 1].end, False)


def _rare_end(parts: Sequence[str], words: Sequence[_Word], at: int) -> int | None:
    for number, part in enumerate(parts):
        if part == "~":
            if number == len(parts) - 1:
                return min(at + 3, len(words))
            return next(
                (end for gap in range(4) if (end := _rare_end(parts[number + 1 :], words, at + gap)) is not None),
                None,
            )
        if at >= len(words) or not re.fullmatch(re.escape(part).replace(r"\*", r"\w*"), words[at].text.lower()):
            return None
        at += 1
    return at
