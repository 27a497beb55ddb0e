"""Reads forms of pages: bounded text, numbers as people write them, faults in words; what was typed is never lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request, Response
from pydantic import BaseModel, BeforeValidator, ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from data.store.change_receipts import AskedChange

from ..http.changes import Change, make_once, principal_of
from ..http.problems import Problem
from ..http.request_log import route_of
from ..http.text_rules import accepted_text
from ..messages import Messages

ONCE = "once"
"""The hidden field with the key of a form: a second click changes nothing more."""

MOST_FIELDS, MOST_FILES, MOST_CHARACTERS = 2_000, 1, 200_000
_KEY_LENGTH = range(16, 129)
Model = TypeVar("Model", bound=BaseModel)

_FAULTS = {
    "missing": "missing",
    "string_too_short": "missing",
    "string_too_long": "too_long",
    "float_parsing": "number",
    "int_parsing": "number",
    "float_type": "number",
    "int_type": "number",
    "finite_number": "number",
    "greater_than": "range",
    "greater_than_equal": "range",
    "less_than": "range",
    "less_than_equal": "range",
    "date_from_datetime_parsing": "date",
    "date_parsing": "date",
    "date_type": "date",
    "literal_error": "choice",
    "enum": "choice",
}
"""What pydantic finds, as the name of a message ``fault.*``; anything else is ``fault.other``."""


def _spoken_number(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    plain = value.strip().replace("\u00a0", "").replace(" ", "").replace("\u2212", "-").replace(",", ".")
    return plain or None


SpokenNumber = Annotated[float, BeforeValidator(_spoken_number)]
"""A number as it is typed in Finland: 2,5 and 2.5 are the same, a space within is nothing."""


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form as it was sent: every field with its values, and the files."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, tuple[str, bytes, str]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """Give the one value of a field; nothing when it was not sent."""
        return self.fields.get(name, ("",))[0].strip()

    def all(self, name: str) -> tuple[str, ...]:
        """Give all values of a field that stands more than once."""
        return self.fields.get(name, ())

    def numbered(self, start: str) -> Iterator[tuple[str, str]]:
        """Give the fields whose name begins with ``start.``, by what follows: ``level.pos_sit`` gives pos_sit."""
        for name, values in self.fields.items():
            if name.startswith(f"{start}."):
                yield name[len(start) + 1 :], values[0].strip()


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with a field: the name of the message ``fault.*`` and the values that fill it."""

    name: str
    kind: str
    values: Mapping[str, str] = field(default_factory=dict)

    def text(self, messages: Messages) -> str:
        """Say it."""
        return messages.text(f"fault.{self.kind}", **self.values)


async def sent_form(request: Request) -> SentForm:
    """Read the form of a request; Problem when it is none, or holds more than any page of ours asks."""
    try:
        async with request.form(
            max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=MOST_CHARACTERS
        ) as form:  # fmt: skip
            fields: dict[str, tuple[str, ...]] = {}
            files: dict[str, tuple[str, bytes, str]] = {}
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    files[name] = (value.filename or "", await value.read(), value.content_type or "")
                elif len(value) > MOST_CHARACTERS:
                    raise Problem("too_large")
                else:
                    fields[name] = (*fields.get(name, ()), accepted_text(value))
    except MultiPartException:
        raise Problem("bad_request") from None
    return SentForm(fields, files)


Form = Annotated[SentForm, Depends(sent_form)]


class FormOnce:
    """What a route that takes a form depends on: ``once: OnceByForm``, then ``return once(change)``."""

    def __init__(self, request: Request, form: Form) -> None:
        key = form.one(ONCE)
        if len(key) not in _KEY_LENGTH or not key.isascii():
            raise Problem("idempotency_key_missing")
        self.request = request
        sent = "\n".join((request.method, request.url.path, request.url.query, "")).encode() + request.state.body
        self.asked = AskedChange.of(principal_of(request), key, f"POST {route_of(request.scope)}", sent)

    def __call__(self, change: Change) -> Response:
        """Make the change once, however often the form is sent, and lead to the page it says (``notices.go_to``)."""
        return make_once(self.request, self.asked, change)


OnceByForm = Annotated[FormOnce, Depends()]


def read_fields(model: type[Model], values: Mapping[str, Any]) -> Model | tuple[FieldFault, ...]:
    """Read values of a form as a record, or say field by field what is wrong with them."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        return tuple(_fault(one) for one in error.errors(include_url=False, include_input=False))


def _fault(found: Any) -> FieldFault:
    place: Sequence[int | str] = found["loc"]
    context = found.get("ctx", {})
    limits = {name: str(context[name]) for name in ("ge", "gt", "le", "lt", "max_length") if name in context}
    limit = next(iter(limits.values()), "")
    kind = _FAULTS.get(str(found["type"]), "other")
    if kind == "range":
        kind = "too_small" if "ge" in limits or "gt" in limits else "too_large"
    return FieldFault(".".join(str(part) for part in place), kind, {"limit": limit} if limit else {})
