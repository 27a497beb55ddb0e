"""How people name the columns of a list of trials, and how they write each answer, in Finnish, Swedish and English."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from ..trials import Course, Interruption, Outcome

HEADERS: dict[str, tuple[str, ...]] = {
    "id": ("tunnus", "id", "kokeilun tunnus", "nummer", "trial", "trial id"),
    "candidate": ("henkilö", "hakija", "kokeilija", "asiakas", "person", "kandidat", "deltagare", "candidate"),
    "employer": ("työnantaja", "arbetsgivare", "employer"),
    "site": ("toimipaikka", "työpaikka", "kohde", "arbetsplats", "site", "workplace"),
    "tasks": ("tehtävät", "työtehtävät", "uppgifter", "arbetsuppgifter", "tasks"),
    "measures": ("mukautukset", "anpassningar", "åtgärder", "measures", "accommodations"),
    "starts": ("alkoi", "aloitus", "alkamispäivä", "alkupäivä", "började", "startdatum", "starts", "started", "start"),
    "planned_end": ("suunniteltu loppu", "suunniteltu päättyminen", "planerat slut", "planned end"),
    "ended_on": ("päättyi", "päättymispäivä", "loppupäivä", "slutade", "slutdatum", "ended", "ended on"),
    "course": ("vaihe", "tilanne", "kulku", "läge", "förlopp", "course", "state", "status"),
    "interruption": (
        "keskeytyksen syy", "keskeytymisen syy", "syy", "orsak till avbrott", "avbrottsorsak", "orsak",
        "interruption", "reason", "interrupted because",
    ),
    "outcome": ("tulos", "lopputulos", "mihin johti", "utfall", "resultat", "outcome", "result"),
    "at_3": ("töissä 3 kk", "3 kk", "3 kuukautta", "i arbete 3 mån", "3 mån", "at work 3 months", "3 months"),
    "at_6": ("töissä 6 kk", "6 kk", "6 kuukautta", "i arbete 6 mån", "6 mån", "at work 6 months", "6 months"),
    "at_12": ("töissä 12 kk", "12 kk", "12 kuukautta", "i arbete 12 mån", "12 mån", "at work 12 months", "12 months"),
    "decided_on": ("päätettiin", "päätöspäivä", "beslutad", "beslutsdatum", "decided", "decided on"),
    "suggestion": ("ehdotus", "förslag", "suggestion"),
    "run": ("ajo", "körning", "run"),
    "pathway": ("polku", "väylä", "väg", "pathway"),
    "group": ("toimiala", "ala", "bransch", "sector", "group"),
    "review_day": ("arviointipäivä", "arvioitu", "utvärderad", "utvärderingsdag", "reviewed", "review day"),
    "loads": ("havaittu kuormitus", "observerad belastning", "observed loads", "loads"),
    "performance": ("suoriutuminen", "prestation", "performance"),
    "strain": ("rasitus", "koettu rasitus", "påfrestning", "upplevd påfrestning", "strain"),
    "effects": ("mukautusten vaikutus", "vaikutus", "anpassningarnas effekt", "effekt", "effects"),
    "more_reviews": ("muut arvioinnit", "övriga utvärderingar", "other reviews"),
    "released": ("saa oppia", "lupa oppimiseen", "luovutettu", "får användas för lärande", "samtycke", "released"),
    "fictional": ("kuvitteellinen", "fiktiv", "påhittad", "fictional"),
}  # fmt: skip
NEEDED = ("id", "candidate", "site", "tasks", "starts", "course")
"""Columns without which a row is no trial."""

WORDS: Mapping[type[StrEnum], Mapping[StrEnum, tuple[str, ...]]] = {
    Course: {
        Course.STARTED: ("käynnissä", "alkanut", "pågår", "påbörjad", "running"),
        Course.ADAPTED: ("muutettu", "mukautettu", "anpassad", "ändrad", "changed"),
        Course.INTERRUPTED: ("keskeytynyt", "keskeytyi", "keskeytetty", "avbruten", "broken off"),
        Course.ENDED: ("päättynyt", "päättyi", "avslutad", "slutförd", "completed"),
    },
    Interruption: {
        Interruption.HEALTH: ("terveys", "hälsa"),
        Interruption.TOO_DEMANDING: ("liian vaativa", "liian raskas", "för krävande", "too demanding"),
        Interruption.NOT_WANTED: ("ei halunnut jatkaa", "ville inte fortsätta", "did not want to go on"),
        Interruption.CONDITIONS: ("olosuhteet", "matka tai ajat", "förhållanden"),
        Interruption.SUPPORT_LACKING: ("tuki puuttui", "ohjaus puuttui", "stöd saknades", "support lacking"),
        Interruption.EMPLOYER_NOT_SATISFIED: (
            "työnantaja ei tyytyväinen", "arbetsgivaren inte nöjd", "employer not satisfied"),
        Interruption.EMPLOYER_SITUATION: ("työnantajan tilanne", "arbetsgivarens situation", "employer situation"),
        Interruption.NEXT_STEP: ("seuraava askel", "nästa steg", "next step"),
        Interruption.UNKNOWN: ("ei tiedossa", "okänd"),
    },
    Outcome: {
        Outcome.HIRED: ("palkattiin", "työsuhde", "anställd", "anställning"),
        Outcome.HIRED_WITH_CHANGES: ("palkattiin muutoksin", "anställd med ändringar", "hired with changes"),
        Outcome.OTHER_JOB: ("muu työ", "muualle töihin", "annat arbete", "other job"),
        Outcome.TRAINING: ("koulutus", "utbildning"),
        Outcome.NONE: ("ei mitään", "ei jatkoa", "inget", "nothing"),
    },
}  # fmt: skip
"""How people write each answer, besides its own id."""
