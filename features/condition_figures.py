"""Reads boundary conditions that are figures: clock times, hours, ages, kilograms, people, licences, languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .condition_cues import cue, cues

POUNDS = 0.4536
HEAVIEST_KG = 100.0
"""Greater weights in a text are of vehicles and yearly output, not of lifts."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A condition with a value that was worked out, and where it stands in the segment."""

    type: str
    value: str
    start: int
    end: int


_NUMBERS = {
    "fi": "yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän kymmenen yksitoista kaksitoista",
    "sv": "en två tre fyra fem sex sju åtta nio tio elva tolv",
    "en": "one two three four five six seven eight nine ten eleven twelve",
}
_MORE = {
    "fi": {"yhden": 1, "kahden": 2, "kolmen": 3, "neljän": 4, "viiden": 5, "kuuden": 6, "kaks": 2, "kuustoista": 16,
           "kuusitoista": 16, "kahdeksantoista": 18, "viisitoista": 15, "kaksikymmentä": 20, "kaksikymmentäviisi": 25,
           "kolmekymmentä": 30},
    "sv": {"ett": 1, "sexton": 16, "arton": 18, "femton": 15, "tjugo": 20, "tjugofem": 25, "trettio": 30,
    "tjugoen": 21},
    "en": {"a": 1, "sixteen": 16, "eighteen": 18, "fifteen": 15, "twenty": 20, "twenty-five": 25, "twenty-one": 21,
           "thirty": 30},
}  # fmt: skip


def _words(language: str) -> dict[str, int]:
    return {word: at for at, word in enumerate(_NUMBERS[language].split(), start=1)} | _MORE[language]


def _any_number(language: str) -> str:
    words = sorted(_words(language), key=len, reverse=True)
    return r"\d{1,3}(?:[.,]\d{1,2})?|" + "|".join(words)


def _value(text: str, language: str) -> float:
    low = text.lower()
    return float(_words(language)[low]) if low in _words(language) else float(low.replace(",", "."))


def _plain(number: float) -> str:
    return f"{number:g}"


# --- clock -----------------------------------------------------------------------------------------------------------

_FI_HOURS = {
    "yhdeltä": 1, "kahdelta": 2, "kolmelta": 3, "neljältä": 4, "viideltä": 5, "kuudelta": 6, "seitsemältä": 7,
    "kahdeksalta": 8, "yhdeksältä": 9, "kymmeneltä": 10, "yhdeltätoista": 11, "kahdeltatoista": 12,
    "kuuteen": 6, "seitsemään": 7, "kahdeksaan": 8, "yhdeksään": 9, "kymmeneen": 10, "kolmeen": 3, "neljään": 4,
    "viiteen": 5, "kahteen": 2, "kuutta": 6, "seitsemää": 7, "kahdeksaa": 8, "yhdeksää": 9, "kymmentä": 10, "viittä": 5,
    "kolmea": 3, "kahta": 2, "neljää": 4,
}  # fmt: skip
_HOUR_WORDS = {
    "fi": {**{word: at for word, at in _words("fi").items() if at <= 12 and word != "yhden"}, **_FI_HOURS},
    "sv": {"ett": 1, **{word: at for word, at in _words("sv").items() if 1 < at <= 12}},
    "en": {word: at for word, at in _words("en").items() if at <= 12 and word != "a"},
}
_DIGITS = r"(?<![\d.,:])([01]?\d|2[0-4])(?:[.:]([0-5]\d))?(?![\d]|[.,:]\d)"


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day in minutes, and where it stands."""

    minutes: int
    start: int
    end: int
    exact: bool

    def text(self) -> str:
        """Write it as HH:MM."""
        return f"{self.minutes // 60 % 24:02d}:{self.minutes % 60:02d}"


def clock_times(segment: str, language: str) -> list[Clock]:
    """Find times of day in figures or words, in order; ``exact`` where a colon, a minute or "klo" makes it sure.

    >>> [one.text() for one in clock_times("klo 6.30 alkaen", "fi")]
    ['06:30']
    >>> [one.text() for one in clock_times("half past seven", "en")]
    ['07:30']
    """
    low = segment.lower()
    found: list[Clock] = []
    hours = "|".join(sorted(_HOUR_WORDS[language], key=len, reverse=True))
    sure = "|".join(sorted(_FI_HOURS, key=len, reverse=True)) if language == "fi" else "(?!)"
    shapes = (
        (rf"{cue('half', language)}({hours}|1[0-2]|[1-9])", -30 if language != "en" else 30),
        (rf"{cue('to_hour', language)}({hours}|1[0-2]|[1-9])", -15),
        (rf"{cue('past_hour', language)}({hours}|1[0-2]|[1-9])", 15),
        (rf"(?:{cue('clock', language)})\s*({hours})", 0),
        (rf"(?:aamu)?({sure})", 0),
    )
    for shape, shift in shapes:
        for match in re.finditer(rf"(?<!\w){shape}(?!\w)", low):
            hour = _HOUR_WORDS[language].get(match[1]) or int(match[1])
            found.append(Clock(hour * 60 + shift, *match.span(), exact=True))
    lead = r"(?:klo\.?|kello|kl\.?|klockan|at)\s*"
    for match in re.finditer(
        rf"({lead})?{_DIGITS}\s*(a\.?m\.?|p\.?m\.?|o'?clock|h(?:rs?)?\b)?|(?<!\d)(?P<flat>[012]\d[0-5]0)\s*(?:hrs|hours)",
        low,
    ):
        if match["flat"]:
            found.append(Clock(int(match["flat"][:2]) * 60 + int(match["flat"][2:]), *match.span(), exact=True))
            continue
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        half = (match[4] or "").replace(".", "")
        if half == "pm" and minutes < 720:
            minutes += 720
        if half == "am" and minutes >= 720:
            minutes -= 720
        found.append(
            Clock(minutes, *match.span(), exact=bool(match[1] or match[3] or (half[:1] in ("a", "p", "o") and half)))
        )
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[Clock] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


RIGHT = 14
"""A cue after a time ("8.10 mennessä") must stand within so many characters."""

_MONTH = (
    r"\s*\.?\s*(?:tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu|jan|feb|mar|apr|may|maj|jun|jul|aug|"
    r"sep|oct|okt|nov|dec|st\b|nd\b|th\b|rd\b)"
)


def working_times(segment: str, language: str) -> Iterator[Figure]:
    """Read when work begins, ends, or a step must be done; opening hours and telephone hours are none of these."""
    low = segment.lower()
    if re.search(cue("opening", language), low):
        return
    times = clock_times(segment, language)
    at = 0
    while at < len(times):
        one = times[at]
        following = times[at + 1] if at + 1 < len(times) else None
        between = low[one.end : following.start] if following else ""
        if (
            following
            and re.fullmatch(r"\s*(?:-|–|—|to|till|and)\s*", between)
            and _is_range(low, one, following, language)
        ):
            end = following.minutes + (720 if following.minutes <= one.minutes and following.minutes < 720 else 0)
            yield Figure("earliest_start", one.text(), one.start, following.end)
            yield Figure("latest_end", Clock(end, 0, 0, True).text(), one.start, following.end)
            at += 2
            continue
        figure = _single(low, one, times, at, language)
        if figure:
            yield figure
        at += 1


def _is_range(low: str, one: Clock, two: Clock, language: str) -> bool:
    if re.match(
        r"\s*(?:h\b|t\b|tunti|tuntia|timm|hours?\b|hrs?\b|€|e\b|euro|kg|%|vuot|år|years?|kpl|henk)", low[two.end :]
    ):
        return False
    sure = one.exact or two.exact
    plausible = 3 * 60 <= one.minutes <= 23 * 60 and two.minutes >= 2 * 60
    return plausible and (sure or bool(re.search(cue("range", language), low)))


def _single(low: str, one: Clock, times: list[Clock], at: int, language: str) -> Figure | None:
    if (
        low[: one.start]
        .rstrip()
        .endswith(("£", "€", "$", "at least", "vähintään", "minst", "rising to", " over", " yli", " över"))
    ):
        return None
    if not one.exact and re.match(_MONTH, low[one.end :]):
        return None
    if re.match(
        r"\s*(?:kg|kilo|h\b(?!rs)|tunti|timm|hours|%|€|e/|euro|vuot|years|år\b|m\b|min|kpl|henk|asiak|§)",
        low[one.end :],
    ):
        return None
    left = low[max(times[at - 1].end if at else 0, one.start - 45) : one.start]
    right = low[one.end : min(times[at + 1].start if at + 1 < len(times) else len(low), one.end + RIGHT)]
    kinds = {"earliest_start": "starts", "latest_end": "ends", "time_bound": "step"}
    best: tuple[int, str] | None = None
    for type_, kind in kinds.items():
        for match in re.finditer(cue(kind, language), left):
            best = min(best or (999, ""), (len(left) - match.end(), type_))
        if after := re.search(cue(kind, language), right):
            best = min(best or (999, ""), (after.start() + 6, type_))
    if best is None or (not one.exact and best[0] > 12):
        return None
    type_, minutes = best[1], one.minutes
    if type_ == "latest_end" and minutes <= 7 * 60 and "am" not in low[one.start : one.end + 3]:
        minutes += 720
    return Figure(type_, Clock(minutes, 0, 0, True).text(), one.start, one.end)


# --- hours, ages, weights, people -----------------------------------------------------------------------------------


def working_hours(segment: str, language: str) -> Iterator[Figure]:
    """Read hours a day and a week, also ranges.

    >>> [(f.type, f.value) for f in working_hours("4–6 tuntia päivässä", "fi")]
    [('hours_per_day', '4-6')]
    """
    number, to = _any_number(language), r"\s*(?:-|–|—|to|till|or|eller|tai)\s*"
    amount = rf"(?<![\w.,/-])({number})(?:{to}({number}))?[\s-]*{cue('hour', language)}"
    shapes = (
        ("hours_per_week", rf"{amount}\b{cue('per', language)}{cue('week', language)}"),
        ("hours_per_day", rf"{amount}\b{cue('per', language)}{cue('day', language)}"),
        ("hours_per_week", rf"(?:{cue('week_lead', language)})\W+(?:\w+\W+){{0,3}}?({number})(?:{to}({number}))?"),
        (
            "hours_per_day",
            rf"{cue('day_lead', language)}\W+(?:\w+\W+){{0,4}}?({number})(?:{to}({number}))?"
            rf"[\s-]*{cue('hour', language)}\b",
        ),
    )
    taken: set[str] = set()
    for type_, shape in shapes:
        match = None if type_ in taken else re.search(shape, segment, re.IGNORECASE)
        if match and not re.search(r"€|eur|euroa|kr/", segment[match.end() : match.end() + 8].lower()):
            values = [_value(found, language) for found in match.groups() if found]
            if all(0 < one <= (24 if type_ == "hours_per_day" else 60) for one in values):
                taken.add(type_)
                yield Figure(type_, "-".join(_plain(one) for one in values), *match.span())


def ages(segment: str, language: str) -> Iterator[Figure]:
    """Read a lowest age of 13-25 years."""
    for shape in cues("age", language):
        for match in re.finditer(shape, segment, re.IGNORECASE):
            word = match[1].lower()
            if word.startswith(("täysi", "myndig")):
                yield Figure("min_age", "18", *match.span())
                return
            years = int(word) if word.isdigit() else _words(language).get(word, 0)
            if 13 <= years <= 25 and not re.search(
                r"\balle\b|\bunder\b|lapsi|lasten|\bbarn|child|pupil|kids|perustett|kokemus|erfarenhet|experience",
                segment.lower(),
            ):
                yield Figure("min_age", str(years), *match.span())
                return


_PRICED = (
    r"maksaa|hinta|hinnal|kostar|\bpris|\bcosts?\b|price|€|£|\beuro|myy|säljer|\bsell|vuosittain|per år|a year|"
    r"per year|vuodessa|årligen"
)


def lifting(segment: str, language: str) -> Iterator[Figure]:
    """Read the heaviest load that is lifted or allowed, in whole kilograms; 0 where nothing is lifted."""
    if match := re.search(cue("no_lifts", language), segment, re.IGNORECASE):
        yield Figure("lifting_limit", "0", *match.span())
    number = _any_number(language)
    shape = rf"(?<![\d.,])({number})(?:\s*(?:-|–|to|till)\s*({number}))?[\s-]*(kg|kilo\w*|lbs?|pounds?)(?!\w)"
    heaviest: Figure | None = None
    for match in re.finditer(shape, segment, re.IGNORECASE):
        kilos = _value(match[2] or match[1], language) * (POUNDS if match[3].lower()[0] in "lp" else 1)
        if (
            kilos <= HEAVIEST_KG
            and not re.search(_PRICED, segment.lower())
            and re.search(cue("lifted", language), segment.lower())
        ):
            value = _plain(round(kilos) if match[3].lower()[0] in "lp" else kilos)
            if heaviest is None or float(value) > float(heaviest.value):
                heaviest = Figure("lifting_limit", value, *match.span())
    if heaviest:
        yield heaviest


def people_at_once(segment: str, language: str) -> Iterator[Figure]:
    """Read how many trial workers a place can take at a time."""
    number = rf"({_any_number(language)})"
    people, once = cue("people", language), cue("at_once", language)
    shapes = (
        rf"{number}(?:\W+\w+){{0,2}}?\W+{people}(?:\W+\w+){{0,3}}?\W+{once}",
        rf"{number}\W+{once}",
        rf"{once}(?:\W+\w+){{0,4}}?\W+{number}(?:\W+\w+){{0,2}}?\W+{people}",
        rf"{once}\W+(?:\w+\W+){{0,4}}?{number}(?!\w)",
    )
    for shape in shapes:
        if match := re.search(rf"(?<!\w){shape}", segment, re.IGNORECASE):
            yield Figure("people_at_once", _plain(_value(match[1], language)), *match.span())
            return


# --- licences and languages -----------------------------------------------------------------------------------------

_CLASS = r"(AM|A[12]?|BE|B|CE|C\+E|C1?|DE?|T)"
_LICENCE = {
    "fi": (
        rf"(?<!\w){_CLASS}(?:\s*-\s*|\s+)?(?:luoka\w*\s+)?(?:ajo)?(?:kort|oikeu|lup)\w*",
        rf"(?<!\w){_CLASS}-?(?:luoka\w*)\s+(?:ajo-?\s?)?(?:kort|oikeu|lup)\w*",
        rf"ajokort\w*(?:\s+|\s*\()(?:luokka\s*)?{_CLASS}(?!\w)",
        r"(mopokort\w*|mopokortti)", r"(traktorikort\w*)",
        r"((?<!\w)ajokort\w*|ajo-oikeu\w*|(?<!\w)ajolup\w*)",
    ),
    "sv": (
        rf"(?<!\w){_CLASS}(?:\s*-\s*|\s+)?(?:kör)?(?:kort|behörighet)\w*",
        rf"körkort\w*(?:\s+|\s*\()(?:av\s*)?(?:klass\s*|med\s*)?{_CLASS}(?:-behörighet)?(?!\w)",
        r"(mopedkort\w*|mopedkörkort\w*|am-kort\w*)", r"(traktorkort\w*|traktorkörkort\w*)", r"((?<!\w)körkort\w*)",
    ),
    "en": (
        rf"(?<!\w)(?:class|category|cat\.?)\s*{_CLASS}(?:\s+(?:driving|driver'?s'?))?(?:\s+licen\w*)?(?!\w)",
        rf"(?<!\w){_CLASS}[\s-](?:class\s+|category\s+)?(?:driving\s+|driver'?s'?\s+)?(?:licen[cs]e|lisen[cs]e)\w*",
        rf"(?:licen[cs]e)\s*\(?(?:class|category)?\s*{_CLASS}(?!\w)",
        r"(moped licen\w*)", r"(tractor licen\w*)", r"((?:driving|driver'?s'?|drivers)\s+li[cs]en[cs]e\w*)",
    ),
}  # fmt: skip


def licences(segment: str, language: str) -> Iterator[Figure]:
    """Read classes of driving licences; ``any`` where no class is named.

    >>> [f.value for f in licences("BE-kortti eduksi", "fi")]
    ['BE']
    """
    taken: list[tuple[int, int]] = []
    for shape in _LICENCE[language]:
        for match in re.finditer(shape, segment, re.IGNORECASE):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            word = match[1].upper().replace("+", "")
            lead = match[1].lower()
            if lead.startswith("mop"):
                value = "AM"
            elif lead.startswith("tra"):
                value = "T"
            elif len(word) > 2:
                value = "any"
            elif match[1].islower() and match.end(1) == match.end():
                continue
            else:
                value = {"A1": "A", "A2": "A", "C1": "C", "DE": "D"}.get(word, word)
            if language == "en" and word == "A" and not re.search(r"class|categor|cat", match[0].lower()):
                continue
            taken.append(match.span())
            yield Figure("driving_licence", value, *match.span())
    shape = (
        r"(?<=[\s,/])(BE|CE)(?=\s+(?:preferred|desirable|eduksi|plus|meriterande|an advantage|on eduksi|är en merit))"
    )
    for match in re.finditer(shape, segment):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            yield Figure("driving_licence", match[1], *match.span())


def languages(segment: str, language: str) -> Iterator[Figure]:
    """Read which languages are needed and how well, as ``fi:B1``; ``any`` where the level is not said."""
    low = segment.lower()
    if not re.search(cue("skill", language), low) or re.search(cue("taught", language), low):
        return
    spots = sorted(
        (match.start(), match.end(), code)
        for code, shape in cues("tongues", language).items()
        for match in re.finditer(rf"(?<!\w)(?:{shape})", low)
    )
    kept = [spot for number, spot in enumerate(spots) if not number or spot[0] >= spots[number - 1][1]]
    for number, (start, end, code) in enumerate(kept):
        cuts = [cut.span() for cut in _PART.finditer(low)]
        left = max((cut[1] for cut in cuts if cut[1] <= start), default=0)
        right = min((cut[0] for cut in cuts if cut[0] >= end), default=len(low))
        following = kept[number + 1][0] if number + 1 < len(kept) else len(low)
        level = _level(low, left, start, end, right, language)
        if level == "any" and _THAT.match(low[right:]):
            level = _level(low, right, start, end, following, language)
        yield Figure("language", f"{code}:{level}", start, end)


_PART = re.compile(r",|;|\s(?:ja|sekä|tai|and|or|och|eller|samt)\s|\(|\)")
_THAT = re.compile(r",?\s*(?:että|jotta|so that|to\b|så att|nog för|taso|nivå|level)")


def _level(low: str, left: int, start: int, end: int, right: int, language: str) -> str:
    """Find the level that stands nearest to the name of the language, between its neighbours."""
    named = [
        (match.start() + left, match[1].upper()) for match in re.finditer(r"(?<!\w)([abc][12])(?!\w)", low[left:right])
    ]
    said = [
        (match.start() + left, level)
        for level, shape in cues("levels", language).items()
        for match in re.finditer(shape, low[left:right])
    ]
    near = named or said
    if not near:
        return "any"
    return str(min(near, key=lambda found: (start - found[0] if found[0] < start else found[0] - end, found[0]))[1])
