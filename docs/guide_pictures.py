"""Draws the guide's pictures from the product: `.venv/bin/python -m docs.guide_pictures` (demo region).

The flow and the cards are SVG; the page of a workshop pack is a PNG and needs Chromium and pdftoppm.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from datetime import date
from html import escape
from pathlib import Path

from api.messages import Messages
from api.workshop import WorkshopPack, make_pack, pack_files
from api.workshop.pack_document import half_steps, step_words
from data.store import open_store, store_url
from docs.picture import main as draw_match_card

GUIDE = Path(__file__).parent / "guide"
SITE, PEOPLE, DAY = "saarikirjasto.paakirjasto", ("KS-001", "KS-009", "KS-014"), date(2026, 11, 27)
FLOW = {
    "fi": ("Tehtävälista", "Kuormitus 0–5", "Osatyöt", "Työpaja", "Kokeilu", "Opit talteen"),
    "en": ("Task list", "Loads 0–5", "Part-jobs", "Workshop", "Trial", "What was learned"),
}
WHO = {
    "fi": ("työnantaja", "kone arvioi", "kone laskee", "ihmiset päättävät", "ihmiset tekevät", "ihminen vahvistaa"),
    "en": ("employer", "engine estimates", "engine computes", "people decide", "people do", "a person confirms"),
}


def flow(language: str) -> str:
    """Draw the six steps, the engine's in grey and people's in blue."""
    wide, gap, high = 128, 22, 92
    width = 6 * wide + 5 * gap + 8
    said = " → ".join(f"{step} ({who})" for step, who in zip(FLOW[language], WHO[language], strict=True))
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {high}" role="img" font-family="sans-serif">',
        f"<title>{escape(said)}</title><rect width='{width}' height='{high}' fill='#ffffff'/>",
    ]
    for at, (step, who) in enumerate(zip(FLOW[language], WHO[language], strict=True)):
        x, colour = 4 + at * (wide + gap), "#595959" if at in (1, 2) else "#1f4e79"
        out.append(f'<rect x="{x}" y="10" width="{wide}" height="66" rx="6" fill="{colour}"/>')
        middle = x + wide / 2
        for y, text, size, weight in ((40, step, 15, "bold"), (61, who, 12, "normal")):
            out.append(
                f'<text x="{middle:g}" y="{y}" font-size="{size}" font-weight="{weight}" text-anchor="middle" '
                f'fill="#ffffff">{escape(text)}</text>'
            )
        if at < 5:
            out.append(f'<path d="M{x + wide + 3} 43h{gap - 10}m-5 -5l6 5l-6 5" stroke="#111" fill="none"/>')
    return "\n".join([*out, "</svg>", ""])


def task_card(pack: WorkshopPack, language: str) -> str:
    """Draw one card of the pack, as it stands on paper, with its loads."""
    messages, card = Messages(language), pack.cards[0]
    rows = card.loads[:6]
    width, high = 560, 96 + 22 * len(rows)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {high}" role="img" font-family="sans-serif">',
        f"<title>{escape(card.task.text)}</title>",
        f'<rect x="1" y="1" width="{width - 2}" height="{high - 2}" rx="6" fill="#ffffff" stroke="#1f4e79"/>',
        '<rect x="14" y="14" width="36" height="24" rx="4" fill="#1f4e79"/>',
        f'<text x="32" y="32" text-anchor="middle" fill="#ffffff" font-weight="bold" font-size="15">{card.mark}</text>',
    ]
    words, line = card.task.text.split(), ""
    lines = []
    for word in words:
        if len(line) + len(word) > 58:
            lines, line = [*lines, line], ""
        line = f"{line} {word}".strip()
    for at, text in enumerate([*lines, line][:2]):
        out.append(f'<text x="60" y="{30 + 19 * at}" font-size="15" font-weight="bold">{escape(text)}</text>')
    hours = messages.text("workshop.hours", hours=messages.number(card.task.hours_per_week))
    out.append(f'<text x="60" y="72" font-size="13" fill="#333">{escape(f"{card.job.title} · {hours}")}</text>')
    for at, load in enumerate(rows):
        y = 90 + 22 * at
        value = load.level.value
        said = f"{half_steps(value, messages)}  {step_words(load.dimension, value, language)}"
        out.append(f'<text x="20" y="{y + 11}" font-size="13">{escape(messages.dimension(load.dimension))}</text>')
        out.append(f'<rect x="170" y="{y}" width="120" height="12" fill="#e3e8ee"/>')
        out.append(f'<rect x="170" y="{y}" width="{24 * value:g}" height="12" fill="#2f6f8f"/>')
        out.append(f'<text x="304" y="{y + 11}" font-size="13" fill="#333">{escape(said)}</text>')
    return "\n".join([*out, "</svg>", ""])


def page(pack: WorkshopPack, language: str, number: int, out: Path) -> None:
    """Print one A4 page of the pack as a PNG; skipped where Chromium is not at hand."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        html, pdf = Path(folder) / "pack.html", Path(folder) / "pack.pdf"
        html.write_bytes(pack_files(pack, language, DAY)["workshop-a4.html"])
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-sync", f"--user-data-dir={folder}/profile"]
        command = [chromium, *flags, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", html.as_uri()]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own file
        shown = ["pdftoppm", "-r", "70", "-f", str(number), "-l", str(number), "-png", "-singlefile", str(pdf)]
        subprocess.run([*shown, str(out.with_suffix(""))], check=True)  # noqa: S603 - as above


def main() -> None:
    """Draw everything in both languages."""
    store = open_store(store_url(os.environ))
    pack, _ = make_pack(store, SITE, PEOPLE)
    for language in ("fi", "en"):
        (GUIDE / f"flow-{language}.svg").write_text(flow(language), encoding="utf-8")
        (GUIDE / f"card-{language}.svg").write_text(task_card(pack, language), encoding="utf-8")
        draw_match_card("KS-001", GUIDE / f"match-{language}.svg", language)
        page(pack, language, 2, GUIDE / f"cards-{language}.png")
        page(pack, language, 5, GUIDE / f"proposals-{language}.png")


if __name__ == "__main__":
    main()
