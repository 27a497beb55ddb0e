"""How somebody walks through pages: with scripts, with scripts off, or by keyboard alone; found by words and fields.

A walk asks for things as people see them (the words of a button in their language, the field of a form) and does them
in one of three ways. By keyboard there is nothing but Tab, Shift+Tab, arrows, Space, Enter and typing; whatever is
stopped at on the way must be seen to have the focus.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from api.access.authentication import COOKIE
from api.messages import Messages
from api.pages.language import CHOICE

from .conftest import PATIENCE_MS

MOST_STOPS = 400
"""Further than so many steps of the tabulator nothing is looked for."""

LOOK = """target => {
    const at = document.activeElement, body = at === document.body || at === document.documentElement;
    const group = [...document.getElementsByName(target.name)].filter(one => one.form === target.form);
    const goal = target.type === 'radio' ? group.find(one => one.checked) || target : target;
    const here = at === target || (target.type === 'radio' && group.includes(at));
    const shape = at.getBoundingClientRect(), style = getComputedStyle(at);
    const picker = at.type === 'date' && !at.matches(':focus');
    const whole = body || picker || at.tabIndex < 0;
    const drawn = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    const inside = [0.1, 0.5, 0.9].some(x => [0.15, 0.5, 0.85].some(y => {
        const top = document.elementFromPoint(shape.left + shape.width * x, shape.top + shape.height * y);
        return top && (at.contains(top) || [...(at.labels || [])].some(one => one.contains(top)));
    }));
    const ahead = body || !!(at.compareDocumentPosition(goal) & Node.DOCUMENT_POSITION_FOLLOWING);
    const about = at.tagName + ' ' + (at.id || at.name || at.textContent.trim().slice(0, 40));
    const past = at.matches('.skip') && !!target.closest('main');
    return {here, ahead, past, about, seen: whole || (drawn && inside)};
}"""
"""Where the focus is: at what is looked for (or in its group of choices), before it or behind it, and can it be seen.

The tabulator stops at one choice of a group: the chosen one, if there is one.
"""

NO_MOUSE = "addEventListener('pointerdown', () => console.error('a mouse was needed'), true)"


class Way(StrEnum):
    """How a walk is done."""

    SCRIPT = "script"
    PLAIN = "no-script"
    KEYBOARD = "keyboard"


@dataclass
class Steps:
    """Walks through pages as one person: a browser of theirs, their words, their way; ``look`` is asked of each page.

    ``wrong``: what a page did that none may: faults of scripts, requests to elsewhere.
    """

    page: Page
    address: str
    words: Messages
    way: Way
    look: Callable[[Page], None] = lambda _page: None
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        own = (self.address, "data:")
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.page.on("console", lambda said: self.wrong.append(said.text) if _is_fault(said) else None)
        self.page.on("request", lambda asked: None if asked.url.startswith(own) else self.wrong.append(asked.url))

    def t(self, key: str, **values: object) -> str:
        """Give a message in the language of the walk."""
        return self.words.text(key, **values)

    def at(self, selector: str, has_text: str = "") -> Locator:
        """Find something by its place, and by a text that it holds."""
        found = self.page.locator(selector)
        return found.filter(has_text=has_text) if has_text else found

    def field(self, name: str, within: str = "main") -> Locator:
        """Find the field of a form by its name."""
        return self.page.locator(f'{within} [name="{name}"]:not([type="hidden"])').first

    def radio(self, name: str, value: str) -> Locator:
        """Find one of several choices."""
        return self.page.locator(f'main [name="{name}"][value="{value}"]').first

    def button(self, key: str, within: str = "main", **values: object) -> Locator:
        """Find a button by its words."""
        named = self.page.locator(within).get_by_role("button", name=self.t(key, **values))
        return named.and_(self.page.locator(":not([tabindex='-1'])")).first

    def link(self, key: str, within: str = "main", **values: object) -> Locator:
        """Find a link by its words."""
        return self.page.locator(within).get_by_role("link", name=self.t(key, **values)).first

    def begin(self, path: str = "/") -> None:
        """Type an address."""
        self.page.goto(self.address + path)
        self.look(self.page)

    def follow(self, where: Locator) -> None:
        """Follow a link, or send a form, and wait for the page that it leads to."""
        if self.way is Way.KEYBOARD:
            self.reach(where)
        with self.page.expect_navigation():
            if self.way is Way.KEYBOARD:
                self.page.keyboard.press("Enter")
            else:
                where.click()
        self.look(self.page)

    def send(self, key: str, within: str = "main", **values: object) -> None:
        """Send a form by the words of its button."""
        self.follow(self.button(key, within, **values))

    def press(self, where: Locator) -> None:
        """Press something that leads to no other page."""
        if self.way is Way.KEYBOARD:
            self.reach(where)
            self.page.keyboard.press("Enter")
        else:
            where.click()

    def unfold(self, details: Locator) -> None:
        """Open what is folded away."""
        if details.get_attribute("open") is None:
            self.press(details.locator("> summary"))
            expect(details).to_have_attribute("open", "")

    def unfold_to(self, inner: str) -> None:
        """Open everything that something lies folded away in, from the outside in."""
        around = self.page.locator(f"details:has({inner})")
        for number in range(around.count()):
            self.unfold(around.nth(number))

    def write(self, where: Locator, text: str) -> None:
        """Type into a field, over what stands there."""
        if self.way is Way.KEYBOARD:
            self.reach(where)
            self.page.keyboard.press("Control+a")
            self.page.keyboard.press("Delete")
            self.page.keyboard.type(text)
        else:
            where.fill(text)
        assert where.input_value() == text

    def write_day(self, where: Locator, day: date) -> None:
        """Type a day, part by part in the order of this browser (month first)."""
        if self.way is Way.KEYBOARD:
            self.reach(where)
            self.page.keyboard.type(f"{day:%m%d%Y}")
        else:
            where.fill(day.isoformat())
        assert where.input_value() == day.isoformat()

    def choose(self, where: Locator, value: str) -> None:
        """Choose an entry of a list."""
        if self.way is Way.KEYBOARD:
            values: list[str] = where.locator("option").evaluate_all("all => all.map(one => one.value)")
            self.reach(where)
            steps = values.index(value) - values.index(where.input_value())
            for _ in range(abs(steps)):
                self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
        else:
            where.select_option(value)
        assert where.input_value() == value

    def tick(self, where: Locator) -> None:
        """Tick a box, or one of several choices."""
        if self.way is Way.KEYBOARD:
            self.reach(where)
            if where.get_attribute("type") == "radio":
                self._pick(where)
            elif not where.is_checked():
                self.page.keyboard.press("Space")
        else:
            where.check()
        expect(where).to_be_checked()

    def untick(self, where: Locator) -> None:
        """Take a tick away."""
        if self.way is Way.KEYBOARD:
            self.reach(where)
            self.page.keyboard.press("Space")
        else:
            where.uncheck()
        expect(where).not_to_be_checked()

    def expect_done(self, key: str, **values: object) -> None:
        """Expect the sentence that ends a step."""
        expect(self.at(".notice.done").first).to_contain_text(self.t(key, **values))

    def reach(self, where: Locator) -> None:
        """Walk to something with the tabulator, past the menu by the way that leads past it."""
        where.wait_for(state="visible")
        target = where.element_handle()
        for _ in range(MOST_STOPS):
            found = self.page.evaluate(LOOK, target)
            assert found["seen"], f"nobody sees that the focus is at: {found['about']}"
            if found["here"]:
                return
            self.page.keyboard.press("Enter" if found["past"] else "Tab" if found["ahead"] else "Shift+Tab")
        raise AssertionError(f"no key leads to: {where}")

    def _pick(self, where: Locator) -> None:
        """Go through the choices of a group with the arrows."""
        values: list[str] = where.evaluate(
            "one => [...document.getElementsByName(one.name)].filter(o => o.form === one.form).map(o => o.value)"
        )
        now: str = self.page.evaluate("document.activeElement.value")
        steps = values.index(where.get_attribute("value") or "") - values.index(now)
        for _ in range(abs(steps)):
            self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
        if not where.is_checked():
            self.page.keyboard.press("Space")


@contextmanager
def walking(
    browser: Browser, address: str, lang: str, way: Way, session: str = "", look: Callable[[Page], None] | None = None,
    speaks: str = "",
) -> Iterator[Steps]:  # fmt: skip
    """Walk as somebody; ``session``: the value of their cookie, ``speaks``: the language of their browser alone."""
    spoken = speaks or lang
    context: BrowserContext = browser.new_context(
        viewport={"width": 1200, "height": 900},
        java_script_enabled=way is not Way.PLAIN,
        locale={"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}[spoken],
    )
    context.set_default_timeout(PATIENCE_MS / 4)
    if not speaks:
        context.add_cookies([{"name": CHOICE, "value": lang, "url": address}])
    if session:
        cookie = {"name": COOKIE, "value": session, "domain": "localhost", "path": "/", "sameSite": "Lax"}
        context.add_cookies([cookie | {"secure": True, "httpOnly": True}])  # type: ignore[list-item]
    if way is Way.KEYBOARD:
        context.add_init_script(NO_MOUSE)
    try:
        steps = Steps(context.new_page(), address, Messages(lang), way)
        if look is not None:
            steps.look = look
        yield steps
        assert steps.wrong == [], "a page did what none may"
    finally:
        context.close()


def _is_fault(said: ConsoleMessage) -> bool:
    """Tell a fault of the page from an answer that says no (4xx), and from a question that a later choice replaced."""
    replaced = said.text.startswith(("htmx:afterRequest", "htmx:sendAbort"))
    return said.type == "error" and "status of 4" not in said.text and not replaced
