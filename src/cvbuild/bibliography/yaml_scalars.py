"""Texts as scalars of YAML, as a person writes them: in quotes only where it must be, long ones on several lines."""

from __future__ import annotations

import re
from functools import cache
from io import StringIO
from typing import Final

import yaml

from cvbuild.tree.signs import strange

_WIDTH: Final = 100
_NUMBER: Final = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_LIKE_NUMBER: Final = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+")
_MEANING: Final = frozenset(("int", "float", "bool", "null", "merge", "value", "timestamp", "yaml"))
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_UNSEEN: Final = re.compile("[^ -~\\u00a0-\\u2027\\u202a-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd\\U00010000-\\U0010ffff]")
_ESCAPED: Final = re.compile(rf'["\\\\]|{_UNSEEN.pattern}')
# What `tree` takes for a mistake in a key: a `-` without its space, a space that is none.
_DASHED: Final = re.compile(r"-[^\W\d_]")
_BREAKABLE: Final = re.compile(r"(?<=[^ ]) (?=[^ ])")


def scalar(text: str, indent: int = 0, used: int = 0, *, flow: bool = False, width: int | None = _WIDTH) -> str:
    """`text` as a scalar, which begins in column `used`; its further lines are indented by `indent`.

    Without quotes if YAML, and other tools that read this file, take it for this text (or for a number
    that prints the same). In a `flow` list there are more signs to be quoted, and no line is folded.
    """
    written = _quoted(text, flow)
    return written if flow or width is None else _folded(written, indent, used, width)


def exact(text: str) -> str:
    """`text` in double quotes, with an escape for every character but letters and digits of English."""
    return '"' + re.sub(r"[^A-Za-z0-9]", _code, text) + '"'


def _quoted(text: str, flow: bool) -> str:
    analysis = _emitter().analyze_scalar(text)
    simple = analysis.allow_flow_plain if flow else analysis.allow_block_plain
    if simple and not analysis.multiline and not _means_something(text) and not _mistaken(text):
        return text
    if analysis.multiline or not analysis.allow_single_quoted or _UNSEEN.search(text):
        return '"' + _ESCAPED.sub(_escape, text) + '"'
    if "'" in text and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _mistaken(text: str) -> bool:
    return _DASHED.match(text) is not None or strange(text[:1]) or strange(text[-1:])


def _means_something(text: str) -> bool:
    """Whether YAML 1.1 or 1.2 takes these characters for something else than a text, or a number that prints the same."""
    resolvers = yaml.SafeLoader.yaml_implicit_resolvers.get(text[:1], [])
    kinds = {tag.rpartition(":")[2] for tag, pattern in resolvers if pattern.match(text)}
    strange = not kinds.isdisjoint(_MEANING) or _LIKE_NUMBER.fullmatch(text) is not None
    return strange and not _NUMBER.fullmatch(text)


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0]) or _code(found)


def _code(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _folded(written: str, indent: int, used: int, width: int) -> str:
    """On several lines, broken at single spaces, if one is too short."""
    if used + len(written) <= width:
        return written
    lines: list[str] = []
    line = ""
    column = used
    for word in _BREAKABLE.split(written):
        if line and column + len(line) + 1 + len(word) > width:
            lines.append(line)
            line, column = word, indent
        else:
            line = f"{line} {word}" if line else word
    return ("\n" + " " * indent).join((*lines, line))


@cache
def _emitter() -> yaml.emitter.Emitter:
    return yaml.emitter.Emitter(StringIO(), allow_unicode=True)
