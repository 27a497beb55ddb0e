"""Every document in every language as HTML and DOCX: accessible, the same bytes, no health, nothing lost or run."""

from __future__ import annotations

import html
import io
import itertools
import re
import zipfile
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import docx
import pytest
import yaml
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from api.documents import as_docx, as_html, build
from api.documents.docx_writer import BLANK_LINE, REGION
from api.messages import LANGUAGES, Messages
from api.trial_arrangement_file import ArrangementFile, arrangement_of
from api.trial_plan_file import read_document_facts
from data.document_templates import DocumentKind, document_template
from data.errors import InvalidInput
from data.pathways import load_pathways
from data.trial_document_facts import TrialArrangement, TrialDocumentFacts
from matching.trial_documents import document_facts
from matching.trial_terms import PlannedTrial
from tests.commands import worktrial
from tests.conftest import ROOT

EXAMPLE = ROOT / "docs" / "examples" / "planned-trial.yaml"
LEAST = {
    "pathway": "fi.employment.trial",
    "employer": "Koe Oy",
    "task": "t",
    "starts": "2020-03-01",
    "ends": "2020-04-30",
}
EACH = [(kind, language) for kind in DocumentKind for language in LANGUAGES]
BY_DOCUMENT = pytest.mark.parametrize(("kind", "language"), EACH)
VOID = {"meta", "br", "hr", "link", "img"}


class Page(HTMLParser):
    """Reads a page: elements in order with attributes, text by element, and whether every element is closed."""

    def __init__(self, source: bytes) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(source.decode())
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), list(self.open)))
        self.texts.setdefault(tag, [])
        if tag in ("h1", "h2", "h3", "th", "title"):
            self.texts[tag].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in self.open:
            if self.texts.get(tag):
                self.texts[tag][-1] += data


def example() -> TrialDocumentFacts:
    return read_document_facts(EXAMPLE)


def empty(tmp_path: Path, **arrangement: object) -> TrialDocumentFacts:
    path = tmp_path / "trial.yaml"
    path.write_text(yaml.safe_dump({"trial": LEAST, "arrangement": arrangement}, allow_unicode=True), encoding="utf-8")
    return read_document_facts(path)


@BY_DOCUMENT
def test_html_is_whole_and_can_be_read_by_everybody(kind: DocumentKind, language: str) -> None:
    written = as_html(build(document_template(kind), example(), language))
    page = Page(written)
    names = [tag for tag, _, _ in page.elements]
    assert names.count("h1") == 1
    headings = [int(tag[1]) for tag in names if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1
    assert all(next_ - one <= 1 for one, next_ in itertools.pairwise(headings))
    assert page.texts["h2"] == [section.heading[language] for section in document_template(kind).sections]
    assert next(attrs for tag, attrs, _ in page.elements if tag == "html")["lang"] == language
    assert page.texts["title"] == page.texts["h1"] == [document_template(kind).names[language]]
    assert names.count("table") == names.count("caption") == names.count("thead")
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs, _ in page.elements if tag == "th")
    assert not {"script", "img", "link", "iframe", "object", "form"} & set(names)
    assert not re.search(rb"https?://|@import|url\(", written), "nothing comes from elsewhere"
    assert b"None" not in written
    assert b"{" not in written.split(b"</style>")[1], "no place is left unfilled"


@BY_DOCUMENT
def test_docx_opens_with_its_headings_language_and_header_rows(kind: DocumentKind, language: str) -> None:
    template = document_template(kind)
    opened = docx.Document(io.BytesIO(as_docx(build(template, example(), language))))
    headings = [(p.style.name, p.text) for p in opened.paragraphs if p.style and p.style.name.startswith("Heading")]
    assert headings == [
        ("Heading 1", template.names[language]),
        *(("Heading 2", section.heading[language]) for section in template.sections),
    ]
    for table in opened.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(cell.text for cell in table.rows[0].cells)
        assert table._tbl.tblPr.find(qn("w:tblCaption")) is not None
    properties = opened.core_properties
    assert (properties.title, properties.language) == (template.names[language], REGION[language])
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")
    assert properties.created.date() == properties.modified.date() == date(2020, 2, 20)
    tags = {lang.get(qn("w:val")) for lang in opened.styles.element.iter(qn("w:lang"))}
    assert tags == {REGION[language]}
    assert "None" not in " ".join(p.text for p in opened.paragraphs)


@BY_DOCUMENT
def test_the_same_trial_gives_the_same_bytes(kind: DocumentKind, language: str) -> None:
    template = document_template(kind)
    for write in (as_html, as_docx):
        assert write(build(template, example(), language)) == write(build(template, example(), language))
    packed = zipfile.ZipFile(io.BytesIO(as_docx(build(template, example(), language))))
    assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert packed.namelist()[0] == "[Content_Types].xml"


@BY_DOCUMENT
def test_html_and_docx_say_the_same(kind: DocumentKind, language: str) -> None:
    written = build(document_template(kind), example(), language)
    opened = docx.Document(io.BytesIO(as_docx(written)))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    text = "\n".join([p.text for p in opened.paragraphs] + cells)
    blank = Messages(language).text("document.blank")
    body = as_html(written).decode().split("<body>")[1]
    said = [part.strip() for part in re.sub(r"<[^>]+>", "\n", body).split("\n")]
    ticked = Messages(language).text("document.ticked")
    for part in {one for one in said if one} - {blank, f"{ticked}:"}:
        assert part.replace("&#39;", "'").replace("&amp;", "&") in text, part


@BY_DOCUMENT
def test_what_nobody_has_told_is_a_line_to_write_on(tmp_path: Path, kind: DocumentKind, language: str) -> None:
    written = build(document_template(kind), empty(tmp_path), language)
    text = as_html(written).decode()
    assert text.count(Messages(language).text("document.blank")) >= 3
    assert "None" not in text
    opened = docx.Document(io.BytesIO(as_docx(written)))
    assert sum(p.style is not None and p.style.name == BLANK_LINE for p in opened.paragraphs) >= 3
    assert "None" not in "".join(node.text or "" for node in opened.element.iter(qn("w:t")))


HEALTH = re.compile(
    r"diagnoo|sairau|sairas|oire|työkyvyttöm|vajaakunt|sjukdom|sjukskr|diagnos|symptom|arbetsoförm|sickness|illness"
    r"|disease|disorder|disab|capacity|score|rank\b|pistemäär|poäng",
    re.IGNORECASE,
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_illness_and_no_score_reaches_the_employer(language: str) -> None:
    """On every pathway of every country, with a file that knows a first day of sickness and levels."""
    found = set()
    for country in load_pathways().countries.values():
        for pathway in country.pathways:
            plan = PlannedTrial(
                "P-1", pathway.id, "Koe Oy", "t", date(2020, 3, 1), date(2020, 4, 30), levels={"str_lift": 3.7},
                first_sick_day=date(2019, 11, 17),
            )  # fmt: skip
            facts = document_facts(plan, TrialArrangement(candidate="Aino"), country)
            for kind in DocumentKind:
                written = build(document_template(kind), facts, language)
                text = re.sub(r"<[^>]+>", "\n", as_html(written).decode().split("<body>")[1])
                found |= {(pathway.id, kind.value, line.strip()) for line in text.splitlines() if HEALTH.search(line)}
                assert not re.search(r"str_lift|3[.,]7|17\.11|2019|P-1", text)
    assert found == set()


@pytest.mark.parametrize(
    ("where", "arrangement"),
    [
        ("arrangement.goal", {"goal": "Selkä kestää, vaikka diagnoosina on nivelrikko"}),
        ("arrangement.effects[1].shows", {"effects": [{"shows": "Depression makes mornings slow"}]}),
        ("arrangement.plan.aids", {"plan": {"aids": "Hjälpmedel på grund av reumatism"}}),
        ("arrangement.candidate_contact", {"candidate_contact": "010190-123A"}),
    ],
)
def test_a_text_that_names_an_illness_is_refused_with_its_place_and_without_its_words(
    tmp_path: Path, where: str, arrangement: dict[str, object]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        empty(tmp_path, **arrangement)
    assert where in str(refused.value)
    assert "what helps" in str(refused.value)
    assert not re.search("nivel|depress|reuma|0101", str(refused.value), re.IGNORECASE)


def test_markup_in_a_name_is_text(tmp_path: Path) -> None:
    name = '<script>alert(1)</script> & <b>"Åsa"</b> {{ 7*7 }}'
    written = build(document_template("trial_agreement"), empty(tmp_path, candidate=name), "fi")
    text = as_html(written).decode()
    assert "<script" not in text
    assert "<b>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in text
    assert "{{ 7*7 }}" in text
    opened = docx.Document(io.BytesIO(as_docx(written)))
    assert any(name in p.text for p in opened.paragraphs)


@pytest.mark.parametrize("name", ["Å" * 200, "Yrjö-Äinö Ångström-Öster " * 8, "šžõ ñ 山田 🙂", "A\x07B\u200bC"])
def test_long_names_and_foreign_letters_survive(tmp_path: Path, name: str) -> None:
    kept = name.replace("\x07", "").strip()
    written = build(document_template("trial_agreement"), empty(tmp_path, candidate=name), "sv")
    assert kept in as_html(written).decode()
    opened = docx.Document(io.BytesIO(as_docx(written)))
    assert any(kept in p.text for p in opened.paragraphs)


@settings(max_examples=30, deadline=None)
@given(st.text(min_size=1, max_size=200))
def test_whatever_a_name_is_both_formats_can_hold_it(name: str) -> None:
    try:
        arrangement = arrangement_of(ArrangementFile.model_validate({"candidate": name}), "trial.yaml")
    except InvalidInput:  # it has the shape of an identity code
        return
    plan = PlannedTrial("", "fi.employment.trial", "Koe Oy", "t", date(2020, 3, 1), date(2020, 4, 30))
    facts = document_facts(plan, arrangement, load_pathways().country("fi"))
    written = build(document_template("effect_brief"), facts, "fi")
    assert arrangement.candidate in html.unescape(as_html(written).decode())
    docx.Document(io.BytesIO(as_docx(written)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_brief_does_not_name_the_pathway_or_the_body(language: str) -> None:
    """The name of a pathway can tell of a benefit; the workplace's colleagues need not know it."""
    facts = example()
    page = as_html(build(document_template("effect_brief"), facts, language)).decode().lower()
    assert facts.pathway[language].lower() not in page
    assert facts.body[language].lower() not in page


def test_the_agreement_holds_the_duty_to_recall_and_ticks_only_what_was_told(tmp_path: Path) -> None:
    recall = "Before the agreement work has been offered to dismissed, laid-off and part-time staff."
    text = as_html(build(document_template("trial_agreement"), empty(tmp_path), "en")).decode()
    assert recall in text
    assert "☑" not in text
    told = as_html(build(document_template("trial_agreement"), example(), "en")).decode()
    assert told.count("☑") == 5
    line = next(line for line in told.splitlines() if recall in line)
    assert "☐" in line, "nobody has told that work was offered"


def test_terms_carry_their_source_and_what_is_carried_forward_says_so(tmp_path: Path) -> None:
    page = as_html(build(document_template("trial_agreement"), example(), "en")).decode()
    assert "<td>Suomi.fi 2020</td>" in page
    assert Messages("en").text("document.to_confirm") not in page
    path = tmp_path / "later.yaml"
    path.write_text(yaml.safe_dump({"trial": LEAST | {"starts": "2026-01-05", "ends": "2026-02-05"}}), encoding="utf-8")
    later = as_html(build(document_template("trial_agreement"), read_document_facts(path), "en")).decode()
    assert Messages("en").text("document.to_confirm") in later


@pytest.mark.parametrize("ending", ["html", "docx"])
def test_the_command_writes_the_document_and_says_so(tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"sopimus.{ending}"
    done = worktrial(tmp_path, "document", "trial_agreement", "--trial", str(EXAMPLE), "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert "Työkokeilusopimus" in done.stderr
    again = tmp_path / f"toinen.{ending}"
    worktrial(tmp_path, "document", "trial_agreement", "--trial", str(EXAMPLE), "--out", str(again), seed="7")
    assert out.read_bytes() == again.read_bytes()


@pytest.mark.parametrize(
    ("kind", "trial", "out", "code", "says"),
    [
        ("contract", EXAMPLE, "a.html", 7, "trial_agreement, rehabilitation_plan"),
        ("effect_brief", EXAMPLE, "a.pdf", 7, ".html, .docx"),
        ("effect_brief", ROOT / "nowhere.yaml", "a.html", 6, "there is no such file"),
        ("effect_brief", EXAMPLE, "no/such/folder/a.html", 6, "cannot be written"),
    ],
)
def test_wrong_use_is_answered_in_a_sentence(
    tmp_path: Path, kind: str, trial: Path, out: str, code: int, says: str
) -> None:
    done = worktrial(tmp_path, "document", kind, "--trial", str(trial), "--out", str(tmp_path / out))
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / out).exists()


def test_the_example_in_the_docs_is_what_the_command_writes() -> None:
    shown = (ROOT / "docs" / "examples" / "trial-agreement-fi.html").read_bytes()
    assert shown == as_html(build(document_template("trial_agreement"), example(), "fi"))
    assert Messages("fi").text("document.fictional").encode() in shown
