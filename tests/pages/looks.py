"""How somebody looks at a page, and what is wrong with a page that is looked at so.

A page that is read at 400 % in a window of 1280 px is as wide as 320 px: that is how zoom is walked.
"""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Browser, FloatRect, Locator, Page

from .conftest import AXE, sign_in, violations, watched_page

WIDTH, PHONE_WIDTH, PAPER_WIDTH = 1280, 320, 794


@dataclass(frozen=True, slots=True)
class Look:
    """Width in px, light or dark, with or without scripts, with colours of one's own and nothing that moves, on paper.

    Without scripts: each is there and empty, since axe-core itself needs a browser that runs scripts.
    """

    name: str
    width: int = WIDTH
    dark: bool = False
    script: bool = True
    own_colours: bool = False
    paper: bool = False


WIDE = Look("wide")
PHONE = Look("phone", PHONE_WIDTH, dark=True, script=False)
CONTRAST = Look("contrast", own_colours=True)
PAPER = Look("paper", PAPER_WIDTH, paper=True)
LOOKS = (WIDE, PHONE, CONTRAST, PAPER)

_SEEN = """() => ({
  headings: document.querySelectorAll('h1').length,
  lang: document.documentElement.lang,
  over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  moving: document.getAnimations().map(one => one.animationName ?? 'transition'),
})"""
_SHIFTS = """() => new Promise(done => {
  const told = [];
  new PerformanceObserver(list => told.push(...list.getEntries())).observe({type: 'layout-shift', buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(told.map(one =>
    `${one.value.toFixed(4)}: ${one.sources.map(source => source.node?.outerHTML?.slice(0, 80)).join(' | ')}`)), 0)));
})"""

_SIDEWAYS = """() => {
  const end = one => one.getBoundingClientRect().right;
  const shown = [...document.querySelectorAll('main table')].filter(one => one.checkVisibility());
  return shown.filter(one => end(one) > end(one.parentElement) + 1).map(one => one.caption?.innerText ?? one.className);
}"""
_BROKEN = """holders => holders.flatMap(holder => {
  const texts = document.createTreeWalker(holder, NodeFilter.SHOW_TEXT), range = document.createRange(), broken = [];
  while (texts.nextNode()) for (const word of texts.currentNode.data.matchAll(/[\\p{L}\\d]+/gu)) {
    range.setStart(texts.currentNode, word.index);
    range.setEnd(texts.currentNode, word.index + word[0].length);
    const parts = [...range.getClientRects()].map(one => one.width);
    if (parts.length > 1 && parts.reduce((a, b) => a + b) <= holder.clientWidth) broken.push(word[0]);
  }
  return broken;
})"""


def sideways(page: Page) -> list[str]:
    """Name the tables that are wider than their place: whoever reads them scrolls sideways."""
    return [str(one) for one in page.evaluate(_SIDEWAYS)]


def broken_words(within: Locator) -> list[str]:
    """Give the words that go over the end of a line although a line could hold them."""
    return [str(one) for one in within.evaluate_all(_BROKEN)]


def box(one: Locator) -> FloatRect:
    """Give where something stands on the page."""
    found = one.bounding_box()
    assert found is not None
    return found


class Walk:
    """Somebody who looks at one page after the other; a window for each look, since opening one takes longest.

    ``wrong`` has errors of scripts and requests to other origins since the page was asked for.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._pages: dict[tuple[str, Look], Page] = {}
        self.wrong: list[str] = []

    def open(self, address: str, path: str, role: str, lang: str, look: Look) -> tuple[Page, int]:
        """Open a page as somebody who chose a language; gives it and the status of the answer."""
        page = self._window(address, look)
        sign_in(page.context, address, role, lang)
        self.wrong.clear()
        answer = page.goto(address + path)
        assert answer is not None
        return page, answer.status

    def close(self) -> None:
        """Close all windows."""
        for page in self._pages.values():
            page.context.close()

    def _window(self, address: str, look: Look) -> Page:
        if (address, look) not in self._pages:
            context = self._browser.new_context(
                viewport={"width": look.width, "height": 900},
                color_scheme="dark" if look.dark else "light",
                forced_colors="active" if look.own_colours else "none",
                reduced_motion="reduce" if look.own_colours else "no-preference",
            )
            if not look.script:
                context.route("**/*.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
            context.add_init_script(AXE)  # sent once
            page = watched_page(context, address, self.wrong)
            if look.paper:
                page.emulate_media(media="print")
            self._pages[address, look] = page
        return self._pages[address, look]


def faults_of(page: Page, lang: str, look: Look, *, axe: bool = True) -> list[str]:
    """Say what is wrong with the page that is shown: what axe-core finds, and what it does not look for."""
    if look.script and page.locator("[hx-trigger='load']").count():
        page.wait_for_selector(".htmx-request", state="detached")
    seen, found = page.evaluate(_SEEN), []
    if seen["headings"] != 1:
        found.append(f"{seen['headings']} headings of the first level")
    if seen["lang"] != lang[:2]:
        found.append(f"the language is said to be {seen['lang']}")
    if seen["over"] > 0:
        found.append(f"{seen['over']} px wider than the window")
    if look.own_colours and seen["moving"]:
        found.append(f"moves: {seen['moving']}")
    if look.script:
        found += [f"shifted by {one}" for one in page.evaluate(_SHIFTS)]
    if not axe:
        return found
    said = violations(page)
    return found + [one for one in said if not (look.paper and one.startswith("target-size"))]  # nobody taps on paper
