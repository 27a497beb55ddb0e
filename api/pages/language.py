"""Decides in which language a page is shown: the one asked for, the one chosen before, the browser's, Finnish."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request, Response

from ..http.languages import accepted_language
from ..messages import LANGUAGES, Messages

EASY = "fi-easy"
"""Easy Finnish (selkosuomi): a way of saying Finnish, offered on the pages of candidates."""

CHOICES = (*LANGUAGES, EASY)
CHOICE = "worktrial-language"
"""The cookie that keeps a choice; it holds two letters and nothing else."""

KEPT_FOR_SECONDS = 365 * 24 * 3600


def choice_of(request: Request) -> str:
    """Give what the reader chose: ``?lang=``, else the cookie, else what the browser accepts, else Finnish."""
    for said in (request.query_params.get("lang"), request.cookies.get(CHOICE)):
        if said in CHOICES:
            return str(said)
    return accepted_language(request.headers.get("accept-language", "")) or LANGUAGES[0]


def language_of(request: Request) -> str:
    """Give the language of a page; easy Finnish is Finnish."""
    return choice_of(request).partition("-")[0]


def messages_of(request: Request) -> Messages:
    """Give the words of a page in the language of its reader, in easy Finnish where that was chosen."""
    return Messages(language_of(request), easy=choice_of(request) == EASY)


def keep_choice(request: Request, response: Response) -> None:
    """Keep the language that was asked for by ``?lang=``."""
    said = request.query_params.get("lang")
    if said in CHOICES:
        secure = request.url.scheme == "https"
        response.set_cookie(
            CHOICE, str(said), max_age=KEPT_FOR_SECONDS, path="/", secure=secure, httponly=True, samesite="lax"
        )  # fmt: skip


def same_page_in(request: Request, language: str) -> str:
    """Give the address of the page that is shown, in another language; a page that answers a form: its own address."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return f"{request.url.path}?{urlencode([*kept, ('lang', language)])}"
