"""Diagnostics as GitHub's workflow commands, which it shows at the lines of a pull request.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands says what they are;
how values are escaped is said by GitHub's own actions/toolkit (packages/core/src/command.ts).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from cvbuild.diagnostics import Diagnostic
from cvbuild.source import Span


def github(diagnostics: Iterable[Diagnostic]) -> str:
    """One workflow command for each finding, a line each; "" if there are none.

    Files are named from the repository (GITHUB_WORKSPACE), or else from the working folder.
    """
    return "".join(_command(d) for d in diagnostics)


def _command(d: Diagnostic) -> str:
    properties = {**_place(d.span), "title": f"{d.code.number}: {d.code.title}"}
    lines = [d.message]
    for label in d.labels:
        lines.append(f"{label.span.source.name}:{label.span.line}:{label.span.column}: {label.message}")
    if d.hint:
        lines.append(f"hint: {d.hint}")
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{d.code.severity} {listed}::{_data(chr(10).join(lines))}\n"


def _place(span: Span | None) -> dict[str, str]:
    if span is None:
        return {}
    source = span.source
    (line, column), (end_line, end_column) = source.position(span.start), source.position(span.end)
    place = {"line": line, "col": column, "endLine": end_line, "endColumn": end_column}
    if end_line != line:  # GitHub takes columns only within one line
        del place["col"], place["endColumn"]
    named = {} if source.name.startswith("<") else {"file": _from_repository(source.name)}
    return {**named, **{name: str(number) for name, number in place.items()}}


def _from_repository(name: str) -> str:
    """A file as GitHub names it."""
    base, path = Path(os.environ.get("GITHUB_WORKSPACE") or ".").resolve(), Path(name).resolve()
    return (path.relative_to(base) if path.is_relative_to(base) else Path(name)).as_posix()


def _data(text: str) -> str:
    """No line of a file may become a command of its own."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
