"""How the owner can be reached, for the header."""

from __future__ import annotations

from collections.abc import Iterator

from cvbuild.diagnostics import Sink
from cvbuild.model import Document
from cvbuild.outline.blocks import Contact
from cvbuild.profiles import look_up
from cvbuild.text import Url
from cvbuild.words import Words


def contacts_of(document: Document, words: Words, sink: Sink) -> Iterator[Contact]:
    """Every way to reach the owner: phone, e-mail, website, then profiles in the order written."""
    for phone in document.phone:
        digits = "".join(c for c in phone if c.isdigit() or c == "+")
        url = Url("tel:" + digits) if len(digits) > 4 else None
        yield Contact(kind="phone", label=words("Phone"), words=phone, url=url)
    for email in document.email:
        yield Contact(kind="email", label=words("Email"), words=email, url=Url("mailto:" + email))
    for url in document.website:
        shown = url.href.removeprefix("https://").removeprefix("http://").rstrip("/")
        yield Contact(kind="website", label=words("Website"), words=shown, url=url)
    for profile in document.profiles:
        account = look_up(profile, sink)
        if account is not None:
            yield Contact(kind=account.kind, label=account.label, words=account.words, url=account.url)
