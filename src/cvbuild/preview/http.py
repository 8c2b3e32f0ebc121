"""As much of HTTP/1.1 as a preview needs: the head of a request is read, an answer is written. No sockets here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from cvbuild.frozen import frozen

MAX_HEAD: Final = 16 * 1024
"""Bytes of a request; it has a head only."""
_LINE: Final = re.compile(r"([A-Z]{1,16}) (/[!-~]*) HTTP/1\.[01]")
_FIELD: Final = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)")
_ALWAYS: Final = {
    "Cache-Control": "no-store",
    "Connection": "close",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


class BadRequest(Exception):
    """What was sent is not a request that is answered here."""


@frozen
class Request:
    """A request: its path as the parts between slashes, what stands behind `?`, and its fields by lower-case names."""

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str]
    fields: Mapping[str, str]


@frozen
class Response:
    """An answer. `policy` is its Content-Security-Policy; without one, nothing in it may do anything."""

    status: HTTPStatus
    body: bytes = b""
    kind: str = "text/plain; charset=utf-8"
    fields: Mapping[str, str] | None = None
    policy: str = _NOTHING

    def head(self, *, length: bool = True) -> bytes:
        """What goes before the body; `length`: its length is known."""
        fields = {"Content-Type": self.kind, "Content-Security-Policy": self.policy, **_ALWAYS, **(self.fields or {})}
        if length:
            fields["Content-Length"] = str(len(self.body))
        lines = [f"HTTP/1.1 {self.status.value} {self.status.phrase}", *(f"{k}: {v}" for k, v in fields.items())]
        return "".join(line + "\r\n" for line in (*lines, "")).encode("latin-1")


def refusal(status: HTTPStatus, why: str, fields: Mapping[str, str] | None = None) -> Response:
    """An answer that says only why there is no other."""
    return Response(status, f"{why}\n".encode(), fields=fields)


def parse(head: bytes) -> Request:
    """A request, from its first line to the empty one; by RFC 9112, and in doubt strictly. Raises `BadRequest`."""
    first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    found = _LINE.fullmatch(first)
    if found is None:
        raise BadRequest("the first line is none of HTTP/1.1")
    fields: dict[str, str] = {}
    for line in lines:
        field = _FIELD.fullmatch(line)
        if field is None or field[1].lower() in fields:  # RFC 9112 wants one Host only; of others we need no second
            raise BadRequest("a field is malformed, or there twice")
        fields[field[1].lower()] = field[2].rstrip(" \t")
    if "transfer-encoding" in fields or fields.get("content-length", "0") != "0":
        raise BadRequest("a request has no body here")
    try:
        target = urlsplit(found[2])
        query = dict(parse_qsl(target.query, max_num_fields=8))
    except ValueError as error:
        raise BadRequest("the address is malformed") from error
    return Request(found[1], tuple(map(unquote, target.path.split("/")[1:])), query, fields)
