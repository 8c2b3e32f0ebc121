"""What all writers share: templates in which escaping happens once, by type.

Whatever a template prints passes through `Writer.finalize`, which looks at the
type: text is escaped, a `Text` is written inline by inline, a `Url` as an
address; a `Markup` is already written; anything else (None and booleans
included) is an error in the template. Jinja's own autoescape is switched on so
that macros and ``{% set %}`` blocks give `Markup`, but its HTML escaping is
never reached: the literal parts of a template are left alone by `_Generator`,
and no filter is allowed that joins or changes text outside the writer.
"""

from __future__ import annotations

import hashlib
import marshal
import re
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

import jinja2
from jinja2.bccache import Bucket
from jinja2.loaders import split_template_path
from markupsafe import Markup

from cvbuild import cache
from cvbuild.dates import ENGLISH, DateStyle, PartialDate, When, format_when
from cvbuild.dates import Words as DateWords
from cvbuild.diagnostics import closest
from cvbuild.files import Files
from cvbuild.frozen import frozen
from cvbuild.outline import Outline
from cvbuild.source import Source, Span
from cvbuild.text import Inline, Str, Text, Url, plain
from cvbuild.theme import Theme, ThemeError, read_theme_file, template_places
from cvbuild.words import Words
from cvbuild.writers import sandbox

if TYPE_CHECKING:
    from cvbuild.pictures import Picture


class TemplateFailed(Exception):
    """A template of a theme is broken: the message says how, `path` and `line` say where, if that is known."""

    def __init__(self, message: str, path: str | None = None, line: int = 1) -> None:
        super().__init__(message)
        self.path, self.line = path, line


@frozen
class Written:
    """A document in an output format, which of its lines came from where, and the pictures that it prints, by file name.

    A writer with probes also tells where each probe comes from, and which line of which template brought each line.
    """

    text: str
    places: tuple[tuple[int, Span], ...]
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    probes: tuple[Span, ...] = ()
    templates: tuple[tuple[str, int], ...] = ()

    def place(self, line: int) -> Span | None:
        """The place that line `line` (from 1) of the text came from."""
        found = None
        for start, span in self.places:
            if start > line:
                break
            found = span
        return found

    def template(self, line: int) -> tuple[str, int] | None:
        """The template, and its line, that line `line` (from 1) of the text came from."""
        return self.templates[line - 1] if 0 < line <= len(self.templates) else None


_FILTERS = (
    "batch", "count", "d", "default", "dictsort", "first", "groupby", "int", "items", "last", "length", "list", "map",
    "max", "min", "reject", "rejectattr", "reverse", "round", "select", "selectattr", "slice", "sort", "sum", "unique",
)  # fmt: skip


# What a literal tells; no text holds such a character.
_ORIGIN = re.compile("\0(\\d+) ([^\0]*)\0")


class _Loader(jinja2.BaseLoader):
    """Takes a template from the nearest theme of a chain; `name/template` from the theme of that name.

    `below` is the folder inside of a theme that holds its templates of this kind.
    """

    def __init__(self, folders: Iterable[Path], below: str, files: Files) -> None:
        self.folders, self.below, self.files = tuple(folders), below, files

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, None]:
        for folder, place in template_places(self.folders, split_template_path(template), self.below):
            with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
                return read_theme_file(place, folder, self.files), str(place), None
        raise jinja2.TemplateNotFound(template)


class _Compiled(jinja2.BytecodeCache):
    """Keeps compiled templates, of which a CV takes thirty: compiling them takes longer than all the rest."""

    def __init__(self, syntax: Mapping[str, str]) -> None:
        module = Path(sandbox.__file__).stat()
        self.compiler = f"{sys.version} {jinja2.__version__} {module.st_size} {module.st_mtime_ns} {syntax}"

    def load_bytecode(self, bucket: Bucket) -> None:
        if data := cache.load("templates", self._key(bucket)):
            bucket.code = marshal.loads(data)

    def dump_bytecode(self, bucket: Bucket) -> None:
        cache.store("templates", self._key(bucket), marshal.dumps(bucket.code))

    def _key(self, bucket: Bucket) -> str:
        """Of the template, its place, its text, and what has compiled it."""
        return hashlib.sha256(f"{bucket.key} {bucket.checksum} {self.compiler}".encode()).hexdigest()


class _Nothing(jinja2.StrictUndefined):
    """What a template names and is not there; it tells so without the names of our modules."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        of, name = self._undefined_obj, self._undefined_name
        if (
            self._undefined_hint
            or not isinstance(name, str)
            or not type(of).__module__.startswith(("cvbuild.", "types"))
        ):
            return super()._undefined_message
        owner = "`opt`" if isinstance(of, SimpleNamespace) else f"the {type(of).__name__} here"
        near = closest(name, [known for known in dir(of) if not known.startswith("_")])
        return f"{owner} has no attribute `{name}`" + (f"; did you mean `{near}`?" if near else "")


class Writer(ABC):
    """Base of all writers. A subclass says how its format writes each inline.

    With `probing`, what is written also tells where it comes from, as finely as can be: to find what an engine stumbled over.
    """

    syntax: ClassVar[Mapping[str, str]] = {}
    below: ClassVar[str] = ""
    """The folder inside of a theme that holds its templates for this format."""
    longest_line: ClassVar[float] = float("inf")
    """Characters; longer ones are given to `broken`."""

    def __init__(self, theme: Theme, words: Words, files: Files, *, probing: bool = False) -> None:
        self.probing = probing
        self.theme = theme
        self.words = words
        self.files = files
        self.date_style, self.date_words = _dates(theme, words)
        self._spans: dict[str, Span] = {}
        self._pictures: dict[str, bytes] = {}
        self._probes: list[Span] = []
        self._cv: Source | None = None

    # --- what a format must say ---

    @abstractmethod
    def escape(self, text: str) -> str:
        """Literal characters."""

    def functions(self) -> dict[str, Callable[..., object]]:
        """What templates may call, by name."""
        return {"plain": _plain, "at": self._at, "picture": self.picture, "word": self.words}

    @abstractmethod
    def url(self, url: Url) -> str:
        """An address, as the format wants it in a link."""

    @abstractmethod
    def inline(self, node: Inline) -> str:
        """An inline that is not just characters."""

    @abstractmethod
    def comment(self, words: str) -> str:
        """A comment that fills the rest of a line."""

    def broken(self, line: str) -> list[str]:
        """Several lines that mean the same as a very long one; where no line is too long, there are none such."""
        return [line]

    def probe(self, number: int) -> str:
        """What tells the engine to say that it has come by; nothing, where there is no engine."""
        return ""

    # --- writing ---

    def inlines(self, body: Iterable[Inline]) -> str:
        """Inlines, one after the other."""
        return "".join([self.escape(n.text) if isinstance(n, Str) else self.inline(n) for n in body])

    def when(self, value: When | PartialDate) -> str:
        """A date, in the theme's way."""
        if isinstance(value, PartialDate):
            value = When((value,))
        return format_when(value, self.date_style, self.date_words)

    def finalize(self, value: object) -> Markup:
        """Escape what a template prints, by its type."""
        match value:
            case Markup():
                return value
            case str():
                return Markup(self.escape(value))
            case Text():
                return Markup(self.probed(value.span) + self.inlines(value.body))
            case When() | PartialDate():
                return Markup(self.escape(self.when(value)))
            case Url():
                return Markup(self.url(value))
            case bool():
                raise TypeError("a template prints true or false")
            case int():
                return Markup(str(value))
            case jinja2.Undefined():
                str(value)  # this raises, and names what is not there
        if value is None:
            raise TypeError("a template prints what this CV does not say here; ask first: <% if x %><< x >><% endif %>")
        raise TypeError(f"a template prints {type(value).__name__}")

    def probed(self, span: Span | None) -> str:
        """The probe that goes before what comes from `span`, if there are to be any."""
        if not self.probing or span is None:
            return ""
        self._probes.append(span)
        return self.probe(len(self._probes) - 1)

    def write(self, template: str, outline: Outline, **context: object) -> Written:
        """Fill in a template of the theme. Raises `TemplateFailed`."""
        self._spans.clear()
        self._pictures.clear()
        self._probes.clear()
        self._cv = outline.span.source if outline.span is not None else None
        try:
            filled = self._environment().get_template(template)
            text = filled.render(
                cv=outline,
                opt=SimpleNamespace(**self.theme.options),
                **self.functions(),
                **context,
            )
        except jinja2.TemplateSyntaxError as error:
            raise TemplateFailed(
                error.message or "it is not written as Jinja wants it", error.filename, error.lineno
            ) from None
        except jinja2.TemplateNotFound as error:
            what = f"the theme `{self.theme.name}` has no template `{error.name}`"
            raise TemplateFailed(what, *_template_line(error)) from None
        except ThemeError as error:
            raise TemplateFailed(str(error), *_template_line(error)) from None
        except (
            jinja2.TemplateError,
            TypeError,
            ValueError,
            AttributeError,
            LookupError,
            ArithmeticError,
            RuntimeError,
            MemoryError,
        ) as error:
            raise TemplateFailed(_said(error), *_template_line(error)) from error
        text, templates = _origins(text) if self.probing else (text, ())
        if max(map(len, text.split("\n"))) > self.longest_line:
            text, templates = self._broken(text, templates)
        return Written(text, self._places(text), dict(self._pictures), tuple(self._probes), templates)

    def _environment(self) -> jinja2.Environment:
        characters = len(self._cv.text) if self._cv is not None else 0
        env = (sandbox.ProbingEnvironment if self.probing else sandbox.Environment)(
            functions=self.functions().values(),
            steps=min(sandbox.STEPS + sandbox.STEPS_FOR_CHARACTER * characters, sandbox.MOST_STEPS),
            autoescape=True,
            finalize=self.finalize,
            undefined=_Nothing,
            loader=_Loader(self.theme.folders, self.below, self.files),
            bytecode_cache=None if self.probing else _Compiled(self.syntax),
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            **self.syntax,
        )

        def finalize(value: object) -> Markup:
            env.spend(value)
            written = self.finalize(value)
            if written is not value:  # to order what runs right to left takes longest: a step for each character
                env.step(len(written) // (1 if not written.isascii() else 8))
            return written

        env.finalize = finalize
        env.filters = {name: env.filters[name] for name in _FILTERS}

        def join(values: Iterable[object], separator: object = "") -> Markup:
            return env.joined(map(self.finalize, values), self.finalize(separator))

        for name, function in env.filters.items():
            env.filters[name] = env.filter_of(function, 1 if hasattr(function, "jinja_pass_arg") else 0)
        env.filters["join"] = env.filter_of(join, 0)
        return env

    def picture(self, picture: Picture) -> str:
        """The template function `picture`: the name of the file that holds a picture, which goes along with the document."""
        self._pictures[picture.name] = picture.data
        return picture.name

    def _broken(self, text: str, templates: tuple[tuple[str, int], ...]) -> tuple[str, tuple[tuple[str, int], ...]]:
        """The text with its longest lines broken, and the templates of its lines."""
        lines = [self.broken(line) for line in text.split("\n")]
        origins = tuple(origin for origin, parts in zip(templates, lines, strict=False) for _ in parts)
        return "\n".join(part for parts in lines for part in parts), origins

    # --- places ---

    def _at(self, thing: Any) -> Markup:
        """The template function `at`: a comment that says which place in the input the next lines came from.

        The name of the file stands there too, if it is another than the CV.
        """
        span = thing if isinstance(thing, Span) else getattr(thing, "span", None)
        if span is None:
            return Markup("")
        line, column = span.source.position(span.start)
        key = f"@ {line}:{column}"
        if self._cv is not None and span.source is not self._cv:
            key += " " + "".join(c if c.isprintable() else "?" for c in span.source.name).strip()
        self._spans[key] = span
        return Markup(self.probed(span) + self.comment(key))

    def _places(self, text: str) -> tuple[tuple[int, Span], ...]:
        prefix = self.comment("@ ")
        found = []
        for number, line in enumerate(text.split("\n"), start=1):
            at = line.find(prefix)
            span = self._spans.get(line[at + len(prefix) - 2 :].strip()) if at >= 0 else None
            if span is not None:
                found.append((number, span))
        return tuple(found)


def _plain(value: Text) -> str:
    """The template function `plain`: the characters of a text."""
    return plain(value.body)


def date_printer(theme: Theme, words: Words) -> Callable[[When | PartialDate], str]:
    """What prints a date in the theme's way, and in the words of the document."""
    style, names = _dates(theme, words)
    return lambda value: format_when(When((value,)) if isinstance(value, PartialDate) else value, style, names)


def _dates(theme: Theme, words: Words) -> tuple[DateStyle, DateWords]:
    """How the theme prints dates, in the document's words."""
    options = theme.options
    style = DateStyle(
        pattern=options.get("date_style", DateStyle().pattern),
        separator=options.get("date_separator", DateStyle().separator),
        present=words(DateStyle().present),
    )
    months = DateWords(
        long=tuple(map(words, ENGLISH.long)),
        short=tuple(map(words, ENGLISH.short)),
        seasons={season: words(name) for season, name in ENGLISH.seasons.items()},
    )
    return style, months


def _origins(text: str) -> tuple[str, tuple[tuple[str, int], ...]]:
    """The text without what its literals tell, and for each of its lines: the template, and the line of it, that begins it."""
    out: list[str] = []
    found: list[tuple[str, int]] = []
    origin = ("", 0)
    for line in text.split("\n"):
        begins = origin[0], origin[1] + bool(found)
        first = _ORIGIN.search(line)
        parts = _ORIGIN.split(line)  # text, line, file, text, line, file, text, …
        for number, file, words in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
            origin = (file, int(number))
            if words.strip() and first is not None:
                begins, first = origin, None
        out.append("".join(parts[::3]))
        found.append(begins)
        if len(parts) == 1:
            origin = begins
    return "\n".join(out), tuple(found)


def _said(error: BaseException) -> str:
    match error:
        case RecursionError():
            return "a template or a macro calls itself without an end"
        case MemoryError():
            return "the template takes too much memory"
    return str(error) or type(error).__name__


def _template_line(error: BaseException) -> tuple[str | None, int]:
    """File and line of the template frame that an exception came through last."""
    place: tuple[str | None, int] = None, 1
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if Path(name).suffix in (".tex", ".html", ".md", ".txt"):
            place = name, trace.tb_lineno
        trace = trace.tb_next
    return place
