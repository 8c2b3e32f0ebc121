"""What the tests of HTML share: a page from a CV, and a reader of pages."""

from __future__ import annotations

import json
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from textwrap import dedent
from typing import Any

from cvbuild.checked import Checked, Choices
from cvbuild.diagnostics import Diagnostic, Sink
from cvbuild.files import Files
from cvbuild.pipeline import check
from cvbuild.source import Source
from cvbuild.writers.html import HtmlWriter, write
from tests.support import ROOT

_VOID = {"meta", "img", "br", "path", "link", "input"}


def checked(yaml: str, folder: Path = ROOT, *, theme: str | None = None, raw: bool = False) -> Checked:
    """A CV in which nothing is wrong."""
    sink = Sink()
    source = Source("cv.yaml", dedent(yaml).lstrip("\n"), folder, raw_latex=raw)
    found = check(source, Files(), sink, Choices(theme=theme))
    assert found is not None, list(sink.sorted())
    return found


def page(yaml: str, folder: Path = ROOT, *, theme: str | None = None) -> str:
    """A CV as a page."""
    return write(checked(yaml, folder, theme=theme), Sink()).decode()


def told(yaml: str, *, raw: bool = False) -> list[Diagnostic]:
    """What is said when a page is written."""
    sink = Sink()
    write(checked(yaml, raw=raw), sink)
    return list(sink.sorted())


@cache
def _writer() -> HtmlWriter:
    some = checked("name: N")
    return HtmlWriter(some.theme, some.outline, some.files)


def inline(*body: Any) -> str:
    """Inlines in HTML."""
    return _writer().inlines(body)


class Read(HTMLParser):
    """A page, read: its words but those of the table of contents, its links, ids and tags; what is open must be closed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words, self.data, self.style = "", "", ""
        self.hrefs: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        said = dict(attrs)
        if said.get("id"):
            self.ids.append(said["id"] or "")
        if tag == "a":
            self.hrefs.append(said["href"] or "")
            assert "a" not in self.open, "a link in a link"
        if tag not in _VOID:
            self.open.append(tag)
        if tag == "br":
            self.words += "\n"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "script" in self.open:
            self.data += data
        elif "style" in self.open:
            self.style += data
        elif not {"nav", "title"} & set(self.open):
            self.words += data

    @property
    def graph(self) -> list[dict[str, Any]]:
        """What the page says to programs."""
        found: list[dict[str, Any]] = json.loads(self.data)["@graph"]
        return found

    @property
    def person(self) -> dict[str, Any]:
        return next(node for node in self.graph if node["@type"] == "Person")

    def work(self, key: str) -> dict[str, Any]:
        return next(node for node in self.graph if node.get("@id") == f"#work-{key}")
