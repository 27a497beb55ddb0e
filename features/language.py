"""Which language a text is in: Finnish, Swedish, English, or another that nobody here can read.

Letter groups tell (each language's load model knows how common they are), small words tell more. A single foreign
word does not change the language of a text.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .load_model import LoadModel
from .subwords import buckets_of

LANGUAGES = ("fi", "sv", "en")
OTHER = "other"
SMALL_WORDS = {
    "fi": frozenset(
        ["ja", "tai", "sekä", "ei", "on", "ovat", "että", "kun", "mutta", "myös", "jos", "ilman", "klo", "h", "kg"]
    ),
    "sv": frozenset(
        [
            "och",
            "eller",
            "att",
            "med",
            "av",
            "på",
            "för",
            "till",
            "den",
            "det",
            "är",
            "som",
            "inte",
            "en",
            "ett",
            "vid",
            "från",
            "kl",
        ]
    ),
    "en": frozenset(
        [
            "and",
            "or",
            "the",
            "of",
            "to",
            "for",
            "with",
            "in",
            "on",
            "by",
            "from",
            "is",
            "are",
            "not",
            "a",
            "an",
            "at",
            "as",
        ]
    ),
}
_ELSEWHERE = {
    "de": frozenset(
        [
            "und",
            "der",
            "die",
            "das",
            "mit",
            "für",
            "von",
            "den",
            "dem",
            "nicht",
            "ist",
            "zu",
            "zur",
            "zum",
            "beim",
            "oder",
            "eine",
            "einer",
            "werden",
        ]
    ),
    "nl": frozenset(["het", "van", "een", "en", "voor", "met", "niet", "aan", "bij", "de", "zijn", "naar", "wordt"]),
    "fr": frozenset(["les", "des", "et", "une", "pour", "avec", "dans", "du", "sur", "est", "aux", "la", "le", "à"]),
    "es": frozenset(["los", "las", "una", "para", "con", "por", "y", "el", "la", "del", "en", "que", "se"]),
    "et": frozenset(["ja", "ning", "või", "mis", "kui", "ega", "koos", "ka", "on", "oma", "töö", "ning", "tööd"]),
    "no": frozenset(["og", "eller", "til", "av", "på", "med", "som", "ikke", "en", "et", "er"]),
    "pl": frozenset(["i", "oraz", "w", "na", "z", "do", "nie", "się", "dla", "przy"]),
    "it": frozenset(["di", "e", "il", "la", "per", "con", "del", "della", "nel", "che", "gli"]),
}
SMALL_WORD_WEIGHT = 3.0
_UNSEEN = 10.5
_LAST_LATIN = "\u024f"


def word_language_scores(words: Sequence[str], model: LoadModel) -> npt.NDArray[np.float32]:
    """Score words by language, shape (words, 3): how common their letter groups are there, small words on top."""
    out = np.zeros((len(words), len(LANGUAGES)), np.float32)
    if not words:
        return out
    for at, language in enumerate(LANGUAGES):
        buckets = buckets_of(words, language)
        rarity = model.languages[language].rarity
        unseen = rarity.max()
        cost = np.where(rarity[buckets.flat] >= unseen, _UNSEEN, rarity[buckets.flat])
        sizes = np.diff(np.append(buckets.starts, len(buckets.flat)))
        out[:, at] = -np.add.reduceat(cost, buckets.starts) / sizes
        out[:, at] += [SMALL_WORD_WEIGHT if word in SMALL_WORDS[language] else 0.0 for word in words]
    return out


_FOREIGN = frozenset().union(*_ELSEWHERE.values()) - frozenset().union(*SMALL_WORDS.values())


def is_elsewhere(words: Sequence[str]) -> bool:
    """Tell whether small words of another language outnumber those of ours (two are needed), or letters are others.

    >>> is_elsewhere("reinigung der böden und der fenster".split())
    True
    >>> is_elsewhere("lattioiden imurointi ja pyyhintä".split())
    False
    """
    if sum(word[0] > _LAST_LATIN for word in words) * 2 > len(words):
        return True
    if _FOREIGN.isdisjoint(words):
        return False
    ours = max(sum(word in small for word in words) for small in SMALL_WORDS.values())
    theirs = max(sum(word in small and word in _FOREIGN for word in words) for small in _ELSEWHERE.values())
    return theirs >= 2 and theirs > ours
