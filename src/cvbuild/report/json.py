"""A result for programs: one line of JSON. docs/report.schema.json describes it, docs/formats.md explains it."""

from __future__ import annotations

import json
from typing import Any, Final

from cvbuild.report.result import Result
from cvbuild.source import Span

VERSION: Final = 1
"""Of the form. Keys may be added in one version; none changes its meaning, or goes away."""


def as_json(result: Result, version: str) -> str:
    """The result as one line of ASCII. `version` is that of cvbuild."""
    errors = sum(d.is_error for d in result.diagnostics)
    said: dict[str, Any] = {
        "format": VERSION,
        "cvbuild": version,
        "command": result.command,
        "status": result.status,
        "summary": {"errors": errors, "warnings": len(result.diagnostics) - errors},
        "diagnostics": [
            {
                "code": d.code.number,
                "severity": d.code.severity,
                "title": d.code.title,
                "message": d.message,
                "hint": d.hint,
                "place": _place(d.span),
                "labels": [{"message": label.message, "place": _place(label.span)} for label in d.labels],
            }
            for d in result.diagnostics
        ],
        "outputs": [{"path": output.path, "written": output.written} for output in result.outputs],
        "pages": result.pages,
    }
    return json.dumps(said) + "\n"


def _place(span: Span | None) -> dict[str, Any] | None:
    """Lines and columns from 1; columns count characters, and the end is the first character behind."""
    if span is None:
        return None
    (line, column), (end_line, end_column) = span.source.position(span.start), span.source.position(span.end)
    return {
        "file": span.source.name,
        "start": {"line": line, "column": column},
        "end": {"line": end_line, "column": end_column},
    }
