"""What is answered at which address, and to whom.

Whoever knows the secret in the address may look. It is asked for by name of this machine, so that no
other name which a stranger's server may give it (DNS rebinding) helps; and no page of another site may ask.
"""

from __future__ import annotations

import hmac
import json
import secrets
import time
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import quote

from cvbuild.files import Files
from cvbuild.preview.http import Request, Response, refusal
from cvbuild.preview.pages import Gone
from cvbuild.preview.show import Show

TICKET: Final = 60.0
"""Seconds for which an address that works once does so."""
_HERE: Final = ("127.0.0.1", "localhost")
_FOLDER: Final = Path(__file__).parent / "page"


class Events:
    """The answer that goes on: the state now, and after each change."""

    head: Final = Response(HTTPStatus.OK, kind="text/event-stream; charset=utf-8")


class Site:
    """The addresses of one preview. `secret` is the first part of all of them; `port` is where it is served."""

    def __init__(self, show: Show, name: str, secret: str, port: int) -> None:
        self.show: Final = show
        self._name = name
        self._secret = secret
        self._hosts = {f"{host}:{port}" for host in _HERE}
        self._tickets: dict[str, float] = {}
        files = Files()
        self._html, self._css, self._js = (files.text(_FOLDER / file) for file in ("index.html", "page.css", "page.js"))

    def ticket(self) -> str:
        """A path that leads to the page once, within a minute.

        For the browser's command line, which all users of a machine can read.
        """
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = time.monotonic() + TICKET
        return f"/once/{ticket}"

    def answer(self, request: Request) -> Response | Events:
        """What is answered to a request. Threads may ask side by side."""
        return self._stranger(request) or self._inside(request)

    def _stranger(self, request: Request) -> Response | None:
        """The refusal of what does not come from our own page, or by the user's own hand."""
        fields = request.fields
        if fields.get("host", "").lower() not in self._hosts:
            return refusal(HTTPStatus.MISDIRECTED_REQUEST, "This is the preview of cvbuild, and it has another name.")
        if request.method not in ("GET", "HEAD"):
            return refusal(HTTPStatus.METHOD_NOT_ALLOWED, "Here one can only read.", {"Allow": "GET, HEAD"})
        origin = fields.get("origin")
        if origin is not None and origin.lower() not in {f"http://{host}" for host in self._hosts}:
            return refusal(HTTPStatus.FORBIDDEN, "Pages of other sites cannot read this one.")
        # https://www.w3.org/TR/fetch-metadata/: a link may lead here (in a terminal that is a web page), no more.
        if fields.get("sec-fetch-site", "none") not in ("none", "same-origin") and not (
            fields.get("sec-fetch-mode") == "navigate" and fields.get("sec-fetch-dest") == "document"
        ):
            return refusal(HTTPStatus.FORBIDDEN, "Pages of other sites cannot read this one.")
        return None

    def _inside(self, request: Request) -> Response | Events:
        match request.path:
            case ("once", ticket):
                known = self._tickets.pop if request.method == "GET" else self._tickets.get
                if known(ticket, 0.0) > time.monotonic():
                    return Response(HTTPStatus.SEE_OTHER, fields={"Location": f"/{self._secret}/"})
            case (secret, *rest) if hmac.compare_digest(secret.encode(), self._secret.encode()):
                return self._page(request, rest) or self._nothing()
        return self._nothing()

    @staticmethod
    def _nothing() -> Response:
        return refusal(
            HTTPStatus.NOT_FOUND, "There is nothing at this address; `cvbuild watch --preview` prints the right one."
        )

    def _page(self, request: Request, rest: list[str]) -> Response | Events | None:
        """What is at an address behind the secret; None if nothing is."""
        match rest:
            case []:
                return Response(HTTPStatus.SEE_OTHER, fields={"Location": f"/{self._secret}/"})
            case [""]:
                return self._shell()
            case ["state"]:
                return Response(HTTPStatus.OK, self.show.state()[1], "application/json")
            case ["events"]:
                return Events() if request.method == "GET" else Events.head
            case ["explain", code] if code in self.show.explained:
                return Response(HTTPStatus.OK, self.show.explained[code].encode())
            case ["pdf", name] if name == self._name and (pages := self.show.pages()) is not None:
                saved = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
                return Response(HTTPStatus.OK, pages.pdf, "application/pdf", saved)
            case ["page", key, what]:
                return self._of_page(request, key, what)
        return None

    def _shell(self) -> Response:
        """The page itself; what is in it comes by the state."""
        nonce = secrets.token_urlsafe(18)
        html = self._html.replace("NONCE", nonce).replace("/*CSS*/", self._css).replace("/*JS*/", self._js)
        policy = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src blob: data:; connect-src 'self';"
            " base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
        )
        return Response(HTTPStatus.OK, html.encode(), "text/html; charset=utf-8", policy=policy)

    def _of_page(self, request: Request, key: str, what: str) -> Response | None:
        """A page's picture (`2.png?width=800`; pages count from 0), or what lies on it (`2.json`)."""
        number, _, form = what.partition(".")
        pages = self.show.pages(key)
        if pages is None or not (_is_number(number) and int(number) < len(pages.sizes)):
            return None
        try:
            if form == "json":
                return Response(HTTPStatus.OK, json.dumps(pages.layout(int(number))).encode(), "application/json")
            width = request.query.get("width", "")
            if form != "png" or not _is_number(width):
                return None
            known = request.fields.get("if-none-match", "").strip('"')
            picture = pages.picture(int(number), int(width), known)
        except Gone:  # the next PDF has just come
            return None
        tag = {"ETag": f'"{picture.digest}"'}
        if picture.digest == known:
            return Response(HTTPStatus.NOT_MODIFIED, kind="image/png", fields=tag)
        return Response(HTTPStatus.OK, picture.png, "image/png", tag)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6
