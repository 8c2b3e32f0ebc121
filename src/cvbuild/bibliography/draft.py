"""A work in the making: fields are taken from an entry, and put under keys as nodes of a CV."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from cvbuild.bibliography.notes import Notes
from cvbuild.bibliography.people import ET_AL
from cvbuild.bibliography.raw import Person, Value
from cvbuild.bibliography.vocabulary import ORDER, OWN_PREFIX
from cvbuild.diagnostics import Sink
from cvbuild.markup.writing import escape
from cvbuild.names import format_name, parse_name
from cvbuild.source import Source, Span
from cvbuild.tree import Mapping as MappingNode
from cvbuild.tree import Node, Scalar, Sequence
from cvbuild.tree import parse as parse_tree

_ARXIV_PREFIX: Final = re.compile(r"arxiv\s*:\s*|https?://arxiv\.org/(?:abs|pdf)/|\s*\[[^\]]*\]$", re.IGNORECASE)
_DOI_PREFIX: Final = re.compile(r"https?://[\w.-]*doi[\w.-]*/(?=10\.)|doi\s*:\s*", re.IGNORECASE)
"""Also of a publisher or a library: doi.acm.org, doi-org.example.edu."""


NOBODY: Final[Mapping[int, str]] = {}


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
        """Words parted by commas or semicolons; badges by semicolons alone."""
        self.notes.here = value.span
        if key == "badges":
            words = [word.strip() for word in value.markdown(self.notes).split("; ") if word.strip()]
        else:
            words = [word.strip() for word in re.split(r"[,;]", value.plain(self.notes)) if word.strip()]
        old = self.out.get(key)
        items = [*(old.items if isinstance(old, Sequence) else ()), *(Scalar(word, value.span) for word in words)]
        if items:
            self.out[key] = Sequence(tuple(items), items[0].span)

    def exactly(self) -> None:
        """What fields such as `cv-note` say, in place of all that was found."""
        for name, value in self.values.items():
            key = name.removeprefix(OWN_PREFIX)
            if key == name or key not in ORDER:
                continue
            self.out.pop(key, None)
            if written := value.plain(self.notes):
                private = Sink()
                node = parse_tree(Source(name, written), private)
                if node is None:
                    self.notes.here = value.span
                    self.notes.problem(f"`{name}` is not YAML: {next(private.sorted()).message}", None)
                else:
                    self.out[key] = _moved(node, value.span)

    def with_rest(self, *names: str) -> tuple[str, Span] | None:
        """A title with its subtitle."""
        title, *rest = names
        found = self.markdown(title)
        more = self.markdown(*rest)
        if found is None or more is None:
            return found
        return joined(found[0], more[0], ": "), found[1]

    def put_people(
        self, people: Iterable[Person], span: Span, words: Mapping[int, list[str]], keys: Mapping[int, str] = NOBODY
    ) -> None:
        """The authors, each with the marks that `words` has for its number, and the key in `people:` that `keys` has."""
        items: list[Node] = []
        for at, person in enumerate(people):
            said = dict.fromkeys(words.get(at, ()))
            me = said.pop("me", "") is None
            key = keys.get(at)
            if not said and not me and key is None:
                items.append(Scalar(person.name + "".join(person.marks), person.span))
                continue
            pairs: list[tuple[str, Node]] = [("name", Scalar(person.name + "".join(person.marks), person.span))]
            if said:
                marks = tuple(Scalar(word, person.span) for word in said)
                pairs.append(("marks", Sequence(marks, person.span)))
            if me:
                pairs.append(("me", Scalar("true", person.span)))
            if key is not None:
                pairs.append(("person", Scalar(key, person.span)))
            items.append(MappingNode(tuple((Scalar(name, person.span), node) for name, node in pairs), person.span))
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


def _moved(node: Node, span: Span) -> Node:
    """The same node, with another place."""
    match node:
        case Scalar():
            return Scalar(node.text, span, node.null)
        case Sequence(items):
            return Sequence(tuple(_moved(item, span) for item in items), span)
        case MappingNode(pairs):
            return MappingNode(tuple((Scalar(key.text, span), _moved(item, span)) for key, item in pairs), span)


def joined(first: str, second: str, sign: str) -> str:
    """Two parts of a title with a sign between them, if the first does not end with one."""
    return f"{first} {second}" if first.endswith((".", "?", "!", ":", "…", "—", "–")) else first + sign + second
