"""Public names of a package that load their module only when asked for: commands start fast, notebooks find them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module


def lazily(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """Make the ``__getattr__`` of a package: ``homes`` says which of its modules holds which public name.

    >>> lazily("data", {"load_dimensions": "dimensions"})("load_dimensions").__module__
    'data.dimensions'
    """

    def find(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module '{package}' has no public name '{name}'")
        return getattr(import_module(f"{package}.{homes[name]}"), name)

    return find
