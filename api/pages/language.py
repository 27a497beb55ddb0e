"""Decides in which language a page is shown: the one asked for, the one chosen before, the browser's, Finnish."""

from __future__ import annotations

from urllib.parse import urlencode

from babel import negotiate_locale
from fastapi import Request, Response

from ..messages import LANGUAGES

CHOICE = "worktrial-language"
"""The cookie that keeps a choice; it holds two letters and nothing else."""

KEPT_FOR_SECONDS = 365 * 24 * 3600
_MOST_ACCEPTED = 30


def language_of(request: Request) -> str:
    """Give the language of a page: ``?lang=``, else the cookie, else what the browser accepts, else Finnish."""
    for said in (request.query_params.get("lang"), request.cookies.get(CHOICE)):
        if said in LANGUAGES:
            return str(said)
    return accepted_language(request.headers.get("accept-language", "")) or LANGUAGES[0]


def accepted_language(header: str) -> str | None:
    """Choose from a header ``Accept-Language``; None when it names none of ours.

    >>> accepted_language("de;q=0.9, sv-FI;q=0.8, en;q=0.5"), accepted_language("de")
    ('sv', None)
    """
    wanted: list[tuple[float, str]] = []
    for part in header.split(",")[:_MOST_ACCEPTED]:
        name, _, weight = part.strip().partition(";")
        try:
            share = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        if share > 0:
            wanted.append((share, name.strip()))
    ordered = [name for _, name in sorted(wanted, key=lambda one: -one[0])]
    return negotiate_locale(ordered, LANGUAGES, sep="-")


def keep_choice(request: Request, response: Response) -> None:
    """Keep the language that was asked for by ``?lang=``."""
    said = request.query_params.get("lang")
    if said in LANGUAGES:
        secure = request.url.scheme == "https"
        response.set_cookie(
            CHOICE, str(said), max_age=KEPT_FOR_SECONDS, path="/", secure=secure, httponly=True, samesite="lax"
        )  # fmt: skip


def same_page_in(request: Request, language: str) -> str:
    """Give the address of the page that is shown, in another language; a page that answers a form: its own address."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return f"{request.url.path}?{urlencode([*kept, ('lang', language)])}"
