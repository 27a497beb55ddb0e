"""Knows a name or a place in any of its forms: Virtasen, Heikille, Jyväskylässä, Bergströms, O'Brien's.

Finnish words change their stem before an ending (Virtanen: Virtase-, Heikki: Heiki-, Lahti: Lahde-); the stems of
each listed word are worked out once, and what follows a stem must be an ending.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_CASE = (
    "n|a|ä|ta|tä|tta|ttä|na|nä|ssa|ssä|sta|stä|lla|llä|lta|ltä|lle|ksi|an|en|in|on|un|yn|än|ön|hin|han|hen|hon|hun|"
    "seen|een|aan|ään|oon|uun|yyn|iin|öön|ia|iä|ien|issa|issä|ista|istä|illa|illä|ilta|iltä|ille|t|ja|jä|jen|den"
)
_TAIL = re.compile(
    rf"(?:[:'’]?(?:i?(?:{_CASE}))(?:ni|si|nsa|nsä|mme)?(?:kin|kaan|kään|ko|kö|han|hän|pa|pä)?|[:'’]?s|['’]|kin|ko|kö)?"
)
_E_STEMS = re.compile(
    r"(?:mäki|niemi|järvi|joki|lahti|lampi|koski|salmi|saari|vuori|lehti|kivi|tuomi|nummi|hirvi|susi|salmi|niini|"
    r"suoni|lumi|meri|veri|korpi|kanki|rinki|vesi|talvi|suvi|tammi|kurki|hanhi|ranki|onni|helmi|pilvi)$"
)
_GRADATION = (
    ("kk", "k"), ("pp", "p"), ("tt", "t"), ("nk", "ng"), ("nt", "nn"), ("lt", "ll"), ("rt", "rr"), ("mp", "mm"),
    ("ht", "hd"), ("lk", "l"), ("rk", "r"), ("lp", "lv"), ("rp", "rv"), ("uku", "uvu"), ("yky", "yvy"),
)  # fmt: skip
_VOWELS = "aeiouyäöå"


def stems(word: str) -> frozenset[str]:
    """Give the stems that endings are put on, lower-case.

    >>> sorted(stems("Virtanen")), "lahde" in stems("Lahti"), "heiki" in stems("Heikki")
    (['virtanen', 'virtas', 'virtase'], True, True)
    """
    low = word.lower()
    found = {low}
    if low.endswith("nen"):
        found |= {low[:-3] + "s", low[:-3] + "se"}
        return frozenset(found)
    if _E_STEMS.search(low):
        found.add(low[:-1] + "e")
        if low.endswith("si"):
            found.add(low[:-2] + "de")
    elif low.endswith("e"):
        found.add(low + "e")
    elif low.endswith(("us", "ys", "os", "as", "äs", "is", "es")):
        found |= {low[:-1] + "kse", low[:-2] + low[-2] * 2, low[:-1] + "ks", low[:-1] + "de"}
    elif low.endswith("in") and len(low) > 4:
        found.add(low[:-1] + "me")
    elif low[-1] not in _VOWELS:
        found.add(low + "i")
    return frozenset(found | {weak for one in found for weak in _weakened(one)})


def _weakened(stem: str) -> Iterable[str]:
    """Give the weak grade of the last consonants before the final vowel."""
    body, end = stem.rstrip(_VOWELS), stem[len(stem.rstrip(_VOWELS)) :]
    if not body or not end:
        return
    for strong, weak in _GRADATION:
        if body.endswith(strong):
            yield body[: -len(strong)] + weak + end
            return
    if len(body) > 1 and body[-2] in _VOWELS:
        swapped = {"t": "d", "p": "v", "k": ""}.get(body[-1])
        if swapped is not None:
            yield body[:-1] + swapped + end


class NameForms:
    """Listed words, known by any form of theirs."""

    def __init__(self, words: Iterable[str]) -> None:
        self._stems: dict[str, str] = {}
        for word in sorted(set(words)):
            for stem in stems(word):
                self._stems.setdefault(stem, word)
        self._shortest = min((len(stem) for stem in self._stems), default=1)

    def base(self, form: str) -> str | None:
        """Give the listed word that this is a form of, None when it is none.

        >>> NameForms(["Niemi", "Pekka"]).base("Niemellä"), NameForms(["Pekka"]).base("Pekoni")
        ('Niemi', None)
        """
        low = form.lower()
        for length in range(len(low), self._shortest - 1, -1):
            word = self._stems.get(low[:length])
            if word is not None and _TAIL.fullmatch(low, length):
                return word
        return None
