"""What is given random inputs: each target takes bytes, and raises only if something is wrong with cvbuild."""

from __future__ import annotations

import io
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, get_args
from unittest import mock

import cvbuild.__main__ as command
from cvbuild import cache as kept
from cvbuild import record
from cvbuild.bibliography.export import write_bib
from cvbuild.checked import Choices
from cvbuild.collaborators import as_csv, collaborators
from cvbuild.dates import PATTERNS, DateError, DateStyle, format_when, parse_when
from cvbuild.diagnostics import TEMPLATE_FAILED, UNKNOWN_MARK, Sink
from cvbuild.engine import Typeset
from cvbuild.engine.log import locate_characters, parse_log, parse_tectonic
from cvbuild.exchange import import_works
from cvbuild.files import ABSENT, Files
from cvbuild.formulas import check_math
from cvbuild.lint import lint
from cvbuild.markup import paragraphs, parse
from cvbuild.markup.spelling import spell
from cvbuild.model import Document, OrderKey, WorkKind
from cvbuild.names import AuthorsError, Identity, NameForm, format_name, parse_name, split_authors
from cvbuild.names.writing import write_name
from cvbuild.pipeline import check, write_latex
from cvbuild.reading import decode
from cvbuild.schema import shapes
from cvbuild.source import Source, Span
from tools.fuzz.judging import Wrong, check_printed, judge

ROOT = Path(__file__).parents[2]
SET = (
    "name: A\ntheme: turing\npublications: {a: {title: T, authors: A, year: 2020}}\n"
    "sections:\n  S: [x, {award: y}]\n  P: {publications: all}\nvariants: {v: {title: V}}\n"
)
"""What values are set in."""
FOLDER = ROOT / "examples"
TODAY = (2026, 11, 21)


class Memory(Files):
    """Files, of which some are only here."""

    def __init__(self, held: Mapping[str, bytes]) -> None:
        super().__init__()
        self.held = {str(FOLDER / name): data for name, data in held.items()}

    def read(self, path: str | os.PathLike[str], limit: int = -1) -> bytes:
        """As from the disk."""
        data = self.held.get(str(Path(path).absolute()))
        return super().read(path, limit) if data is None else data[: limit if limit >= 0 else None]

    def has(self, path: str | os.PathLike[str]) -> bool:
        """As on the disk."""
        return str(Path(path).absolute()) in self.held or super().has(path)


# --- targets -----------------------------------------------------------------


def whole(data: bytes, held: Mapping[str, bytes] | None = None, *, own_theme: bool = False) -> None:
    """The bytes of a CV, through all but the engine."""
    sink, files = Sink(), Memory(held or {})
    source = decode(data, "cv.yaml", FOLDER, sink)
    checked = check(source, files, sink) if source is not None else None
    if checked is not None:
        written = write_latex(checked, sink)
        if not own_theme and any(d.code is TEMPLATE_FAILED for d in sink.diagnostics):
            raise Wrong(f"a template fails: {next(d.message for d in sink.diagnostics if d.code is TEMPLATE_FAILED)}")
        if written is not None:
            written.text.encode()
        lint(checked.document, checked.database, checked.outline, TODAY, sink)
        as_csv(collaborators(checked.document, checked.database, date(*TODAY), 48, sink))
        write_bib(checked.database.works, "x").encode()
        for variant in (None, *checked.loaded.document.variants[:2]):
            choices = Choices(variant=variant.name if variant else None, private=variant is None, as_of=(2015, 6, 30))
            varied = check(checked.source, files, Sink(), choices)
            if varied is not None:
                write_latex(varied, Sink())
    elif not sink.failed:
        raise Wrong("there is neither a CV nor an error")
    judge(sink.sorted())


def setting(data: bytes) -> None:
    """What stands behind `--set`."""
    text, sink, files = data.decode("utf-8", "surrogateescape"), Sink(), Files()
    source = Source("cv.yaml", SET, FOLDER, raw_latex=False)
    settings = (text, *(f"{path}={text}" for path in ("title", "sections.P.publications", "theme")))
    for one in settings:
        checked = check(source, files, sink, Choices(settings=(one,)))
        if checked is not None:
            write_latex(checked, sink)
        elif not sink.failed:
            raise Wrong("there is neither a CV nor an error")
    judge(sink.sorted())


def included(data: bytes) -> None:
    """The bytes of a file that a CV includes, in two places."""
    whole(
        b"name: A\ninclude: p.yaml\nsections: {include: [p.yaml, s.yaml], S: {include: p.yaml}}\n",
        {"p.yaml": data, "s.yaml": b"T: x\n"},
    )


def works(data: bytes, name: str) -> None:
    """The bytes of a file of works: imported, and in a CV that prints them."""
    sink = Sink()
    source = decode(data, name, FOLDER, sink)
    if source is not None:
        made = import_works([source], sink)
        if not sink.failed and made.works:
            again = Sink()
            check(Source("cv.yaml", f"name: A\n{made.text}", FOLDER), Files(), again)
            # A mark in a .bib file may be one that the `marks:` of a CV defines.
            if any(d.is_error and d.code is not UNKNOWN_MARK for d in again.diagnostics):
                raise Wrong(f"what is imported is no CV: {next(d for d in again.sorted() if d.is_error).message}")
    judge(sink.sorted())
    cv = f"name: Lei Wu\npublications: {name}\nsections: {{P: {{publications: {{select: all, group: kind}}}}}}\n"
    whole(cv.encode(), {name: data})


def theme(data: bytes, name: str) -> None:
    """The bytes of one file of a theme."""
    held = {"theme.toml": b'description = "x"\nextends = "noether"\n', name: data}
    cv = b"name: A\ntheme: mine\npublications: {a: {title: T, authors: A, year: 2020}}\nsections:\n  S: [x, {award: y}]\n  P: {publications: all}\n"
    whole(cv, {f"themes/mine/{name}": text for name, text in held.items()}, own_theme=True)


def markup(data: bytes) -> None:
    """A text of a CV."""
    text = data.decode("utf-8", "replace")
    sink = Sink()
    found = parse(text, sink, Span(Source("cv.yaml", text), 0, len(text)))
    paragraphs(text, sink)
    spell(found)
    judge(sink.sorted())


def dates(data: bytes) -> None:
    """A date, or several."""
    try:
        when = parse_when(data.decode("utf-8", "replace"))
    except DateError as error:
        if not str(error) or not 0 <= error.start <= error.end <= len(data.decode("utf-8", "replace")):
            raise Wrong("a date is refused without a reason or a place") from error
        return
    for pattern in PATTERNS:
        format_when(when, DateStyle(pattern=pattern))


def names(data: bytes) -> None:
    """A name, and several in one text."""
    text = data.decode("utf-8", "replace")
    name = parse_name(text)
    for form in get_args(NameForm):
        format_name(name, form)
    write_name(name)
    Identity.of("Lei Wu", [text]).match(name)
    try:
        found = split_authors(text)
    except AuthorsError as error:
        if not 0 <= error.start <= error.end <= len(text):
            raise Wrong("authors are refused at no place") from error
        return
    for one in found:
        if not 0 <= one.start <= one.end <= len(text):
            raise Wrong("an author stands nowhere")


def formulas(data: bytes) -> None:
    """A formula."""
    problem = check_math(data.decode("utf-8", "replace"))
    if problem is not None and not problem.strip():
        raise Wrong("a formula is refused without a reason")


def logs(data: bytes) -> None:
    """What TeX said."""
    text = data.decode("utf-8", "replace")
    source = Source("cv.yaml", text)
    for read in (parse_log, parse_tectonic):
        for message in locate_characters(read(text, first_line=3), text):
            if not message.text.strip() and message.kind != "error":
                raise Wrong("a message says nothing")
        judge(_told(Typeset(None, 0, read(text, first_line=3), text), source))


def records(data: bytes) -> None:
    """An entry of the cache that is whole, but was not written by this version."""
    kept.store("jobs", "x", data)
    found = record.recall("x")
    if found is not None and found.holds():
        found.refresh()
    kept.store("runs", record.key_of("render", "x"), data)
    command = record.recall_command(["render", "x"])
    if command is not None and command.answer() is not None:
        raise Wrong("something unknown counts as a command that was done")


def arguments(data: bytes) -> None:
    """A command line, one argument in each line; its files have odd names too."""
    given = [os.fsdecode(line.replace(b"\0", b"")) for line in data.split(b"\n")[:12]]
    if any(_leads_out(one) for one in given) or {"watch", "install", "lock"} & set(given):
        return
    with tempfile.TemporaryDirectory() as scratch, _inside(scratch):
        Path("cv.yaml").write_text("name: A\n", encoding="utf-8")
        Path("a.bib").write_text("@book{a, title = {T}}", encoding="utf-8")
        for name in given:
            if "." in name and not name.startswith("-") and len(os.fsencode(name)) < 200 and not os.path.lexists(name):
                with suppress(OSError):  # a name with a folder that is not there
                    Path(name).write_bytes(b"name: A\nb: 1\n")
        status, said = run(given)
        if status not in (0, 1, 2):
            raise Wrong(f"the status is {status}")
        check_printed(said)


# --- what they need ----------------------------------------------------------


def run(given: list[str]) -> tuple[int, str]:
    """The status of a command and what it says, without the net that catches mistakes of cvbuild, and without an engine."""
    streams = [
        io.TextIOWrapper(io.BytesIO(b"name: A\n")),
        *(io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace") for _ in "12"),
    ]
    environment = {"CVBUILD_DEBUG": "1", "CVBUILD_ENGINE_DIR": "/nonexistent"}
    with (
        mock.patch.multiple(sys, stdin=streams[0], stdout=streams[1], stderr=streams[2]),
        mock.patch.dict(os.environ, environment),
        mock.patch.object(command, "_begin", return_value=None),
        mock.patch("signal.signal"),
    ):
        status = command._run(given)
    streams[2].flush()
    return status, streams[2].buffer.getvalue().decode("utf-8")


class _inside:
    """As a context: in another working folder."""

    def __init__(self, folder: str) -> None:
        self.folder, self.before = folder, str(ROOT)

    def __enter__(self) -> None:
        os.chdir(self.folder)

    def __exit__(self, *_: object) -> None:
        os.chdir(self.before)


def _leads_out(argument: str) -> bool:
    """Whether an argument could name something outside of the working folder."""
    return argument not in ("/dev/null", "/nonexistent/x.pdf", "./cv.yaml") and (
        "/" in argument or ".." in argument or "~" in argument
    )


def _told(result: Typeset, source: Source) -> Iterable[Any]:
    from cvbuild.blame import Case, report
    from cvbuild.theme import Theme
    from cvbuild.writers import Written

    sink = Sink()
    written = Written("", ((1, Span(source, 0, 1 if source.text else 0)),))
    again = (written, result)
    case = Case(
        source=source,
        theme=Theme("none", (), {}, {}),
        files=Files(),
        written=written,
        engine="xelatex",
        probe=lambda: again,
        keep=lambda _: None,
    )
    report(result, case, sink)
    return sink.sorted()


class Target:
    """One thing that takes bytes. `share` of all inputs are for it."""

    def __init__(
        self,
        name: str,
        share: int,
        run: Callable[[bytes], None],
        seeds: Callable[[], Iterable[bytes]],
        tokens: Callable[[], Iterable[str]],
    ) -> None:
        self.name, self.share, self.run, self._seeds, self._tokens = name, share, run, seeds, tokens

    def seeds(self) -> list[bytes]:
        """Inputs to begin with."""
        kept = sorted((ROOT / "tests" / "fuzz").glob(f"{self.name}-*"))
        return [*dict.fromkeys((*self._seeds(), *(path.read_bytes() for path in kept), b""))]

    def tokens(self) -> list[bytes]:
        """Words of its language."""
        return [token.encode() for token in dict.fromkeys(self._tokens())]


def _files(*patterns: str) -> Callable[[], list[bytes]]:
    return lambda: [path.read_bytes() for pattern in patterns for path in sorted(ROOT.glob(pattern))]


@cache
def _keys() -> tuple[str, ...]:
    """Every key and every choice of the model, however deep."""
    found: dict[str, None] = {}
    seen: set[int] = set()

    def walk(shape: object) -> None:
        if id(shape) in seen:
            return
        seen.add(id(shape))
        match shape:
            case shapes.ChoiceShape():
                found.update(dict.fromkeys(shape.choices))
            case shapes.ListShape():
                walk(shape.item)
            case shapes.EntryShape():
                for kind in shape.kinds.values():
                    walk(kind)
            case shapes.RecordShape():
                for field in shape.fields.values():
                    found[field.key] = None
                    found.update({field.doc.example: None} if field.doc.example else {})
                    walk(field.shape)

    walk(shapes.record_shape(Document))
    return (*found, *get_args(WorkKind), *get_args(OrderKey))


def _strings(*modules: str) -> list[str]:
    """What stands in quotes in the code of some modules: the words of the language that they read."""
    folder = ROOT / "src" / "cvbuild"
    texts = ((folder / f"{module}.py").read_text(encoding="utf-8") for module in modules)
    return [word for text in texts for word in re.findall(r'"([^"\\\n]{1,24})"', text)]


_MARKS = r"""* ** _ ` `` $ $$ \ [ ] ( ) [@a] [@a; @b] [#n] [-@ @ ](https://x.org) <https://x.org> https://x.org/a_(b) www. a@b.c -- ---
    ... " ' \* \$ \\ ~ {{ }} {authors} {title} {n} {rest} < > | , and  et al. & # %""".split()
_FORMULA = r"""\frac \sqrt \left( \right. ^ _ { } \alpha \sum \text{ \mathbb ' \, \begin{matrix} \end{matrix} & \\ \input \def \binom
    \operatorname{ \big \middle| [ ] 2 x $""".split()
_DATE = """2020 2020-07 2020.7.1 July Jul. Summer Fall – - to until Present present now since , ; / 1 31 13 00 2020–21 Q1 st
    '20 0000 9999 winter of""".split()
_NAME = """, ; and & et al. others von der de la Jr. III {and} {A B} { } * † # - ’ ' . Wu Lei W. É. 吴磊 O'Neil J.-P. İ""".split()
_LATEX = r"""@article{ @string{ @comment @preamble{ @xdata{ crossref = {a}, xdata title author year month = jan # " " { } \" \'{e} \ss
    {\'e} \emph{ \textbf{ $x^2$ \ensuremath{ \url{ \href{ ~ -- % = " , family=Wu, given=Lei, keywords options
    date = {2020-07/2021}, pages eprint archiveprefix note annotation author+an = {1=first}, and others \& \% \i \begin{""".split()
_JSON = """[ ] { } , : "id" "type" "article-journal" "title" "author" "family" "given" "literal" "issued" "date-parts" [[2020,7]]
    "container-title" null true 1e5 -0 "\\ud800" "\\u00e9" "DOI" "note" "non-dropping-particle" "custom" """.split()
_TOML = """[options.x] [marks] type = default = "10pt" min max about choices = [] extends = "mine" description = {} 1 -1 nan inf
    true [[a]] 1979-05-27 equal = {symbol="x"} "length" "colour" "bool" "number" "choice" '''""".split()
_JINJA = r"""<< >> <% %> {{ }} {% %} (( )) {# #} % for in endfor if endif else block endblock extends "base/cv.tex" include import macro
    endmacro call set cv.name cv.blocks opt.x word() at(cv) plain() loop.index | join | length | sort | map( ~ + * 9999 ** range(
    namespace() self super() none true [] {} '' cv.__class__ lipsum cycler""".split()
_LOG = r"""cv.tex:12: document.tex:3: ! l.5 Overfull \hbox (1.2.3pt too wide) in paragraph at lines 3--4 Missing character: There is no
    x (U+110000) (U+D800) in font Undefined control sequence. error: warning: caused by: Emergency stop. Unicode character
    ======= *** ( ) Output written on (9 pages <read""".split()
_LOG += [
    "=" * 79,
    "Missing character: There is no ￿ (U+FFFFFFFF) in font x",
    "Overfull \\hbox (1.2.3pt too wide) in x at lines 5--6",
]
_ARGUMENTS = """render validate export import schema engine collaborators --bib --lint --today --as-of --set --variant --private --today=2020-13-01 --theme turing
    --theme=../x --engine --engine=xelatex -o -o- - -- --help --version --force --quiet -q --keep-tex --timeout=0 --timeout nan 1e999 -1
    cv.yaml a.bib a.yaml ./cv.yaml /dev/null /nonexistent/x.pdf info list path --months --months=99999999 --format csv x.xlsx x.csv
    .yaml a\tb.yaml a\x1bb.yaml \x85.bib --json x.pdf""".split(" ")


def _yaml() -> Iterable[str]:
    return (*_keys(), *_keys(), *_MARKS, *_DATE, *_NAME, *_strings("publications/presets"))


def _bib() -> Iterable[str]:
    return (
        *_LATEX,
        *_LATEX,
        *_strings(*(f"bibliography/{name}" for name in ("types", "vocabulary", "fields", "latex", "commands"))),
    )


TARGETS = (
    Target("yaml", 60, whole, _files("examples/*.yaml", "docs/gallery/*.yaml", "tests/diagnostics/*.yaml"), _yaml),
    Target("bib", 25, lambda data: works(data, "works.bib"), _files("tests/bib/*.bib", "docs/gallery/*.bib"), _bib),
    Target("csl", 8, lambda data: works(data, "works.json"), _files("docs/gallery/*.json"), lambda: (*_JSON, *_strings("bibliography/csl"))),
    Target("styles", 3, lambda data: theme(data, "styles.yaml"), lambda: [b"own:\n  base: apa\n  patterns:\n    default: '{authors}. <{title}.> {rest}'\n"], _yaml),
    Target("theme", 3, lambda data: theme(data, "theme.toml"), _files("templates/latex/*/theme.toml"), lambda: _TOML),
    Target("template", 3, lambda data: theme(data, "cv.tex"), _files("templates/latex/*/*.tex"), lambda: _JINJA),
    Target("markup", 5, markup, _files("examples/*.yaml"), lambda: (*_MARKS, *_FORMULA)),
    Target("settings", 3, setting, lambda: [b"theme.accent=#7a0019", b"sections.P.publications.limit=5", b"sections.S.0=x", b"email=[a@b.org]", b"{a: b}"], _yaml),
    Target("included", 3, included, _files("examples/*.yaml"), _yaml),
    Target("formulas", 3, formulas, lambda: [rb"\frac{\alpha}{2}", rb"\left( x^2 \right)", rb"\sum_{i=1}^n x_i"], lambda: _FORMULA),
    Target("dates", 3, dates, lambda: [b"2018.7 - Present", b"2020-07-31", b"Summer 2020, 2021"], lambda: _DATE),
    Target("names", 3, names, lambda: ["Weinan E*, Lei Wu, 吴磊".encode(), b"van der Berg, Jr., A."], lambda: _NAME),
    Target("logs", 3, logs, lambda: [b"cv.tex:5: Undefined control sequence.\nl.5 \\foo\n", *(t.encode() for t in _LOG[-2:])], lambda: _LOG),
    Target("records", 2, records, lambda: [b"said\x001\x001\x001\x00a\x00b\x00c\x00d"], lambda: ["\0", "1", "-1", "\0" * 5, ABSENT, "code ", "library "]),
    Target("arguments", 2, arguments, lambda: [b"validate\ncv.yaml", b"export\n--bib\ncv.yaml", b"import\na.bib", b"render\ncv.yaml\n-o\nx.pdf"], lambda: _ARGUMENTS),
)  # fmt: skip
