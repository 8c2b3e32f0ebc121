"""Inline markup: what a text means, what is reported, and that nothing is lost."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from itertools import pairwise

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from cvbuild.diagnostics import BAD_MATH, BAD_URL, UNCLOSED_MARKUP, Sink
from cvbuild.markup import paragraphs, parse, to_url
from cvbuild.source import Source, Span
from cvbuild.text import Break, Cite, Code, Emph, Inline, Link, Math, Str, Strong, Text, Url, plain, walk


def show(body: Iterable[Inline]) -> str:
    """The tree on one line, in a notation that no text here contains."""

    def one(node: Inline) -> str:
        match node:
            case Str(words):
                return words
            case Strong(inner):
                return f"‹b {show(inner)}›"
            case Emph(inner):
                return f"‹i {show(inner)}›"
            case Code(words):
                return f"‹code {words}›"
            case Math(tex):
                return f"‹math {tex}›"
            case Link(url, inner):
                return f"‹a {url.href} {show(inner)}›"
            case Cite(keys):
                return f"‹cite {' '.join(keys)}›"
            case Break():
                return "‹br›"
            case _:
                raise AssertionError(node)

    return "".join(map(one, body))


def check(cases: dict[str, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("written", "meaning"), cases.items(), ids=list(cases))


@check(
    {
        "": "",
        "  \n ": "",
        "plain": "plain",
        "  a \t b\nc\r\n d ": "a b c d",
        "a  b": "a b",
        "a\u00a0 \u00a0b\u2009c": "a\u00a0 \u00a0b\u2009c",
        # emphasis
        "**bold** and *italic* and _italic_ and __bold__": "‹b bold› and ‹i italic› and ‹i italic› and ‹b bold›",
        "***both***": "‹i ‹b both››",
        "**a *b* c**": "‹b a ‹i b› c›",
        "*a **b** c*": "‹i a ‹b b› c›",
        "**(with X)** *Title*": "‹b (with X)› ‹i Title›",
        # stars and underscores that are characters
        "2 * 3 * 4": "2 * 3 * 4",
        "a*": "a*",
        "C*-algebra and W*-algebra": "C*-algebra and W*-algebra",
        "Weinan E*, Chao Ma*, **Lei Wu***. Title": "Weinan E*, Chao Ma*, ‹b Lei Wu›*. Title",
        "**Lei Wu**\\*": "‹b Lei Wu›*",
        "A* search, then D* search": "A* search, then D* search",
        "snake_case_name and _init_": "snake_case_name and ‹i init›",
        "__main__.py_": "‹b main›.py_",
        "*******": "*******",
        "*******a*******": "*******a*******",
        # code
        "`code`": "‹code code›",
        "`` a`b ``": "‹code a`b›",
        "` `": "‹code  ›",
        '`*a* $x$ \\* "q" --`': '‹code *a* $x$ \\* "q" --›',
        "`a\nb`": "‹code a b›",
        "*`a*`*": "‹i ‹code a*››",
        # escapes
        r"\*a\* \_ \` \[ \$5 \\ \# \&": "*a* _ ` [ $5 \\ # &",
        r"\a \1 C:\Users": r"\a \1 C:\Users",
        "one\\\ntwo": "one‹br›two",
        "one\\\r\n   two": "one‹br›two",
        "\\\none": "\\ one",
        "one\\": "one\\",
        # formulas
        "$x^2$": "‹math x^2›",
        "($x$), $y$; $z$-axis": "(‹math x›), ‹math y›; ‹math z›-axis",
        "$a *b* c$": "‹math a *b* c›",
        "$a\n b$": "‹math a b›",
        "$$E = mc^2$$": "‹math E = mc^2›",
        "$\\$5$": "‹math \\$5›",
        "**$L^2$**": "‹b ‹math L^2››",
        "$^*$": "‹math ^*›",
        "$5 to $10": "$5 to $10",
        "$5 to $10; $x$": "$5 to $10; ‹math x›",
        "US$5,000 and US$6,000": "US$5,000 and US$6,000",
        "$ x$ and $y $": "$ x$ and $y $",
        "\\$5 and $x$": "$5 and ‹math x›",
        "A price of 5$": "A price of 5$",
        "$$$": "$$$",
        # links
        "[words](https://x.org)": "‹a https://x.org words›",
        "[*w* **b** `c` $d$](https://x.org)": "‹a https://x.org ‹i w› ‹b b› ‹code c› ‹math d››",
        "[w](https://x.org/a_(b)_c)": "‹a https://x.org/a_(b)_c w›",
        "[w]( <https://x.org/a b> )": "‹a https://x.org/a%20b w›",
        r"[w](https://x.org/a\)b\_c)": "‹a https://x.org/a)b_c w›",
        "[w](https://x.org/?a=1&b='--...)": "‹a https://x.org/?a=1&b='--... w›",
        "[](https://x.org)": "‹a https://x.org https://x.org›",
        "[mail](mailto:me@x.org), [phone](tel:+49-30-1)": "‹a mailto:me@x.org mail›, ‹a tel:+49-30-1 phone›",
        "[doi](doi:10.1103/PhysRevE.1)": "‹a https://doi.org/10.1103/PhysRevE.1 doi›",
        "*[w](https://x.org)*": "‹i ‹a https://x.org w››",
        "[a [b] c](https://x.org)": "‹a https://x.org a [b] c›",
        "[@handle](https://x.org)": "‹a https://x.org @handle›",
        "[*a](https://x.org)*": "‹a https://x.org *a›*",
        "[https://x.org](https://x.org)": "‹a https://x.org https://x.org›",
        "[**see https://x.org**](https://y.org)": "‹a https://y.org ‹b see https://x.org››",
        "[1], [x] and ]": "[1], [x] and ]",
        "[ICLR \\(Spotlight\\)](https://x.org)": "‹a https://x.org ICLR (Spotlight)›",
        # addresses
        "<https://x.org/a_b*c>": "‹a https://x.org/a_b*c https://x.org/a_b*c›",
        "<me@x.org>": "‹a mailto:me@x.org me@x.org›",
        "<doi:10.1/a>": "‹a https://doi.org/10.1/a doi:10.1/a›",
        "a < b > c, <b>, vector<std::string>": "a < b > c, <b>, vector<std::string>",
        "See https://x.org/a_b_c.": "See ‹a https://x.org/a_b_c https://x.org/a_b_c›.",
        "(https://x.org/a(b)), ok": "(‹a https://x.org/a(b) https://x.org/a(b)›), ok",
        "**https://x.org**": "‹b ‹a https://x.org https://x.org››",
        "“https://x.org”": "“‹a https://x.org https://x.org›”",
        "见https://x.org/a。": "见https://x.org/a。",
        "xhttps://x.org https:// http": "xhttps://x.org https:// http",
        "me@x.org and www.x.org": "me@x.org and www.x.org",
        # citations
        "as in [@wu2018]": "as in ‹cite wu2018›",
        "[@a; @b:c, @d_e-f.g/h+i]": "‹cite a b:c d_e-f.g/h+i›",
        "flat minima[@a]": "flat minima‹cite a›",
        "[a@b] @a [me @ home] [b]@a]": "[a@b] @a [me @ home] [b]@a]",
        r"[\@a] \[@a] [talk \@ICML]": "[@a] [@a] [talk @ICML]",
        "**[@a]**": "‹b ‹cite a››",
    }
)
def test_meaning(written: str, meaning: str) -> None:
    sink = Sink()
    assert show(parse(written, sink).body) == meaning
    assert sink.diagnostics == []


@check(
    {
        "\"a\" 'b'": "“a” ‘b’",
        "don't, Wu's, the students' work": "don’t, Wu’s, the students’ work",
        "\"nested 'quotes'\" and 'nested \"quotes\"'": "“nested ‘quotes’” and ‘nested “quotes”’",
        "\"'a' b\" \"a 'b'\"": "“‘a’ b” “a ‘b’”",
        '("a"), ["b"], "c".': "(“a”), [“b”], “c”.",
        "the '90s, in '07, rock 'n' roll, 'tis": "the ’90s, in ’07, rock ’n’ roll, ’tis",
        "'20' and '20 years'": "‘20’ and ’20 years’",
        "6'2\"": "6’2”",
        'a " b': 'a " b',
        'one,"*two*"': "one,“‹i two›”",
        r"\"a\" \'b\'": "\"a\" 'b'",
        '"**bold**" **"bold"**': "“‹b bold›” ‹b “bold”›",
        "*it*'s `x`'s $n$'s [x](https://x.org)'s": "‹i it›’s ‹code x›’s ‹math n›’s ‹a https://x.org x›’s",
        '"`x`" "$n$" "[x](https://x.org)"': "“‹code x›” “‹math n›” “‹a https://x.org x›”",
        'a--"b" a-"b"': "a–“b” a-“b”",
        '"a--" "...and"': "“a–” “…and”",
        "“a” ’b": "“a” ’b",
        "2012--2014, yes---no, -, ----": "2012–2014, yes—no, -, ----",
        "a... b.. c....": "a… b.. c....",
        r"\-- \...": "-- ...",
        "<https://x.org/a--b...c>": "‹a https://x.org/a--b...c https://x.org/a--b...c›",
    }
)
def test_smart_punctuation(written: str, meaning: str) -> None:
    sink = Sink()
    assert show(parse(written, sink).body) == meaning
    assert sink.diagnostics == []


def test_smart_punctuation_can_be_off() -> None:
    written = "\"don't\" -- '90s---... *x*"
    assert show(parse(written, Sink(), smart=False).body) == "\"don't\" -- '90s---... ‹i x›"


# What is reported: the text with the place between guillemets, the printed meaning, and words of the message or hint.


def reported(marked: str, smart: bool = True) -> tuple[str, Sink]:
    written = marked.replace("«", "").replace("»", "")
    source = Source("cv.yaml", f"note: {written}\n")
    sink = Sink()
    found = parse(written, sink, Span(source, 6, 6 + len(written)), smart)
    assert [(d.span.start - 6, d.span.end - 6) for d in sink.diagnostics if d.span] == [
        (marked.index("«"), marked.index("»") - 1)
    ]
    return show(found.body), sink


@pytest.mark.parametrize(
    ("marked", "meaning", "says"),
    [
        ("see [here](«#»)", "see here", "write the address between the parentheses"),
        ("[here](«»)", "here", "the address is empty"),
        ("[here](«a/b»)", "here", "`a/b` is not an address"),
        ("[*h*](«www.x.org/a»)", "‹i h›", "write https://www.x.org/a"),
        ("[h](«x.org»)", "h", "write https://x.org"),
        ("[h](«me@x.org»)", "h", "write mailto:me@x.org"),
        ("[h](«javascript:alert(1)»)", "h", "an address begins with https://"),
        ("[h](«file:///etc/passwd»)", "h", "is not an address"),
        ("[h](«https://»)", "h", "is not an address"),
        ("[](«x»)", "x", "is not an address"),
        ("<«htps://x.org»>", "htps://x.org", "is not an address"),
    ],
)
def test_bad_addresses(marked: str, meaning: str, says: str) -> None:
    shown, sink = reported(marked)
    assert shown == meaning
    assert sink.diagnostics[0].code is BAD_URL
    assert len(parse(f"a {marked} b".translate({ord(c): None for c in "«»*"}), Sink()).body) == 1
    assert says in f"{sink.diagnostics[0].message}; {sink.diagnostics[0].hint}"


@pytest.mark.parametrize(
    ("marked", "meaning"),
    [
        ("a «**»b", "a **b"),
        ("«**»Lei Wu*", "*‹i Lei Wu›"),
        ("*a «**»b*", "*a *‹i b›"),
        ("«__»b", "__b"),
        ("a «`»b", "a `b"),
        ("«``»TeX''", "``TeX’’"),
        ("«[x](»", "[x]("),
        ("a «[x](https://x.org» b", "a [x](‹a https://x.org https://x.org› b"),
        ("«[x](https://x.org» my file)", "[x](‹a https://x.org https://x.org› my file)"),
        ("«[x](»ftp://x.org/(y )", "[x](ftp://x.org/(y )"),
        ("«[a [b](https://b.org)](ftp://c.org)»", "[a ‹a https://b.org b›](ftp://c.org)"),
        ("«[a [@b]](ftp://c.org)»", "[a ‹cite b›](ftp://c.org)"),
    ],
)
def test_unclosed_markup(marked: str, meaning: str) -> None:
    shown, sink = reported(marked)
    assert shown == meaning
    assert sink.diagnostics[0].code is UNCLOSED_MARKUP


@pytest.mark.parametrize(
    "written", ["2 ** 3", "x**2", "a*", "*a", "Wu**", "**", "[x] (y)", "f[x", "don't _", "a_b", "$x"]
)
def test_what_is_probably_no_mistake_is_not_reported(written: str) -> None:
    sink = Sink()
    assert plain(parse(written, sink, smart=False).body) == written
    assert sink.diagnostics == []


def test_a_bad_formula_prints_as_written() -> None:
    shown, sink = reported("so «$\\input{x}$» is")
    assert shown == "so ‹code $\\input{x}$› is"
    assert sink.diagnostics[0].code is BAD_MATH
    assert "`\\input`" in sink.diagnostics[0].message


def test_citations_know_their_places() -> None:
    source = Source("cv.yaml", 'note: "as in [@ab; @cd]"\n')
    cite = parse("as in [@ab; @cd]", Sink(), Span(source, 6, 24)).body[1]
    assert isinstance(cite, Cite)
    assert [span and span.text for span in cite.spans] == ["@ab", "@cd"]
    assert [span and span.column for span in cite.spans] == [15, 20]


def test_places_in_a_folded_value() -> None:
    source = Source("cv.yaml", "note: >\n  as in\n  [@ab] and [@cd]\n  and [@cd]\n")
    span = Span(source, 6, len(source.text))
    cites = [node for node in parse("as in [@ab] and [@cd] and [@cd]", Sink(), span).body if isinstance(node, Cite)]
    assert [node.spans[0] and node.spans[0].line for node in cites] == [3, 1, 1]
    assert cites[1].spans == (span,)


def test_without_a_span() -> None:
    sink = Sink()
    cite = parse("[@a] [x](#) `", sink).body[0]
    assert isinstance(cite, Cite)
    assert cite.spans == (None,)
    assert [d.span for d in sink.diagnostics] == [None, None]


def test_paragraphs() -> None:
    written = "\n*One*\nline\n \nTwo [x](#)\n\n\n\nThree\n"
    source = Source("cv.yaml", written)
    sink = Sink()
    found = paragraphs(written, sink, Span(source, 0, len(written)))
    assert [show(paragraph.body) for paragraph in found] == ["‹i One› line", "Two x", "Three"]
    assert [paragraph.span and paragraph.span.line for paragraph in found] == [2, 5, 9]
    assert [d.span and (d.span.line, d.span.text) for d in sink.diagnostics] == [(5, "#")]
    assert paragraphs("", sink) == paragraphs(" \n\n", sink) == ()
    assert paragraphs("one", sink) == (parse("one", sink),)


@pytest.mark.parametrize(
    ("address", "href"),
    [
        ("https://x.org", "https://x.org"),
        ("HTTP://x.org", "HTTP://x.org"),
        ("ftp://x.org/a", "ftp://x.org/a"),
        ("https://x.org/ä b", "https://x.org/ä%20b"),
        ("mailto:me@x.org", "mailto:me@x.org"),
        ("tel:+1", "tel:+1"),
        ("doi:10.1/x", "https://doi.org/10.1/x"),
        *((bad, None) for bad in ("", "#", "#a", "a", "/a", "https:", "https:x", "https://", "https:///a", "mailto:")),
        *((bad, None) for bad in ("mailto:@", "tel:", "doi:x", "javascript:a", "data:a", "https://a\n", "https://<a>")),
    ],
)
def test_addresses(address: str, href: str | None) -> None:
    assert to_url(address) == (Url(href) if href else None)


# Properties


def strings(body: Iterable[Inline]) -> Iterator[str]:
    for node in walk(body):
        match node:
            case Str(words) | Code(words) | Math(words):
                yield words
            case Link(url):
                yield url.href


MARKUP = [*"*_`[]()<>$\\@;:\"'-. \nab1é–\u00a0", "**", "](", "https://x.org", "[@", "--", "...", "[a](#)"]
soup = st.lists(st.sampled_from(MARKUP), max_size=40).map("".join)


@given(soup | st.text(), st.booleans())
@example("[]()", True)
def test_never_raises_and_makes_no_empty_or_split_words(written: str, smart: bool) -> None:
    source = Source("cv.yaml", f"x: {written}")
    body = parse(written, Sink(), Span(source, 3, len(source.text)), smart).body
    assert all(strings(body))
    for node in (Strong(body), *walk(body)):
        inner = node.body if isinstance(node, Strong | Emph | Link) else ()
        assert not any(isinstance(a, Str) and isinstance(b, Str) for a, b in pairwise(inner))
        if isinstance(node, Link):
            assert not any(isinstance(child, Link | Cite) for child in walk(inner))


@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="*_`[<$\\") | st.sampled_from(" \n\t\r"))
)
def test_text_without_markup_is_kept(written: str) -> None:
    assume("://" not in written)
    sink = Sink()
    assert plain(parse(written, sink, smart=False).body) == re.sub(r"[ \t\r\n]+", " ", written).strip(" ")
    assert sink.diagnostics == []


@given(soup)
def test_characters_are_only_lost_to_markup(written: str) -> None:
    sink = Sink()
    body = parse(written, sink, smart=False).body
    assume(not sink.failed)  # an address that is refused is told, and not printed
    kept = "".join(strings(body)) + "".join(
        "@" + key for node in walk(body) if isinstance(node, Cite) for key in node.keys
    )
    for sign in "ab1é–\u00a0":
        assert kept.count(sign) >= written.count(sign)


@given(soup)
def test_smart_punctuation_changes_nothing_else(written: str) -> None:
    straight = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})

    def coarse(text: Text) -> str:
        shown = show(text.body).translate(straight)
        return shown.replace("…", "...").replace("—", "---").replace("–", "--")

    assert coarse(parse(written, Sink(), smart=True)) == coarse(parse(written, Sink(), smart=False))


@given(st.text(st.sampled_from("*_`[]ab ()"), max_size=12))
def test_escaped_text_is_itself(written: str) -> None:
    escaped = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", written)
    assert plain(parse(escaped, Sink()).body) == re.sub(" +", " ", written).strip(" ")


@pytest.mark.parametrize(
    "hostile", ["*a " * 3000 + "b* " * 3000, "*" * 3000 + "a" + "*" * 3000, "*[a **b" * 3000 + "c** d* e]"]
)
def test_nesting_is_bounded(hostile: str) -> None:
    def depth(body: tuple[Inline, ...]) -> int:
        return 1 + max((depth(node.body) for node in body if isinstance(node, Strong | Emph | Link)), default=0)

    assert depth(parse(hostile, Sink()).body) < 70


def test_an_address_is_bounded() -> None:
    sink = Sink()
    parse("[x](https://x.org" + "()" * 900 + ")", sink)
    assert sink.diagnostics == []
    parse("[x](https://x.org" + "()" * 1500 + ")", sink)
    assert [d.code for d in sink.diagnostics] == [UNCLOSED_MARKUP]


@pytest.mark.parametrize(
    "hostile",
    [
        *("*a **b " * 9000, "*a _b" * 9000, "*" * 50000, "**a" * 3000 + "**" * 3000, "'\"" * 20000),
        *("[" * 50000, "[" * 9000 + "[a](https://b.c)" * 9000, "[a](b" * 2000, "[a](" * 1000, "[@a;" * 9000),
        *("`" * 50000, "`a``b" * 9000, "".join("`" * n + "a" for n in range(300)), "$a" * 30000, "<a" * 30000),
    ],
)
def test_hostile_texts_are_read_in_reasonable_time(hostile: str) -> None:
    start = time.perf_counter()
    assert parse(hostile, Sink())
    assert time.perf_counter() - start < 10


# CommonMark, as markdown-it-py understands it, is the judge of what both know.


class Oracle(MarkdownIt):
    """Addresses as written: whether they are good ones is our business."""

    def normalizeLink(self, url: str) -> str:
        return url

    def validateLink(self, url: str) -> bool:
        return True


ORACLE = Oracle("commonmark")


def judged(written: str) -> tuple[Inline, ...]:
    """The tree that CommonMark gives, with the differences that are ours."""
    tokens = iter(ORACLE.parseInline(written)[0].children or ())
    return tidy(tree(tokens, ""))


def tree(tokens: Iterator[Token], end: str) -> Iterator[Inline]:
    for token in tokens:
        match token.type:
            case "text" | "text_special":
                yield Str(token.content)
            case "softbreak":
                yield Str(" ")
            case "hardbreak":
                yield Break()
            case "code_inline":
                yield Code(token.content)
            case "strong_open":
                yield Strong(tuple(tree(tokens, "strong_close")))
            case "em_open":
                yield Emph(tuple(tree(tokens, "em_close")))
            case "link_open":
                assume("title" not in token.attrs)
                words = tuple(unlinked(tree(tokens, "link_close"))) or (Str(str(token.attrs["href"])),)
                url = to_url(str(token.attrs["href"]))
                yield from [Link(url, words)] if url else words
            case kind:
                assert kind == end
                return


def unlinked(body: Iterable[Inline]) -> Iterator[Inline]:
    """Without links: CommonMark lets an autolink stand in a link, a PDF does not."""
    for node in body:
        match node:
            case Link(_, inner):
                yield from inner
            case Strong(inner):
                yield Strong(tuple(unlinked(inner)))
            case Emph(inner):
                yield Emph(tuple(unlinked(inner)))
            case _:
                yield node


def tidy(body: Iterable[Inline]) -> tuple[Inline, ...]:
    """Words joined, white space normalised."""
    out: list[Inline] = []
    for node in body:
        match node:
            case Str(words) if out and isinstance(out[-1], Str):
                out[-1] = Str(out[-1].text + words)
            case Strong(inner):
                out.append(Strong(tidy(inner)))
            case Emph(inner):
                out.append(Emph(tidy(inner)))
            case Link(url, inner):
                out.append(Link(url, tidy(inner)))
            case _:
                out.append(node)
    spaced = (Str(re.sub(r" +", " ", node.text)) if isinstance(node, Str) else node for node in out)
    return tuple(node for node in spaced if node != Str(""))


COMMON = [
    "*",
    "**",
    "***",
    "_",
    "__",
    "`",
    "``",
    "[",
    "]",
    "](",
    ")",
    "(",
    "a",
    "b",
    "c ",
    " ",
    ".",
    ",",
    "-",
    "é",
    "—",
    "€",
]
COMMON += ["\\", "\u00a0", "\n", "[a](ftp://x.org)", "](ftp://x.org/(y))", "<ftp://x.org>", "ftp://x.org", "<me@x.org>"]


# What is read differently on purpose (long rows are ornaments, no break before all words), and where markdown-it-py
# departs from CommonMark: the end of a link's words counts as a space for the stars before it, and a backslash in
# an address escapes a line end.
NOT_COMMON = re.compile(r"\*{7}|_{7}|^\\\n|[^abcé\s]([*_])\1*\]\(|\]\((?s:.*)\\\s")


@settings(max_examples=500)
@given(st.lists(st.sampled_from(COMMON), max_size=25).map("".join))
@example("*foo**bar**baz*")
@example("**foo*bar**baz*")
@example("***a** b*")
@example("a***b*c**")
def test_agrees_with_commonmark(written: str) -> None:
    written = re.sub(r"[ \n]*\n[ \n]*", "\n", written.strip(" \n"))  # no hard breaks by spaces
    assume(not NOT_COMMON.search(written))
    assert tidy(parse(written, Sink(), smart=False).body) == judged(written)
