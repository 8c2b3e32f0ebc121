"""A work in the making: fields are taken from an entry, and put under keys as nodes of a CV."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from cvbuild.bibliography.notes import Notes
from cvbuild.bibliography.people import ET_AL
from cvbuild.bibliography.raw import Person, Value
from cvbuild.markup import escape
from cvbuild.names import format_name, parse_name
from cvbuild.source import Span
from cvbuild.tree import Mapping as MappingNode
from cvbuild.tree import Node, Scalar, Sequence

_ARXIV_PREFIX: Final = re.compile(r"arxiv\s*:\s*|https?://arxiv\.org/(?:abs|pdf)/|\s*\[[^\]]*\]$", re.IGNORECASE)
_DOI_PREFIX: Final = re.compile(r"https?://[\w.-]*doi[\w.-]*/(?=10\.)|doi\s*:\s*", re.IGNORECASE)
"""Also of a publisher or a library: doi.acm.org, doi-org.example.edu."""


class Draft:
    """Takes from `values`, puts into `out`; what a key holds already stays."""

    def __init__(self, values: Mapping[str, Value], notes: Notes) -> None:
        self.values, self.notes = dict(values), notes
        self.out: dict[str, Node] = {}

    def first(self, *names: str) -> Value | None:
        """The first of these fields that is there."""
        for name in names:
            value = self.values.get(name)
            if value is not None:
                return value
        return None

    def markdown(self, *names: str) -> tuple[str, Span] | None:
        """The first of these fields that holds something, as formatted text."""
        for name in names:
            value = self.values.get(name)
            if value is not None:
                self.notes.here = value.span
                if text := value.markdown(self.notes):
                    return text, value.span
        return None

    def plain(self, *names: str) -> tuple[str, Span] | None:
        """The same as characters."""
        for name in names:
            value = self.values.get(name)
            if value is not None:
                self.notes.here = value.span
                if text := value.plain(self.notes):
                    return text, value.span
        return None

    def put(self, key: str, found: tuple[str, Span] | None) -> bool:
        """Set a key, if it is not set yet and there is something to set."""
        if found is None or key in self.out or not found[0]:
            return False
        if key == "arxiv":
            found = _ARXIV_PREFIX.sub("", found[0]), found[1]
        elif key == "doi":
            found = _DOI_PREFIX.sub("", found[0]), found[1]
        self.out[key] = Scalar(*found)
        return True

    def text_of(self, key: str) -> str:
        """What a key holds so far."""
        node = self.out.get(key)
        return node.text if isinstance(node, Scalar) else ""

    def flag(self, key: str, value: Value) -> None:
        """Set a key to true, unless the field says no."""
        word = value.plain(self.notes).lower()
        if word and word not in ("false", "no", "off", "0", "n"):
            self.put(key, ("true", value.span))

    def put_list(self, key: str, value: Value) -> None:
        """Words parted by commas or semicolons; badges are whole."""
        self.notes.here = value.span
        if key == "badges":
            text = value.markdown(self.notes)
            words = [text] if text else []
        else:
            words = [word.strip() for word in re.split(r"[,;]", value.plain(self.notes)) if word.strip()]
        old = self.out.get(key)
        items = [*(old.items if isinstance(old, Sequence) else ()), *(Scalar(word, value.span) for word in words)]
        if items:
            self.out[key] = Sequence(tuple(items), items[0].span)

    def with_rest(self, *names: str) -> tuple[str, Span] | None:
        """A title with its subtitle."""
        title, *rest = names
        found = self.markdown(title)
        more = self.markdown(*rest)
        if found is None or more is None:
            return found
        return joined(found[0], more[0], ": "), found[1]

    def put_people(self, people: Iterable[Person], span: Span, words: Mapping[int, list[str]]) -> None:
        """The authors, each with the marks that `words` has for its number."""
        items: list[Node] = []
        for at, person in enumerate(people):
            said = dict.fromkeys(words.get(at, ()))
            me = said.pop("me", "") is None
            if not said and not me:
                items.append(Scalar(person.name + "".join(person.marks), person.span))
                continue
            pairs: list[tuple[str, Node]] = [("name", Scalar(person.name + "".join(person.marks), person.span))]
            if said:
                marks = tuple(Scalar(word, person.span) for word in said)
                pairs.append(("marks", Sequence(marks, person.span)))
            if me:
                pairs.append(("me", Scalar("true", person.span)))
            items.append(MappingNode(tuple((Scalar(key, person.span), node) for key, node in pairs), person.span))
        if items and "authors" not in self.out:
            self.out["authors"] = Sequence(tuple(items), span)

    def names(self, value: Value) -> tuple[str, Span]:
        """Names in one line, as editors are printed."""
        self.notes.here = value.span
        names = [
            person.name if person.name == ET_AL else format_name(parse_name(person.name), "full")
            for person in value.people(self.notes)
        ]
        *front, last = names or [""]
        if last == ET_AL or not front:
            text = ", ".join(names) if len(names) > 2 else " ".join(names)
        else:
            text = ", ".join(front) + (", and " if len(front) > 1 else " and ") + last
        return escape(text), value.span


def joined(first: str, second: str, sign: str) -> str:
    """Two parts of a title with a sign between them, if the first does not end with one."""
    return f"{first} {second}" if first.endswith((".", "?", "!", ":", "…", "—", "–")) else first + sign + second
