"""Records to text and back, so that what decided about something can be kept and read again as it was.

The text holds every field by its name, mappings in their own order, sets sorted; numbers come back as the same numbers.
A field that a later release added (``ADDED``) stands there only when it says something: older texts keep their names.
A text is named by its SHA-256: the same record has the same name, and a text that was changed no longer has it.
"""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Record = TypeVar("Record")
ADDED: Mapping[str, bool] = {"added": True}
"""Metadata of a field with a default that a later release added to a record."""


def record_text(record: object) -> bytes:
    """Write a record, or a list of records, as JSON; the same bytes for the same record.

    >>> from data.candidates import Ban
    >>> record_text(Ban("saf_height", 0.0)).decode()
    '{"dimension":"saf_height","highest_level":0.0,"ground":"medical"}'
    """
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain)
    return text.encode()


def record_from(kind: type[Record], text: bytes) -> Record:
    """Read a record back; ValueError when the text is not one of that kind.

    A field that the text does not have takes its default, so that a text of an older release can be read.

    >>> from data.candidates import Ban
    >>> record_from(Ban, record_text(Ban("saf_height", 0.0)))
    Ban(dimension='saf_height', highest_level=0.0, ground='medical')
    """
    try:
        return cast(Record, _reader(cast(Hashable, kind))(json.loads(text)))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"this is no {getattr(kind, '__name__', kind)}") from error


def content_name(content: bytes) -> str:
    """Name a content by its SHA-256."""
    return hashlib.sha256(content).hexdigest()


def fields_said(record: Any) -> dict[str, Any]:
    """Give the fields of a record by name, without those of a later release that say nothing.

    >>> from data.candidates import Skill
    >>> fields_said(Skill("hitsaus"))
    {'text': 'hitsaus', 'activity': ''}
    """
    return {
        field.name: getattr(record, field.name)
        for field in fields(record)
        if not field.metadata or getattr(record, field.name) != field.default
    }


def _plain(value: object) -> object:
    if is_dataclass(value):
        return fields_said(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a record holds no {type(value).__name__}")


@cache
def _reader(kind: Hashable) -> Callable[[Any], Any]:
    """Give the function that reads values of a type as it stands in an annotation."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _maybe(inner)
    if origin is tuple:
        return _some(inner)
    if origin is frozenset:
        one = _reader(inner[0])
        return lambda values: frozenset(one(value) for value in values)
    if origin is not None:  # a mapping
        key, value = _reader(inner[0]), _reader(inner[1])
        return lambda values: {key(name): value(one) for name, one in values.items()}
    if is_dataclass(kind):
        return _fields_of(cast(type, kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return date.fromisoformat if kind is date else _same


def _same(value: Any) -> Any:
    return value


def _maybe(kinds: tuple[Any, ...]) -> Callable[[Any], Any]:
    (kind,) = (kind for kind in kinds if kind is not types.NoneType)
    read = _reader(kind)
    return lambda value: None if value is None else read(value)


def _some(kinds: tuple[Any, ...]) -> Callable[[Any], Any]:
    if kinds[-1] is Ellipsis:
        one = _reader(kinds[0])
        return lambda values: tuple(one(value) for value in values)
    several = tuple(_reader(kind) for kind in kinds)
    return lambda values: tuple(read(value) for read, value in zip(several, values, strict=True))


def _fields_of(kind: type) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    needed = {f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING}

    def read(values: Any) -> Any:
        if not needed <= values.keys() <= readers.keys():
            raise KeyError(kind.__name__)
        return kind(**{name: readers[name](value) for name, value in values.items()})

    return read
