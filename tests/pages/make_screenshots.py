"""Takes the pictures of pages that the README shows: ``make screenshots``. The people and employers are fictional."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from api.access.authentication import COOKIE
from api.pages.language import CHOICE
from data.imports.region import DEMO_CANDIDATES, DEMO_REGION, read_candidates, read_region
from data.store import replace_candidates
from tests.api.access.world import MINE, TRIALS
from tests.conftest import ROOT

from .conftest import PATIENCE_MS, QUIET, chromium, serving

FOLDER = ROOT / "docs" / "guide" / "pages"
WIDE, PHONE = (1200, 900), (390, 844)


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its name, the address, whose eyes, the language, the size, light or dark."""

    name: str
    path: str
    role: str
    lang: str
    size: tuple[int, int] = WIDE
    dark: bool = False


PICTURES = (
    Picture("match-list-fi", f"/people/{MINE}/suggestions?top=5", "coach", "fi"),
    Picture("match-list-phone-sv", f"/people/{MINE}/suggestions?top=5", "coach", "sv", PHONE, dark=True),
    Picture("own-suggestions-easy-fi", "/me/suggestions", "candidate", "fi-easy", PHONE),
    Picture("own-trial-en", f"/me/trials/{TRIALS['mine']}", "candidate", "en"),
)


def main() -> None:
    """Serve the demo region with a world of roles, and take every picture."""
    people = read_candidates(DEMO_CANDIDATES, fictional=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        serving(Path(home), read_region(DEMO_REGION, fictional=True), people) as served,
        sync_playwright() as playwright,
    ):
        with served.store.write() as connection:  # the people of the demo as they are, without the marks of tests
            replace_candidates(connection, [one for one in people if one.id == MINE])
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        for picture in PICTURES:
            width, height = picture.size
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme="dark" if picture.dark else "light"
            )
            context.set_default_timeout(PATIENCE_MS)
            session = {"name": COOKIE, "value": f"session-of-{picture.role}", "domain": "localhost", "path": "/"}
            context.add_cookies([
                session | {"secure": True, "httpOnly": True, "sameSite": "Lax"},  # type: ignore[list-item]
                {"name": CHOICE, "value": picture.lang, "url": served.address},
            ])  # fmt: skip
            page = context.new_page()
            page.goto(served.address + picture.path)
            page.screenshot(path=FOLDER / f"{picture.name}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
