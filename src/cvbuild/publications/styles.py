"""Ways to print works. A style is data: how names look, and a pattern for each kind of work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from cvbuild.diagnostics import BAD_STYLE, UNKNOWN_STYLE, Sink, closest
from cvbuild.frozen import frozen
from cvbuild.model import NameForm, StyleSpec
from cvbuild.publications.patterns import Pattern, PatternError, parse_pattern

FIELDS = frozenset(
    ("authors", "title", "venue", "short", "to", "status", "year", "date", "volume", "issue", "pages", "publisher",
     "institution", "editors", "edition", "doi", "arxiv", "arxiv-name", "url", "links", "note", "kind")
)  # fmt: skip


@frozen(kw_only=True)
class Style:
    """A complete style. The fields are those of `model.StyleSpec`, all filled in."""

    names: NameForm = "full"
    separator: str = ", "
    last_separator: str = ", "
    pair_separator: str = ", "
    gap_separator: str = ", …, "
    max_authors: int | None = None
    min_authors: int = 1
    keep_last: bool = False
    position: bool = False
    owner: str = "show"
    marks: bool = True
    venue: str = "long"
    link: str = "title"
    patterns: Mapping[str, str]

    def pattern(self, kind: str) -> Pattern:
        """The pattern for a kind of work."""
        return _parsed(self.patterns.get(kind) or self.patterns["default"])


@cache
def _parsed(source: str) -> Pattern:
    return parse_pattern(source, FIELDS)


_DETAIL = "<, {volume}<({issue})><:{pages}>|, {pages}>"
_YEAR = "<, {year}>"
_TAIL = "<; {arxiv}>.< ({note})>< {links}>"


def _plain(lead: str = "", detail: str = _DETAIL, venue: str = "*{venue}< ({short})>*") -> str:
    inside = f"{lead}{venue}{detail}{_YEAR}"
    return f"<{{authors}}. >{{title}}.< {{to}} {venue}{detail}{_YEAR}| {inside}| {{status}}{_YEAR}| {{year}}>{_TAIL}"


def _initials(venue: str) -> str:
    note = "< (**{note}**)>"
    tail = f"{_DETAIL}< ({{short}})>{note}."
    return f"<{{authors}}< ({{year}})>. >*{{title}}*.< {{to}} *{{venue}}*{tail}| {venue}{tail}| {{status}}{note}.| {{arxiv}}{note}.| (**{{note}}**).>< {{links}}>"


PRESETS: Mapping[str, Style] = {
    # Full names; the venue in italics, its short name behind it; the year at the end.
    "plain": Style(
        venue="both",
        patterns={
            "default": _plain(),
            "conference": _plain(lead="In ", detail="<, {pages}><, {publisher}>"),
            "chapter": _plain(
                lead="In <{editors} (eds.), >", detail="<, {volume}><, {edition} edition><, {pages}><, {publisher}>"
            ),
            "book": "<{authors}. >*{title}*<, {edition} edition>.< {to} {publisher}<, {year}>| {publisher}<, {year}>| {year}>"
            + _TAIL,
            "thesis": _plain(lead="Thesis, ", venue="{venue}"),
            "preprint": "<{authors}. >{title}.< {to} *{venue}*<; {arxiv}><, {year}>| *{venue}*<, {arxiv}><, {year}>"
            "| *arXiv preprint, {arxiv}*<, {year}>| {status}<, {year}>| {year}>.< ({note})>< {links}>",
        },
    ),
    # Initials before the family name, an ampersand, the year behind the authors; the title in italics.
    "initials": Style(
        names="initials",
        last_separator=", & ",
        pair_separator=", & ",
        patterns={
            "default": _initials("{venue}"),
            "article": _initials("*{venue}*"),
            "book": "<{authors}< ({year})>. >*{title}*<, {edition} edition>.< {publisher}.>< (**{note}**).>< {links}>",
        },
    ),
    # Only the co-authors, in parentheses before the title.
    "with": Style(
        last_separator=" and ",
        pair_separator=" and ",
        max_authors=2,
        min_authors=1,
        owner="hide",
        marks=False,
        patterns={"default": "<*(with {authors})* >{title}"},
    ),
}


def resolve_style(spec: StyleSpec | None, own: Mapping[str, StyleSpec], sink: Sink) -> Style:
    """The style that `spec` describes on top of its `base`: a preset, or one of the user's `own`."""
    return _resolve(spec, own, sink, frozenset()) if spec is not None else PRESETS["plain"]


def _resolve(spec: StyleSpec, own: Mapping[str, StyleSpec], sink: Sink, seen: frozenset[str]) -> Style:
    name = spec.base
    if name is None or name in seen:
        base = PRESETS["plain"]
        if name is not None:
            sink.add(BAD_STYLE, f"the style `{name}` is based on itself", spec.span)
    elif name in own:
        base = _resolve(own[name], own, sink, seen | {name})
    elif name in PRESETS:
        base = PRESETS[name]
    else:
        known = [*own, *PRESETS]
        near = closest(name, known)
        hint = f"did you mean `{near}`?" if near else "the styles are " + ", ".join(f"`{k}`" for k in known)
        sink.add(UNKNOWN_STYLE, f"there is no style `{name}`", spec.span, hint=hint)
        base = PRESETS["plain"]
    given = {
        name: value
        for name in ("names", "separator", "last_separator", "pair_separator", "gap_separator", "max_authors", "min_authors",
                     "keep_last", "position", "owner", "marks", "venue", "link")
        if (value := getattr(spec, name)) is not None
    }  # fmt: skip
    return replace(base, **given, patterns={**base.patterns, **_patterns(spec, sink)})


def _patterns(spec: StyleSpec, sink: Sink) -> dict[str, str]:
    out: dict[str, str] = {}
    for pattern in spec.patterns:
        try:
            parse_pattern(pattern.pattern, FIELDS)
        except PatternError as error:
            hint = "fields stand in braces: " + ", ".join(sorted(FIELDS))
            sink.add(BAD_STYLE, f"the pattern for `{pattern.kind}` is malformed: {error}", pattern.span, hint=hint)
        else:
            out[pattern.kind] = pattern.pattern
    return out
