"""How an input is changed: a few small steps, each of which people or programs could make, or nobody would."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

MOST = 12_000
LONG = 40_000
"""Of how many bytes an input may be: most, and those few in which something is repeated very often."""

# What breaks readers of text: ends of lines, of texts and of Unicode, and depths.
NASTY = [b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\n\n", b"\t", b" ", b"  ", b"\x1b[31m",
    b"\x7f", "\u0085\u2028\u2029".encode(), "\u202e\u2066".encode(), "e\u0301\u200d".encode(), "\U0010ffff".encode(),
    "İıſßﬁ".encode(), "维南א".encode(), b"{" * 50, b"[" * 50, b"<" * 50, b"(" * 50, b"*" * 30, b"- " * 45, b'"', b"'", b"`",
    b"$", b"\\", b"-1", b"0", b"9" * 30, b"1e999", b"nan", b"0x10", b".5", b"{}", b"[]", b"~", b"null", b"''", b"#", b" #", b"%",
    b":", b": ", b",", b";", b"&", b"@", b"/", b"../", b"|", b"> ", b"<<: ", b"*a", b"&a ", b"!!x ", b"---\n", b"...\n"]  # fmt: skip


def change(data: bytes, tokens: Sequence[bytes], others: Sequence[bytes], rng: Random) -> bytes:
    """`data` with some steps of change; `tokens` are words of its language, `others` inputs to take pieces from."""
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 5, 8))):
        data = rng.choice(_STEPS)(data, tokens, others, rng)[:MOST]
    if rng.random() < 0.004:
        start, end = _piece(data, rng, 200)
        data = data[:start] + data[start:end] * (LONG // max(1, end - start)) + data[end:]
    return data[:LONG]


def _piece(data: bytes, rng: Random, longest: int = 60) -> tuple[int, int]:
    start = rng.randint(0, len(data))
    return start, min(len(data), start + rng.randint(1, longest))


def _token(tokens: Sequence[bytes], rng: Random) -> bytes:
    return rng.choice(tokens) if tokens and rng.random() < 0.7 else rng.choice(NASTY)


def _insert(data: bytes, tokens: Sequence[bytes], others: Sequence[bytes], rng: Random) -> bytes:
    at = rng.randint(0, len(data))
    return data[:at] + _token(tokens, rng) + data[at:]


def _replace(data: bytes, tokens: Sequence[bytes], others: Sequence[bytes], rng: Random) -> bytes:
    start, end = _piece(data, rng, 12)
    return data[:start] + _token(tokens, rng) + data[end:]


def _delete(data: bytes, tokens: Sequence[bytes], others: Sequence[bytes], rng: Random) -> bytes:
    start, end = _piece(data, rng)
    return data[:start] + data[end:]


def _double(data: bytes, tokens: Sequence[bytes], others: Sequence[bytes], rng: Random) -> bytes:
    start, end = _piece(data, rng)
    return data[:end] + data[start:end] * rng.choice((1, 1, 2, 9)) + data[end:]


def _byte(data: bytes, tokens: Sequence[bytes], others: Sequence[bytes], rng: Random) -> bytes:
    at = rng.randint(0, len(data))
    return data[:at] + bytes((rng.randrange(256),)) + data[at + 1 :]


def _splice(data: bytes, tokens: Sequence[bytes], others: Sequence[bytes], rng: Random) -> bytes:
    other = rng.choice(others)
    start, end = _piece(other, rng, 400)
    at = rng.randint(0, len(data))
    return data[:at] + other[start:end] + data[at:]


def _lines(data: bytes, tokens: Sequence[bytes], others: Sequence[bytes], rng: Random) -> bytes:
    """One change of whole lines, as of a mapping in YAML."""
    lines = data.split(b"\n")
    at = rng.randrange(len(lines))
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip(b" "))]
    match rng.randrange(8):
        case 0:
            del lines[at : at + rng.randint(1, 3)]
        case 1:
            lines.insert(rng.randint(0, len(lines)), lines[at])
        case 2:
            lines[at] = b" " * rng.randint(0, 6) + lines[at].lstrip()
        case 3:
            lines.insert(at, indent + _token(tokens, rng) + b": " + _token(tokens, rng))
        case 4:
            lines[at] = lines[at].partition(b":")[0] + b": " + _token(tokens, rng)
        case 5:
            lines[at] = indent + _token(tokens, rng) + b":" + lines[at].partition(b":")[2]
        case 6:
            lines[at] = indent + b"- " + lines[at].lstrip()
        case _:
            other = rng.choice(others).split(b"\n")
            start = rng.randrange(len(other))
            lines[at:at] = [indent + line for line in other[start : start + rng.randint(1, 6)]]
    return b"\n".join(lines)


def _value(data: bytes, tokens: Sequence[bytes], others: Sequence[bytes], rng: Random) -> bytes:
    """Another value in one line, taken from a line that begins alike or not."""
    lines, other = data.split(b"\n"), rng.choice(others).split(b"\n")
    at = rng.randrange(len(lines))
    value = rng.choice(other).partition(b":")[2]
    lines[at] = lines[at].partition(b":")[0] + b":" + value
    return b"\n".join(lines)


_STEPS = (
    _insert,
    _insert,
    _replace,
    _replace,
    _delete,
    _double,
    _byte,
    _splice,
    _lines,
    _lines,
    _lines,
    _value,
    _value,
)
