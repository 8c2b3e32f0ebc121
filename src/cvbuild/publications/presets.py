"""The styles that come with cvbuild. docs/styles.md shows what each makes of each kind of work."""

from __future__ import annotations

from collections.abc import Mapping

from cvbuild.publications.style import Style

_TAIL = "< ({note})>< {badges}>< {links}>"
_VENUE = "{venue}< ({short})>"
_DETAIL = '<, {volume}<({issue})><:{pages}>|, {"no."}~{issue}<, {pages}>|, {pages}>'
_EDITORS = "<{editors}< ({eds})>, >"
_EDITION = '<, {edition} {"edition"}>'
_VOLUME = '<, {"vol."}~{volume}>'
_BOOK = f"{_EDITION}<, {{series}}< {{number}}>>{_VOLUME}"
_CHAPTER = '<, {"chap."}~{chapter}>'


def _kinds(pattern: str, *kinds: str) -> dict[str, str]:
    return dict.fromkeys(kinds, pattern)


# --- plain: the venue in italics, its short name behind it; the year at the end -------------------


def _plain(where: str, detail: str = _DETAIL, title: str = "{title}", arxiv: str = "<; {arxiv}>") -> str:
    return f"{{authors}}. {title}. {where}{detail}, {{rest}}, {{year}}{arxiv}.{_TAIL}"


_PLAIN = {
    "default": _plain(f"<{{to}} *{_VENUE}*|*{_VENUE}*|{{status}}>"),
    **_kinds(
        _plain(f'<{{to}} *{_VENUE}*|{{"In"}} {_EDITORS}*{_VENUE}*|{{status}}>', f"{_BOOK}{_CHAPTER}, {{pages}}"),
        "conference", "chapter",
    ),
    "workshop": _plain(f"<{{to}} *{_VENUE}*|*{_VENUE}*|{{status}}>", f"{_BOOK}, {{pages}}"),
    "book": _plain("<{to} {publisher}|{publisher}|{status}>", "", f"*{{title}}*{_BOOK}{_CHAPTER}"),
    "preprint": _plain(
        f"<{{to}} *{_VENUE}*<; {{arxiv}}>|*{_VENUE}*<, {{arxiv}}>"
        '|<{status}; >*{"arXiv preprint"}, {arxiv}*|{status}>',
        arxiv="",
    ),
    **_kinds(
        f"{{authors}}. {{title}}. {{type}}< {{number}}><, {{version}}><, {_VENUE}>, {{rest}}, {{year}}<; {{arxiv}}>."
        f"< {{status}}.>{_TAIL}",
        "thesis", "report", "patent", "software", "dataset", "talk",
    ),
}  # fmt: skip

# --- initials: the year behind the authors, the title in italics ----------------------------------


def _initials(where: str, detail: str = _DETAIL, title: str = "*{title}*") -> str:
    who = f"<{{authors}}< ({{year}})>. {title}|{title}< ({{year}})>>"
    return f"{who}. {where}{detail}, {{rest}}< ({{short}})>< (**{{note}}**)>.< {{badges}}>< {{links}}>"


_STATUS = "{status}<; {arxiv}>|{arxiv}>"
_INITIALS = {
    "default": _initials(f"<{{to}} *{{venue}}*|{{venue}}|{_STATUS}"),
    "article": _initials(f"<{{to}} *{{venue}}*|*{{venue}}*|{_STATUS}"),
    "chapter": _initials(
        f'<{{to}} *{{venue}}*|{{"In"}} {_EDITORS}*{{venue}}*|{_STATUS}', f"{_BOOK}{_CHAPTER}, {{pages}}"
    ),
    "book": _initials(f"<{{to}} {{publisher}}|{{publisher}}|{_STATUS}", "", f"*{{title}}*{_BOOK}{_CHAPTER}"),
    **_kinds(
        _initials("{type}< {number}><, {version}><, {venue}>", "").replace(".< {badges}", ".< {status}.>< {badges}"),
        "thesis", "report", "patent", "software", "dataset", "talk",
    ),
}  # fmt: skip

# --- apa: Publication Manual of the American Psychological Association, 7th edition ---------------


def _apa(title: str, source: str, day: str = "", arxiv: str = "<. {arxiv}>") -> str:
    date = f"<({{year}}{day}<, {{status}}>)|({{status}})>"
    return f"<{{authors}}. {date}. {title}|{title}. {date}>{source}. {{rest}}{arxiv}.< {{address}}>{_TAIL}"


_APA_BOOK = '<{edition} {"edition"}>, <{"vol."}~{volume}>'
_APA_PUBLISHER = ". {series}. {publisher}, {location}"
_APA_IN = f'. <{{"In"}} {_EDITORS}*{_VENUE}*> ({_APA_BOOK}, <{{"chap."}}~{{chapter}}>, {{pp}}){_APA_PUBLISHER}'
_APA = {
    "default": _apa("*{title}*", f'. {_VENUE}{_VOLUME}<, {{"no."}}~{{issue}}>, {{pp}}'),
    "article": _apa(
        "{title}",
        f'. <*{_VENUE}, {{volume}}*<({{issue}})>|*{_VENUE}*<, {{"no."}}~{{issue}}>>' '<, {"Article"}~{eid}|, {pages}>',
    ),
    **_kinds(_apa("{title}", _APA_IN), "conference", "workshop", "chapter"),
    "book": _apa(f"*{{title}}* ({_APA_BOOK})", _APA_PUBLISHER),
    "preprint": _apa("*{title}*< ({arxiv})>", ". <{venue}< ({short})>|{arxiv-name}>", arxiv=""),
    "thesis": _apa(f"*{{title}}* [{{type}}<, {_VENUE}>]", ""),
    **_kinds(_apa('*{title}* ({type}< {"no."}~{number}>)', f". {_VENUE}"), "report", "patent"),
    **_kinds(_apa("*{title}*< ({version})> [{type}]", f". {_VENUE}. {{publisher}}"), "software", "dataset"),
    "talk": _apa("*{title}* [{type}]", f". {_VENUE}, {{location}}", "<, {month}< {day}>>"),
    "unpublished": "<{authors}. TITLE|TITLE>. {rest}.< {address}>".replace(
        "TITLE", f"<({{year}}). >*{{title}}*< ({{arxiv}})> [<{{to}} *{_VENUE}*|{{status}}>]"
    ) + _TAIL,
}  # fmt: skip
_APA_WORDS = {
    "edition": "ed.", "ed.": "Ed.", "eds.": "Eds.", "vol.": "Vol.", "no.": "No.", "chap.": "Chapter",
    "Technical report": "Technical Report",
    "Accepted": "in press", "In press": "in press", "Submitted": "Manuscript submitted for publication",
    "Under review": "Manuscript under review", "In preparation": "Manuscript in preparation",
    "Submitted to": "Manuscript submitted to", "Under review at": "Manuscript under review at",
    "In preparation for": "Manuscript in preparation for",
}  # fmt: skip

# --- ieee: IEEE Reference Guide -------------------------------------------------------------------


def _ieee(title: str, source: str) -> str:
    return (
        f"{{authors}}, {title} {source}<, {{status}}><, {{arxiv}}><, doi: {{doi}}>."
        f'< [{{"Online"}}]. {{"Available"}}: {{url}}>{_TAIL}'
    )


_IEEE_DATE = "<{mon}< {day},> {year}|{year}>"
_IEEE_PUBLISHER = "<. {location}: {publisher}|. {publisher}|. {location}>"
_IEEE_IN = f'<{{"In"}} *{_VENUE}*>'
_IEEE = {
    "default": _ieee(
        "“{title},”",
        f'*{_VENUE}*{_VOLUME}<, {{"no."}}~{{issue}}>, {{pp}}, {{rest}}, {_IEEE_DATE}<, {{"Article"}}~{{eid}}>',
    ),
    **_kinds(
        _ieee(
            "“{title},”",
            f"{_IEEE_IN}, {{series}}{_VOLUME}<, {{editors}}<, {{eds}}>>, {{location}}, {{rest}}, {_IEEE_DATE}, {{pp}}",
        ),
        "conference", "workshop",
    ),
    "chapter": _ieee(
        "“{title},”",
        f"{_IEEE_IN}<, {{series}}>{_VOLUME}<, {{editors}}<, {{eds}}>>{_EDITION}{_IEEE_PUBLISHER}, {{rest}},"
        f" {_IEEE_DATE}{_CHAPTER}, {{pp}}",
    ),
    "book": _ieee("*{title}*,", f"{_BOOK}{_IEEE_PUBLISHER}, {{rest}}, {_IEEE_DATE}"),
    "thesis": _ieee("“{title},”", f"{{type}}, {_VENUE}, {{location}}, {{rest}}, {_IEEE_DATE}"),
    **_kinds(
        _ieee("“{title},”", f"{_VENUE}, {{location}}, {{type}}< {{number}}>, {{rest}}, {_IEEE_DATE}"),
        "report", "patent",
    ),
    "software": _ieee("*{title}*,", f"{{version}}, {{type}}, {_VENUE}, {{publisher}}, {{rest}}, {_IEEE_DATE}"),
    "dataset": _ieee("“{title},”", f"{{version}}, {{type}}, {_VENUE}, {{publisher}}, {{rest}}, {_IEEE_DATE}"),
    "talk": _ieee(
        "“{title},”", f'<{{"presented at"}} {_VENUE}|{{type}}>, {{location}}, {{rest}}, {_IEEE_DATE}'
    ),
}  # fmt: skip
_IEEE_WORDS = {
    "In": "in", "edition": "ed.", "ed.": "Ed.", "eds.": "Eds.", "chap.": "ch.", "Article": "Art. no.",
    "Technical report": "Tech. Rep.", "Computer software": "computer software", "Data set": "data set",
    "Version": "version", "Talk": "talk", "Accepted": "to be published", "In press": "to be published",
    "Submitted": "submitted for publication", "Under review": "under review", "In preparation": "in preparation",
}  # fmt: skip

# --- ams: amsplain, of the American Mathematical Society -------------------------------------------


def _ams(source: str) -> str:
    return f"{{authors}}, *{{title}}*{source}<, {{arxiv}}>.{_TAIL}"


_AMS_IN = (
    f", <{{to}} {_VENUE}|{_VENUE}|{{status}}>< ({{editors}}<, {{eds}}>)>{_BOOK}, {{publisher}}, {{location}},"
    f" {{year}}{_CHAPTER}, {{pp}}, {{rest}}"
)
_AMS = {
    "default": _ams(
        f", <<{{to}} >{_VENUE}< **{{volume}}**>< ({{year}})>|{{status}}, {{year}}|{{year}}|{{status}}>"
        '<, {"no."}~{issue}><, {"Article"}~{eid}|, {pages}>, {rest}'
    ),
    **_kinds(_ams(_AMS_IN), "conference", "workshop", "chapter"),
    "book": _ams(f"{_BOOK}, <{{to}} {{publisher}}|{{publisher}}|{{status}}>, {{location}}, {{rest}}, {{year}}"),
    **_kinds(
        _ams(f", {{type}}< {{number}}><, {{version}}>, {_VENUE}, {{publisher}}, {{rest}}, {{year}}<, {{status}}>"),
        "thesis", "report", "patent", "software", "dataset", "talk",
    ),
}  # fmt: skip
_AMS_WORDS = {
    "edition": "ed.", "Article": "Paper No.", "Technical report": "Tech. Report",
    "Computer software": "computer software", "Data set": "data set", "Version": "version", "Talk": "talk",
    "To appear in": "to appear in", "Submitted to": "submitted to", "Under review at": "under review at",
    "In preparation for": "in preparation for", "Accepted": "to appear", "In press": "to appear",
    "Submitted": "submitted", "Under review": "under review", "In preparation": "in preparation",
}  # fmt: skip

PRESETS: Mapping[str, Style] = {
    "plain": Style(venue="both", patterns=_PLAIN),
    # An ampersand before the last author.
    "initials": Style(names="initials", last_separator=", & ", pair_separator=", & ", patterns=_INITIALS),
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
    # Of more than twenty authors nineteen, as the manual says; of more than six one, as the IEEE says. And the owner.
    "apa": Style(
        names="family-initials",
        last_separator=", & ",
        pair_separator=", & ",
        max_authors=20,
        gap_separator=", … ",
        min_authors=19,
        keep_last=True,
        words=_APA_WORDS,
        patterns=_APA,
    ),
    "ieee": Style(
        names="initials",
        last_separator=", and ",
        pair_separator=" and ",
        max_authors=6,
        words=_IEEE_WORDS,
        patterns=_IEEE,
    ),
    "ams": Style(last_separator=", and ", pair_separator=" and ", words=_AMS_WORDS, patterns=_AMS),
}
