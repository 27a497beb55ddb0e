"""Documents of a trial as HTML and DOCX, in Finnish, Swedish and English."""

from .building import build, half_day_text, term_text
from .docx_writer import as_docx
from .html_writer import as_html
from .structure import Paper, WrittenDocument

__all__ = ["Paper", "WrittenDocument", "as_docx", "as_html", "build", "half_day_text", "term_text"]
