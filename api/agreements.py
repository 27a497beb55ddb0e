"""The agreement of a trial as its employer may have it: a document of the agreed terms, to print, keep and sign.

It is the agreement that all documents of a trial have, without what the pathway says of the person. Of the person it
holds what is released to this employer now: the name, and measures by the words that employers read, never why.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from data.accounts import Actor
from data.audit import AuditEvent
from data.document_templates import DocumentKind, DocumentTemplate, document_template
from data.releasable_facts import ReleasableFact
from data.released_proposals import ReleasedProposal
from data.releases import check_releases, shown_facts
from data.store import Store, releases_of
from data.store.audit import note
from data.trial_document_facts import AgreedTask, FollowUp, TrialArrangement, TrialDocumentFacts
from data.trial_lifecycle import TrialPlan, TrialTerms

from .documents import WrittenDocument, as_docx, as_html, build
from .fact_wording import measure_text
from .messages import LANGUAGES, Messages

AgreementForm = Literal["html", "docx"]

WITHOUT = frozenset(("pay_and_insurance", "insurance", "before_start", "duties", "methods"))
"""Sections that come of the pathway, or are the coach's own list."""

UNTOLD = frozenset(("pathway", "hours_per_day_least", "hours_per_day_most", "days_per_week"))
"""Single facts that an employer is not told, or that the week says already."""

NOBODY_TELLS = dict.fromkeys(LANGUAGES, "")


def agreement_for_employer(
    store: Store, actor: Actor, plan: TrialPlan, proposal: ReleasedProposal, language: str, form: AgreementForm,
    at: datetime,
) -> bytes:  # fmt: skip
    """Write the agreement of a trial that is agreed, with what is released now (``at``), and note that it was shown.

    Whether the actor may read this proposal is asked before. ReleasesBroken if the ledger is not whole.
    """
    if plan.agreed is None:
        raise AssertionError("an agreement is of a trial that is agreed")  # a fault of ours, never of the input
    with store.write() as connection:
        entries = releases_of(connection, plan.candidate)
        check_releases(entries)
        released = shown_facts(entries, plan.employer, at, plan.id)
        told = {"employer": plan.employer, "form": f"agreement.{form}", "entries": len(entries)}
        note(connection, AuditEvent("brief.shown", actor, at, plan.candidate, f"trial:{plan.id}", told))
    written = _document(plan, plan.agreed, proposal, released, language)
    return as_docx(written) if form == "docx" else as_html(written)


def _document(
    plan: TrialPlan, terms: TrialTerms, proposal: ReleasedProposal, released: tuple[ReleasableFact, ...], language: str
) -> WrittenDocument:
    messages, work = Messages(language), proposal.work
    texts = work.texts
    arrangement = TrialArrangement(
        candidate=next((fact.text for fact in released if fact.kind == "name"), ""),
        site=work.site_name,
        supervisor=terms.supervisor,
        coach=proposal.coach,
        coach_contact=proposal.coach_contact,
        goal=terms.goal,
        tasks=tuple(AgreedTask(texts.get(one.task, one.task), one.hours_per_week) for one in terms.tasks),
        half_days=terms.week,
        accommodations=tuple(measure_text(fact.about, messages) for fact in released if fact.kind == "measure"),
        follow_ups=tuple(FollowUp(day) for day in terms.reviews),
        written_on=plan.agreed_on,
        fictional=plan.fictional,
    )
    day = plan.agreed_on or proposal.dated
    facts = TrialDocumentFacts(
        pathway=NOBODY_TELLS,
        body=NOBODY_TELLS,
        employer=work.employer_name,
        starts=terms.starts or day,
        ends=terms.ends or day,
        hours_per_week=terms.hours_per_week,
        hours_per_day_least=None,
        hours_per_day_most=None,
        days_per_week=None,
        paid=None,
        arrangement=arrangement,
        terms=proposal.terms,
        kept_terms=(),
        insurance=(),
        duties=(),
    )
    written = build(_template(with_limits=bool(proposal.terms)), facts, language)
    return replace(written, notes=(*written.notes, messages.text("agreement.for_employer")))


def _template(*, with_limits: bool) -> DocumentTemplate:
    """Give the agreement without what an employer is not told; who decides about the trial is written in by hand."""
    whole = document_template(DocumentKind.TRIAL_AGREEMENT.value)
    left = WITHOUT if with_limits else WITHOUT | {"terms"}
    sections = []
    for section in whole.sections:
        if section.id in left:
            continue
        parts = tuple(part for part in section.parts if part.fill not in UNTOLD)
        heading = section.heading
        if section.id == "time":
            heading = {language: Messages(language).text("agreement.time") for language in LANGUAGES}
        sections.append(replace(section, parts=parts, heading=heading))
    return replace(whole, sections=tuple(sections))
