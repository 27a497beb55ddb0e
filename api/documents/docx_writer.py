"""Writes a document as DOCX: real headings, repeated header rows, its language, no author, the same bytes each time."""

from __future__ import annotations

from datetime import UTC, datetime, time
from io import BytesIO

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Length, Mm, Pt, RGBColor
from docx.table import Table as DocxTable
from docx.table import _Cell as DocxCell
from docx.text.paragraph import Paragraph as DocxParagraph

from data.packed_files import same_bytes

from ..messages import Messages
from .structure import (
    Block,
    Boxes,
    Bullets,
    Card,
    Cards,
    Fields,
    Heading,
    Lines,
    NewPage,
    Paragraph,
    Signatures,
    Table,
    WrittenDocument,
)

REGION = {"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}
"""Language tags that word processors know."""

BLANK_LINE = "Blank Line"
"""The style of a line to write on."""

TICK_BOX = "Tick Box"
"""The style of a thing to tick: what does not fit the line goes on below the words, not below the box."""

CELL_MARGINS_DXA = {"top": 40, "left": 108, "bottom": 40, "right": 108}
"""Room inside cells, in twentieths of a point."""

NARROWEST = 24
WIDEST = 45
"""A column weighs as many letters as its longest cell has, within these."""

INK = RGBColor(0x1F, 0x4E, 0x79)


def as_docx(document: WrittenDocument) -> bytes:
    """Write DOCX; it opens with headings in order and the title and language in its properties."""
    messages = Messages(document.language)
    docx = Document()
    _prepare(docx, document)
    docx.add_heading(document.title, level=1)
    for note in document.notes:
        docx.add_paragraph(note, style="Quote")
    for block in document.blocks:
        _write(docx, block, messages)
    _properties(docx, document)
    out = BytesIO()
    docx.save(out)
    return same_bytes(out.getvalue())


def _prepare(docx: DocxDocument, document: WrittenDocument) -> None:
    section = docx.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    for name, size in (("Normal", 11), ("Heading 1", 18), ("Heading 2", 13), ("Quote", 11)):
        style = docx.styles[name]
        style.font.name, style.font.size = "Arial", Pt(size)
        fonts = style.element.rPr.rFonts
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        if name.startswith("Heading"):
            style.font.color.rgb = INK
    docx.styles["Quote"].font.italic = False
    for lang in docx.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), REGION[document.language])
    blank = docx.styles.add_style(BLANK_LINE, WD_STYLE_TYPE.PARAGRAPH)
    blank.paragraph_format.space_before, blank.paragraph_format.space_after = Pt(14), Pt(4)
    box = docx.styles.add_style(TICK_BOX, WD_STYLE_TYPE.PARAGRAPH)
    box.base_style = docx.styles["Normal"]
    box.paragraph_format.left_indent, box.paragraph_format.first_line_indent = Mm(6), Mm(-6)
    box.paragraph_format.space_after = Pt(4)
    box.paragraph_format.tab_stops.add_tab_stop(Mm(6))
    _page_numbers(docx, document.title)
    edges, edge = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "595959")):
        edge.set(qn(f"w:{key}"), value)
    edges.append(edge)
    between = OxmlElement("w:between")
    for key, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "595959")):
        between.set(qn(f"w:{key}"), value)
    edges.append(between)
    blank.element.get_or_add_pPr().insert(0, edges)


def _write(docx: DocxDocument, block: Block, messages: Messages) -> None:
    match block:
        case Heading(text):
            docx.add_heading(text, level=2)
        case NewPage():
            docx.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        case Cards(items):
            _cards(docx, items)
        case Table():
            _table(docx, block)
        case Fields(rows):
            for at, (label, value) in enumerate(rows, start=1):
                _field(docx, label, value, keep=at < len(rows))
        case Signatures(parties):
            for label, name in parties:
                _field(docx, label, name, keep=True)
                _field(docx, messages.text("document.place_and_date"), None, keep=True)
                _field(docx, messages.text("document.signature"), None)
        case _:
            written = [docx.add_paragraph(text, style=style) for text, style in _paragraphs(block)]
            for paragraph in written[:-1] if isinstance(block, Lines) else written[:1]:
                paragraph.paragraph_format.keep_with_next = len(written) > 1


def _paragraphs(block: Paragraph | Lines | Bullets | Boxes) -> list[tuple[str, str | None]]:
    """Give the paragraphs of a simple block with their styles."""
    match block:
        case Paragraph(text):
            return [(text, None)]
        case Lines(count):
            return [("", BLANK_LINE)] * count
        case Bullets(items):
            return [(item, "List Bullet") for item in items]
        case Boxes(boxes):
            return [(f"{'☑' if box.ticked else '☐'}\t{box.text}", TICK_BOX) for box in boxes]


def _field(docx: DocxDocument, label: str, value: str | None, keep: bool = False) -> None:
    line: DocxParagraph = docx.add_paragraph()
    line.add_run(f"{label}:").bold = True
    line.paragraph_format.space_after = Pt(2)
    if value is not None:
        line.add_run(f" {value}")
        line.paragraph_format.keep_with_next = keep
        return
    line.paragraph_format.keep_with_next = True
    blank = docx.add_paragraph(style=BLANK_LINE)
    blank.paragraph_format.keep_with_next = keep


def _table(docx: DocxDocument, block: Table) -> None:
    table = docx.add_table(rows=1, cols=len(block.columns), style="Table Grid")
    table.autofit = False
    _cell_margins(table)
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), block.caption)
    table._tbl.tblPr.append(caption)
    header = table.rows[0]
    for cell, text in zip(header.cells, block.columns, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
        cell.paragraphs[0].paragraph_format.keep_with_next = True
        _shade(cell)
    _row_property(header, "w:tblHeader")
    _row_property(header, "w:cantSplit")
    for row in block.rows:
        added = table.add_row()
        _row_property(added, "w:cantSplit")
        if not all(row):
            added.height = Mm(9)  # room to write by hand
        for cell, value in zip(added.cells, row, strict=True):
            cell.text = value or ""
    widths = _widths(block)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for written in table.rows:
        for cell, width in zip(written.cells, widths, strict=True):
            cell.width = width
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)


def _widths(block: Table) -> list[Length]:
    """Share the width of the page out by the longest text of each column."""
    cells = [block.columns, *block.rows]
    weights = [max(len(row[at] or "") for row in cells) for at in range(len(block.columns))]
    weights = [min(WIDEST, max(NARROWEST, weight)) for weight in weights]
    return [Mm(170 * weight / sum(weights)) for weight in weights]


def _cell_margins(table: DocxTable) -> None:
    """Give cells room inside, and bring the table's edge in line with the text."""
    properties = table._tbl.tblPr
    indent = OxmlElement("w:tblInd")
    indent.set(qn("w:w"), str(CELL_MARGINS_DXA["left"]))
    indent.set(qn("w:type"), "dxa")
    margins = OxmlElement("w:tblCellMar")
    for side, width in CELL_MARGINS_DXA.items():
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(width))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    properties.find(qn("w:tblLayout")).addprevious(indent)
    properties.find(qn("w:tblLook")).addprevious(margins)


def _shade(cell: DocxCell) -> None:
    shade = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", "E8EEF5")):
        shade.set(qn(f"w:{key}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _page_numbers(docx: DocxDocument, title: str) -> None:
    """Number the pages at the foot: an agreement is signed on its last one."""
    foot = docx.sections[0].footer.paragraphs[0]
    foot.add_run(f"{title} · ")
    for before, code in (("", "PAGE"), (" / ", "NUMPAGES")):
        foot.add_run(before)
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), code)
        run, text = OxmlElement("w:r"), OxmlElement("w:t")
        text.text = "1"
        run.append(text)
        field.append(run)
        foot._p.append(field)


def _cards(docx: DocxDocument, items: tuple[Card, ...]) -> None:
    """Lay cards out two in a row, each in a cell that stays on one page."""
    table = docx.add_table(rows=0, cols=2, style="Table Grid")
    for at in range(0, len(items), 2):
        row = table.add_row()
        _row_property(row, "w:cantSplit")
        for cell, card in zip(row.cells, items[at : at + 2], strict=False):
            _card(cell, card)
    docx.add_paragraph()


def _card(cell: DocxCell, card: Card) -> None:
    title = cell.paragraphs[0]
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(4), Pt(2)
    mark = title.add_run(f"{card.mark}  ")
    mark.bold, mark.font.color.rgb = True, INK
    title.add_run(card.title).bold = True
    for fact in card.facts:
        _small(cell, fact)
    for meter in card.meters:
        filled = 0 if meter.level is None else int(meter.level + 0.5)
        meant = _small(cell, f"{meter.label} ")
        bar = meant.add_run("■" * filled + "□" * (5 - filled))
        bar.font.size, bar.font.color.rgb = Pt(9), INK
        meant.add_run(f" {meter.figure}" + (f": {meter.words}" if meter.words else "")).font.size = Pt(9)
    for line in card.foot:
        _small(cell, line).runs[0].italic = True
    cell.paragraphs[-1].paragraph_format.space_after = Pt(6)


def _small(cell: DocxCell, text: str) -> DocxParagraph:
    line: DocxParagraph = cell.add_paragraph()
    line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(1)
    line.add_run(text).font.size = Pt(9)
    return line


def _row_property(row: object, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))  # type: ignore[attr-defined]  # no public door to it


def _properties(docx: DocxDocument, document: WrittenDocument) -> None:
    properties, stamp = docx.core_properties, datetime.combine(document.dated, time(), UTC).replace(tzinfo=None)
    properties.title, properties.language = document.title[:255], REGION[document.language]
    properties.author = properties.last_modified_by = properties.comments = properties.keywords = ""
    properties.created = properties.modified = stamp
    properties.revision = 1
    package = docx.part.package
    for id_, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):  # a picture of another document, from the template
            del package.rels[id_]
