"""What the specs complain about -> diagnostics with place, code, value and suggestion.

Pydantic names a place by the present spelling of keys; the document may use an old one, or a
shorthand: the walk follows the annotation of the spec and the value of the document side by side.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lyftdata.core.diagnostic import Diagnostic, Place
from lyftdata.core.event import encode_json
from lyftdata.dsl.located import Document, Path
from lyftdata.dsl.words import code_of, sentence
from lyftdata.spec.base import Spec, kebab

MAX_SHOWN: Final = 80
MAX_PROBLEMS: Final = 500
"""How many problems of one text are told."""
_WORD: Final = re.compile(r"[A-Za-z_][\w.]*")


def near(word: str, known: Iterable[str]) -> str:
    """The known word that `word` may have been meant to be, or nothing."""
    by_form = {_form(one): one for one in known}
    found = get_close_matches(_form(word), list(by_form), n=1, cutoff=0.6)
    return by_form[found[0]] if found else ""


def shown(value: Any) -> str:
    """A value of a document as text of readable length."""
    text = value if isinstance(value, str) else encode_json(value).decode()
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 3] + "..."


def has_placeholder(value: Any) -> bool:
    """Whether a `{{name}}` stands anywhere in the value."""
    if isinstance(value, str):
        return "{{" in value
    if isinstance(value, dict):
        return any("{{" in key or has_placeholder(one) for key, one in value.items())
    return isinstance(value, list) and any(has_placeholder(one) for one in value)


def diagnose(
    document: Document, at: Path, spec: type[Spec], error: ValidationError, *, lenient: bool
) -> list[Diagnostic]:
    """The diagnostics for what `spec` says about the value at path `at`, folded, in any order.

    `lenient` keeps silent about values with a placeholder in them.
    """
    found: dict[tuple[Path, str], Diagnostic] = {}
    for detail in error.errors(include_url=False)[: MAX_PROBLEMS + 1]:
        fault = _Fault(document, at, spec, detail)
        if lenient and fault.unsure:
            continue
        one = fault.diagnostic()
        found.setdefault((one.path, one.code), one)
    return fold(list(found.values()))


def fold(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """A typo of a required field is one message: the missing one goes when it was suggested."""
    suggested = {
        (*one.path[:-1], one.suggestion)
        for one in found
        if one.code == "unknown-field" and one.suggestion
    }
    return [one for one in found if one.code != "missing-field" or one.path not in suggested]


@dataclass(slots=True)
class _Step:
    """One part of the walk: the path in the document, what the specs expect there."""

    path: Path
    value: Any
    annotation: Any

    def into(self, part: str | int) -> bool:
        """Follow one part of a pydantic place; False when it leads nowhere in the document."""
        if isinstance(part, int):
            if not isinstance(self.value, list) or not 0 <= part < len(self.value):
                return False
            return self._go(part, _element(self.annotation, list, 0))
        spec = _spec_of(self.annotation)
        if spec is not None:
            return self._into_field(spec, part)
        if not isinstance(self.value, dict) or part not in self.value:
            return False
        return self._go(part, _element(self.annotation, dict, 1))

    def _into_field(self, spec: type[Spec], part: str) -> bool:
        field = _field_type(spec, part)
        if not isinstance(self.value, dict):
            if part == spec.shorthand:
                self.annotation = field
            return part == spec.shorthand
        for spelling in (part, *_old(spec, part)):
            if spelling in self.value:
                return self._go(spelling, field)
        return False

    def _go(self, part: str | int, annotation: Any) -> bool:
        self.path, self.value = (*self.path, part), self.value[part]
        self.annotation = annotation
        return True


class _Fault:
    """One complaint, brought to its place."""

    def __init__(
        self, document: Document, at: Path, spec: type[Spec], detail: ErrorDetails
    ) -> None:
        self.document = document
        self.detail = detail
        self.type = detail["type"]
        self.context = detail.get("ctx") or {}
        step = _Step(at, document.at(at), spec)
        loc = [*detail["loc"], *self.context.get("at", ())]
        self.of_key = bool(loc) and loc[-1] == "[key]"
        unfollowed: str | int = ""
        for part in loc:
            if not step.into(part):
                unfollowed = part
        self.path, self.value = step.path, step.value
        self.spec = _spec_of(step.annotation)
        self.missing = str(unfollowed) if self.type == "missing" else ""
        if self.type == "extra_forbidden":
            self.spec = _parent_spec(document, at, spec, detail["loc"])

    @property
    def unsure(self) -> bool:
        """Whether a placeholder may yet put it right."""
        if self.type == "extra_forbidden":
            return False
        if self.type == "missing":
            return isinstance(self.value, str) and "{{" in self.value
        return has_placeholder(self.value)

    def diagnostic(self) -> Diagnostic:
        if self.type == "extra_forbidden":
            return self._unknown_field()
        if self.missing:
            message = f"{self.missing!r} is needed here"
            place = self.document.key_place(self.path)
            path = (*self.path, self.missing)
            return Diagnostic(self.document.file, place, "missing-field", message, path)
        return self._bad_value()

    def _unknown_field(self) -> Diagnostic:
        key = str(self.path[-1]) if self.path else ""
        known = _keys(self.spec) if self.spec else []
        suggestion = near(key, known)
        hint = "" if suggestion or not known else f"; fields are {', '.join(known)}"
        message = f"no field {key!r} here{hint}"
        place = self.document.key_place(self.path)
        return Diagnostic(
            self.document.file, place, "unknown-field", message, self.path, key, suggestion
        )

    def _bad_value(self) -> Diagnostic:
        code = code_of(self.type)
        message, suggestion = sentence(self.detail), ""
        value = shown(self.value)
        offset = self.context.get("offset")
        place = self.document.key_place(self.path) if self._at_key else None
        if isinstance(offset, int):
            place, word = self._inside(offset)
            value = word if code == "unknown-function" else value
        if code == "unknown-function" and "message" in self.context:
            message, suggestion = self.context["message"], self.context.get("suggestion", "")
        elif expected := self.context.get("expected"):
            words = [one.strip("' ") for one in str(expected).replace(" or ", ", ").split(",")]
            suggestion = near(str(self.value), words)
        if self.path and isinstance(self.path[-1], str) and not self.context.get("text"):
            message = f"{self.path[-1]}: {message}"
        return Diagnostic(
            self.document.file,
            place or self.document.place(self.path),
            code,
            message,
            self.path,
            value,
            suggestion,
        )

    def _inside(self, offset: int) -> tuple[Place | None, str]:
        """The place of the word at a character of the text, and the word; None where unclear."""
        text = str(self.value)
        offset = max(0, min(offset, len(text.rstrip()) - 1))
        word = _WORD.match(text, offset)
        found = word[0] if word else text[offset : offset + 1]
        return self.document.inside(self.path, offset, max(1, len(found))), found

    @property
    def _at_key(self) -> bool:
        """Maps and lists are shown by their key, else half the file is marked."""
        return self.of_key or isinstance(self.value, dict | list) or self.value is None


def _parent_spec(
    document: Document, at: Path, spec: type[Spec], loc: Sequence[str | int]
) -> type[Spec] | None:
    step = _Step(at, document.at(at), spec)
    for part in loc[:-1]:
        step.into(part)
    return _spec_of(step.annotation)


def _form(word: str) -> str:
    return word.lower().replace("_", "-")


def _keys(spec: type[Spec]) -> list[str]:
    return [field.alias or kebab(name) for name, field in spec.model_fields.items()]


def _field_type(spec: type[Spec], key: str) -> Any:
    for name, field in spec.model_fields.items():
        if (field.alias or kebab(name)) == key:
            return field.annotation
    return None


def _old(spec: type[Spec], key: str) -> list[str]:
    return [old for old, present in spec.old_spellings.items() if present == key]


def _members(annotation: Any) -> list[Any]:
    """The annotation, or the members of a union, without what `Annotated` adds."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _members(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return [one for member in get_args(annotation) for one in _members(member)]
    return [annotation]


def _spec_of(annotation: Any) -> type[Spec] | None:
    for one in _members(annotation):
        if isinstance(one, type) and issubclass(one, Spec):
            return one
    return None


def _element(annotation: Any, container: type, argument: int) -> Any:
    for one in _members(annotation):
        origin = get_origin(one)
        if isinstance(origin, type) and issubclass(origin, _ABSTRACT[container]):
            arguments = get_args(one)
            return arguments[argument] if argument < len(arguments) else None
        spec = _spec_of(one)
        if spec is not None and spec.shorthand:
            return _element(_field_type(spec, spec.shorthand), container, argument)
    return None


_ABSTRACT: Final[dict[type, tuple[type, ...]]] = {
    list: (list, tuple, Sequence),
    dict: (dict,),
}
