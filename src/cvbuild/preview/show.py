"""What there is to see at the moment: the last good PDF, and what is wrong with the CV now."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Iterable
from typing import Any

from cvbuild.diagnostics import Diagnostic, Label
from cvbuild.preview.pages import Pages
from cvbuild.report import excerpt, printable
from cvbuild.source import Span

MOST = 200
"""Findings that are shown; who has more begins with the first."""


class Show:
    """The state that all tabs show. One thread changes it, any other may look at it.

    A PDF has a `key`, which no other one has, of this run or another: pictures are asked for by it.
    """

    def __init__(self, name: str) -> None:
        self._run = secrets.token_hex(4)
        self._lock = threading.Lock()
        self._pages: Pages | None = None
        self._explained: dict[str, str] = {}
        self._told: Callable[[], None] = lambda: None
        self._state: dict[str, Any] = {
            "run": self._run,
            "version": 0,
            "name": name,
            "building": True,
            "key": None,
            "sizes": [],
            "wrote": None,
            "checked": None,
            "seconds": None,
            "stale": False,
            "errors": 0,
            "warnings": 0,
            "diagnostics": [],
        }
        self.version = 0

    def on_change(self, told: Callable[[], None]) -> None:
        """Call `told` after each change, in the thread that made it."""
        self._told = told

    def building(self) -> None:
        """A build has begun."""
        self._change(building=True)

    def built(self, pdf: bytes | None, diagnostics: Iterable[Diagnostic], at: str, seconds: float) -> None:
        """A build has ended, at the time `at`, with this PDF, or with none if it failed; then the last one stays."""
        found = list(diagnostics)
        errors = sum(d.is_error for d in found)
        changes: dict[str, Any] = {
            "building": False,
            "checked": at,
            "stale": pdf is None,
            "errors": errors,
            "warnings": len(found) - errors,
            "diagnostics": [_said(d) for d in found[:MOST]],
        }
        if pdf is None:
            self._change(**changes)
            return
        changes |= {"wrote": at, "seconds": round(seconds, 3)}
        old = self._pages
        if old is not None and pdf == old.pdf:
            self._change(**changes)
            return
        new = Pages(pdf)
        self._change(new, **changes, key=f"{self._run}-{self.version}", sizes=new.sizes)
        if old is not None:
            old.close()

    def explain(self, codes: dict[str, str]) -> None:
        """What these codes mean, for who wants to know."""
        self._explained = {**self._explained, **codes}

    @property
    def explained(self) -> dict[str, str]:
        """What codes mean, as far as that was told."""
        return self._explained

    def state(self) -> tuple[int, bytes]:
        """The number of changes until now, and the state as JSON."""
        with self._lock:
            return self.version, json.dumps(self._state).encode()

    def pages(self, key: str | None = None) -> Pages | None:
        """The PDF with this key, if it is the one that is shown; without a key, that one."""
        with self._lock:
            return self._pages if key in (None, self._state["key"]) else None

    def _change(self, pages: Pages | None = None, /, **changes: Any) -> None:
        with self._lock:
            self._pages = pages or self._pages
            self._state |= changes
            self.version += 1
            self._state["version"] = self.version
        self._told()


def _said(d: Diagnostic) -> dict[str, Any]:
    return {
        "severity": d.code.severity,
        "code": d.code.number,
        "title": d.code.title,
        "message": printable(d.message),
        "hint": printable(d.hint) if d.hint else None,
        "place": _place(d.span),
        "labels": [_label(label) for label in d.labels],
    }


def _label(label: Label) -> dict[str, Any]:
    return {"message": printable(label.message), "place": _place(label.span)}


def _place(span: Span | None) -> dict[str, Any] | None:
    """A place as people name it, and its line in three parts, of which the middle one is meant."""
    if span is None:
        return None
    found = excerpt(span)
    parts = (found.text[: found.start], found.text[found.start : found.end], found.text[found.end :]) if found else ()
    return {
        "name": f"{printable(span.source.name)}:{span.line}:{span.column}",
        "line": span.line,
        "excerpt": [printable(part) for part in parts],
    }
