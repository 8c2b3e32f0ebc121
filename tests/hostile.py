"""Strategies for works whose every field is as hard as can be: for what reads and writes works."""

from __future__ import annotations

from dataclasses import fields
from typing import cast, get_args
from unicodedata import normalize

from hypothesis import strategies as st

from cvbuild.dates import PartialDate
from cvbuild.dates.date import Season
from cvbuild.diagnostics import Sink
from cvbuild.markup import parse, to_url
from cvbuild.model import ArxivId, Author, Doi, Ignored, Lint, NamedLink, Status, Work, WorkKind
from cvbuild.names import ET_AL, Name, parse_name, split_marks
from cvbuild.source import CONTROL
from cvbuild.text import Break, Cite, Text, Url, walk

SIGNS = r"""\ { } % # @ $ & ~ ^ _ " ' ` `` '' -- --- - ... < > | !` ?` , ; : = ( ) [ ] / * + \& \emph{x} {{ }} %}
    “ ” ‘ ’ – — … † ‡ § ° × ² ß ł Ø é ñ ș İ π Ж й 鄂 维南 한 の א ب ก 𝔸 😀 ﬁ""".split()
SIGNS += [" ", "\n", "  ", "\u00a0", "e\u0301", "\u200d", "\u2009", "\u2028", "\ufeff"]
WORDS = """and others GPU iPhone A a the Lei Barron https://x.org/a_b%20(c) http:// true null no 2020 007 1.10 12:30 ~ !tag &a
    *a Bernoulli's""".split()
WORDS += ["et al.", "- x", "# x", ": ", " #", "? ", "key: value", "to appear"]
_MARKUP = r"""* ** *emphasis* **strong** `code` `{%}` $x^2$ $\alpha_{ij}$ $\{x\}$ [link](https://x.org/~a)
    [*b*](https://x.org/%7B) <https://x.org> \* \_ \' \" \-\- \.""".split()


def _clean(text: str) -> str:
    return " ".join(CONTROL.sub("", normalize("NFC", text)).split())


def _readable(written: str) -> Text | None:
    sink = Sink()
    text = parse(_clean(written), sink)
    odd = any(isinstance(node, Break | Cite) for node in walk(text.body))
    return None if sink.failed or odd or not text or not str(text).strip() else text


_pieces = st.lists(st.sampled_from([*SIGNS, *WORDS, " ", " ", " "]) | st.text(max_size=4), min_size=1, max_size=8)
plain = _pieces.map("".join).map(_clean).filter(bool)
_written = st.lists(st.sampled_from([*SIGNS, *WORDS, *_MARKUP, " ", " ", " "]), min_size=1, max_size=8).map("".join)
written = _written.map(_clean).filter(lambda text: _readable(text) is not None)
texts = cast("st.SearchStrategy[Text]", written.map(_readable))
_NAMES = r"""Lei Wu Weinan E van der von Jr. III {and} {others} {*} O'Neil O’Neil J.-P. É. Åsa 鄂 维南 , bell hooks & #1 % ł
    Ş. Müller-Lüdenscheidt Иванов ~ \ _ $5 “X” -- @""".split()
_NAMES += ["de la", "{Le Guin}", "{The ATLAS Collaboration}", "伊藤 清", "{A & B, Inc.}", "{van der Berg}", "\u00a0"]


def _name(words: list[str]) -> Name | None:
    name = parse_name(_clean(split_marks(" ".join(words))[0]))
    letters = any(character.isalpha() for character in str(name))
    return name if name.family and letters and str(name) not in (ET_AL, "others", "et al") else None


_perhaps_names = st.lists(st.sampled_from(_NAMES), min_size=1, max_size=5).map(_name)
names = cast("st.SearchStrategy[Name]", _perhaps_names.filter(lambda name: name is not None))
authors = st.builds(
    Author,
    name=names,
    marks=st.sampled_from([(), (), ("*",), ("†",), ("*†",), ("equal",), ("equal", "corresponding"), ("*", "my-mark")]),
    me=st.sampled_from([False, False, True]),
    person=st.sampled_from([None, None, "wang-pku", "Wei Wang"]),
)
_et_al = st.sampled_from([(), (), (Author(name=parse_name(ET_AL)),)])
dates = st.builds(PartialDate, st.integers(1000, 2099)) | st.builds(
    PartialDate, st.integers(1000, 2099), st.integers(1, 12), st.none() | st.integers(1, 28)
)
dates |= st.builds(
    lambda year, season: PartialDate(year, season=season), st.integers(1000, 2099), st.sampled_from(Season)
)
urls: st.SearchStrategy[Url] = st.sampled_from(
    [
        "https://x.org/a_b?c=d&e=f#g",
        "http://x.org/~me/%7E(1).pdf",
        "https://x.org/é/鄂",
        "ftp://x.org/a--b",
        "https://x.org/a,b;c'd",
    ]
).map(to_url)  # type: ignore[arg-type]
links = st.lists(st.builds(NamedLink, label=plain, url=urls), max_size=3, unique_by=lambda link: link.label).map(tuple)
lints = st.lists(st.sampled_from(["CV701", "CV704 wu2018sgd", "CV711 Phys. Rev. E"]), min_size=1, max_size=2).map(
    lambda codes: Lint(ignore=tuple(Ignored(what=code) for code in codes))
)
keys = st.from_regex(r"[\w:./+-]{1,12}", fullmatch=True).map(lambda key: normalize("NFC", key))


@st.composite
def works(draw: st.DrawFn, key: st.SearchStrategy[str] = keys) -> Work:
    """One work, with any of its fields."""

    def maybe(strategy: st.SearchStrategy[object]) -> object:
        return draw(strategy) if draw(st.sampled_from((True, False, False, False))) else None

    where = draw(st.sampled_from(["journal", "conference", "workshop", "book", "venue", None]))
    texts_of: dict[str, object] = {
        name: maybe(texts)
        for name in ("type", "short", "series", "publisher", "institution", "location", "editors", "edition", "note")
    }
    texts_of |= {
        name: maybe(plain) for name in ("version", "volume", "issue", "number", "chapter", "pages", "isbn", "topic")
    }
    if where is not None:
        texts_of[where] = draw(texts)
    dated = draw(st.sampled_from(["date", "year", None]))
    if dated == "date":
        texts_of["date"] = draw(dates)
    if dated == "year":
        texts_of["year"] = PartialDate(draw(st.integers(1000, 2099)))
    return Work(
        key=draw(key),
        title=draw(texts),
        authors=(*draw(st.lists(authors, max_size=4)), *draw(_et_al)),
        kind=maybe(st.sampled_from(get_args(WorkKind))),  # type: ignore[arg-type]
        status=draw(st.sampled_from(("published",) * 6 + get_args(Status))),
        alphabetical=draw(st.booleans()),
        lint=maybe(lints),  # type: ignore[arg-type]
        selected=draw(st.booleans()),
        doi=maybe(st.sampled_from(["10.1103/PhysRevE.102.043309", "10.1000/a_b(c)<d>;e%2F&f"]).map(Doi)),  # type: ignore[arg-type]
        arxiv=maybe(st.sampled_from(["2009.06125", "math.PR/0211159v2", "2009.06125v3"]).map(ArxivId)),  # type: ignore[arg-type]
        url=maybe(urls),  # type: ignore[arg-type]
        links=draw(links),
        badges=tuple(draw(st.lists(texts, max_size=3))),
        rank=maybe(st.integers(1, 99)),  # type: ignore[arg-type]
        tags=tuple(draw(st.lists(plain, max_size=3, unique=True))),
        **texts_of,  # type: ignore[arg-type]
    )


databases = st.lists(keys, min_size=1, max_size=4, unique_by=str.lower).flatmap(
    lambda all_keys: st.tuples(*(works(st.just(key)) for key in all_keys))
)


def differences(one: tuple[Work, ...], other: tuple[Work, ...]) -> list[tuple[str, str, object, object]]:
    """Key, field, and both values, wherever works differ."""
    assert [work.key for work in one] == [work.key for work in other]
    return [
        (a.key, f.name, getattr(a, f.name), getattr(b, f.name))
        for a, b in zip(one, other, strict=True)
        for f in fields(Work)
        if f.name not in ("span", "written") and getattr(a, f.name) != getattr(b, f.name)
    ]
