"""Names for what tfgen offers: a decorator registers, and a listing reads the sources without importing them."""

import ast
import difflib
import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One registered object: its name, the module and attribute that hold it, its docstring's first line."""

    name: str
    module: str
    attribute: str
    summary: str


class Registry:
    """The objects of one kind (datasets, networks, models, losses) by name.

    Entries of tfgen itself are found by reading the source files of `package` for calls of the decorator
    `@register("name")`, so that listing them imports nothing; `get` imports the one module it needs.

    Args:
        kind: What an entry is called in messages, for example `"dataset"`.
        package: Dotted name of the package whose modules register here.
    """

    def __init__(self, kind: str, package: str):
        self.kind = kind
        self.package = package
        self._registered: dict[str, Any] = {}

    def register(self, name: str) -> Callable[[Any], Any]:
        """Decorator that registers a class or a function under `name`.

        Raises:
            ValueError: If the name is taken by another object.
        """

        def decorate(registered: Any) -> Any:
            # A source file may hold the name although nothing has imported it yet.
            known = self._sources.get(name) or self._entry(name)
            if known is not None and (known.module, known.attribute) != (registered.__module__, registered.__name__):
                raise ValueError(f"the {self.kind} name {name!r} is taken by {known.module}.{known.attribute}")
            self._registered[name] = registered
            return registered

        return decorate

    def get(self, name: str) -> Any:
        """The object registered under `name`.

        Raises:
            KeyError: If there is none; the message lists the near names.
        """
        if name not in self._registered:
            entry = self._sources.get(name)
            if entry is None:
                raise UnknownNameError(self.kind, name, self.names())
            importlib.import_module(entry.module)
        return self._registered[name]

    def names(self) -> list[str]:
        """All names, sorted."""
        return sorted({*self._sources, *self._registered})

    def entries(self) -> list[Entry]:
        """All entries, sorted by name, without importing a module that is not imported yet."""
        own = {name: self._entry(name) for name in self._registered}
        return [entry for _, entry in sorted({**own, **self._sources}.items())]

    def attribute(self, name: str) -> Any:
        """A registered object by the name that Python knows it by (`"VAE"`), for a package's `__getattr__`."""
        for entry in self._sources.values():
            if entry.attribute == name:
                return getattr(importlib.import_module(entry.module), name)
        raise AttributeError(f"module {self.package!r} has no attribute {name!r}")

    def _entry(self, name: str) -> Entry | None:
        found = self._registered.get(name)
        return found and Entry(name, found.__module__, found.__name__, _first_line(found.__doc__))

    @cached_property
    def _sources(self) -> dict[str, Entry]:
        spec = importlib.util.find_spec(self.package)
        entries = {}
        for folder in spec.submodule_search_locations:
            for path in sorted(Path(folder).glob("*.py")):
                for entry in _read_entries(path, f"{self.package}.{path.stem}"):
                    entries[entry.name] = entry
        return entries


class UnknownNameError(KeyError):
    """A name that is not registered; its message is one sentence with the near names."""

    def __init__(self, kind: str, name: str, known: list[str]):
        near = difflib.get_close_matches(str(name), known, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known are: {', '.join(known) or 'none'}"
        super().__init__(f"there is no {kind} {name!r}; {hint}")

    def __str__(self) -> str:
        return self.args[0]


def _read_entries(path: Path, module: str) -> list[Entry]:
    entries = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        for decorator in getattr(node, "decorator_list", []):
            match decorator:
                case ast.Call(func=ast.Name(id="register") | ast.Attribute(attr="register"), args=[ast.Constant(name)]):
                    entries.append(Entry(name, module, node.name, _first_line(ast.get_docstring(node))))
    return entries


def _first_line(docstring: str | None) -> str:
    return (docstring or "").strip().partition("\n")[0]
