"""The links of a work, as labels in brackets or as icons."""

from __future__ import annotations

from cvbuild.model import Work
from cvbuild.publications.database import arxiv_url, doi_url
from cvbuild.publications.style import Style
from cvbuild.text import Icon, Inline, Link, Str, Url

# Icons for labels, whatever their case. A label without one is printed in brackets.
ICONS = {
    "pdf": "pdf", "paper": "pdf", "preprint": "pdf", "arxiv": "paper", "doi": "link", "url": "link", "link": "link",
    "html": "website", "website": "website", "web": "website", "page": "website", "project": "website",
    "project page": "website", "demo": "demo", "code": "code", "github": "github", "gitlab": "gitlab",
    "software": "code", "slides": "slides", "talk": "slides", "video": "video", "youtube": "youtube",
    "recording": "video", "poster": "poster", "data": "data", "dataset": "data", "huggingface": "huggingface",
    "model": "model", "blog": "blog", "post": "blog", "press": "press", "news": "press", "book": "book",
    "supplement": "supplement", "appendix": "supplement", "openreview": "paper", "review": "review",
}  # fmt: skip

_SHORT = 20  # so many letters stay on one line


def links_of(work: Work, style: Style) -> tuple[Inline, ...]:
    """What `{links}` prints: the links that `style` wants to show, each of which the work has; else those it names."""
    known: dict[str, tuple[str, Url]] = {link.label.casefold(): (link.label, link.url) for link in work.links}
    if style.show_links:
        for label, url in (("doi", doi_url(work)), ("arXiv", arxiv_url(work)), ("url", work.url)):
            if url is not None:
                known.setdefault(label.casefold(), (label, url))
        known = {name: known[name] for name in map(str.casefold, style.show_links) if name in known}
    out: list[Inline] = []
    for name, (label, url) in known.items():
        icon = ICONS.get(name) if style.links == "icons" else None
        out.append(Str(" " if out else ""))
        if icon is not None:
            out.append(Link(url, (Icon(icon, label),)))
        else:
            whole = label.replace(" ", "\u00a0") if len(label) <= _SHORT else label
            out += (Str("["), Link(url, (Str(whole),)), Str("]"))
    return tuple(out)
