"""Writes which content that a source names stands in which section of which document: ``document-coverage.md``."""

from __future__ import annotations

from pathlib import Path

from data.document_templates import contents_left_out, load_document_templates
from data.pathway_records import Duty, Rule
from data.pathways import load_pathways

REPORT = Path(__file__).parent / "reference" / "document-coverage.md"


def all_rules() -> dict[str, Rule]:
    """Give every rule of every country by its id."""
    return {id_: rule for country in load_pathways().countries.values() for id_, rule in country.rules.items()}


def named_contents() -> dict[str, str]:
    """Give every content of a paper that a duty names, ``rule#n``, in English."""
    duties = [rule for rule in all_rules().values() if isinstance(rule, Duty)]
    return {f"{rule.id}#{n}": words["en"] for rule in duties for n, words in enumerate(rule.contents, start=1)}


def held() -> dict[str, list[str]]:
    """Give for every content or rule the sections that hold it."""
    found: dict[str, list[str]] = {}
    for kind, template in load_document_templates().items():
        for section in template.sections:
            for one in section.holds:
                found.setdefault(one, []).append(f"{kind.value}: {section.id}")
    return found


def report() -> str:
    """Write the report."""
    rules, contents, sections, left_out = all_rules(), named_contents(), held(), contents_left_out()
    lines = ["# Documents: which statement of the sources stands in which section", ""]
    lines += [
        "Made by `python -m docs.document_coverage`; a test keeps it current. Sections that no line names stand on the",
        "source that their file in `data/reference/documents/` gives, `own_judgement` where no source names them.",
        "",
    ]
    lines += ["| statement | rule | source | section |", "|---|---|---|---|"]
    for one in sorted({*contents, *sections}):
        rule = rules[one.partition("#")[0]]
        version = rule.versions[0]
        says = contents.get(one, version.text["en"]).replace("{value}", f"{version.value or 0:g}")
        says = says.replace("{value_to}", f"{version.value_to or 0:g}")
        where = "; ".join(sections.get(one, ())) or f"left out: {left_out[one]}"
        lines.append(f"| {says} | `{one}` | {version.source.document}, {version.source.section} | {where} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    REPORT.write_text(report(), encoding="utf-8")
