"""Mistakes in YAML, in the words of whoever wrote them.

A parser says where it could not go on, and which token it expected; the mistake
is mostly somewhere before. So each complaint of libyaml (and of PyYAML's own
parser, where the words differ) is looked at together with the lines around it.
What is not recognised is told in the parser's words, as CV101.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Iterator

import yaml

from cvbuild.diagnostics import (
    COLON_IN_TEXT,
    INDENTATION,
    MISSING_SPACE,
    NEEDS_QUOTES,
    OPEN_BRACKET,
    OPEN_QUOTE,
    SEVERAL_DOCUMENTS,
    STRANGE_SPACE,
    TAB,
    YAML_ALIAS,
    YAML_SYNTAX,
    Code,
    Label,
    Sink,
)
from cvbuild.frozen import frozen
from cvbuild.source import Source, Span
from cvbuild.tree.signs import CUT, strange

_Loader: type[yaml.BaseLoader] | type[yaml.CBaseLoader] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

# What stands before a key or a text: spaces, and the `-` of lists.
_LEAD = r"(?P<lead>[ ]*(?:-[ ]+)*)"
_KEY = r"(?P<key>[^\s:#'\"\[\]{}&*!|>%@`,-][^:#\n]*?)"
_PAIR = re.compile(rf"{_LEAD}{_KEY}:[ \t]+(?P<value>\S.*)")
_ITEM = re.compile(rf"{_LEAD}(?:{_KEY}:[ \t]+)?(?P<value>\S.*)")
_BEGINS = re.compile(rf"{_LEAD}(?:{_KEY}:(?=[ \t\n]|$)|(?P<text>\S.*))", re.MULTILINE)
_NO_SPACE = re.compile(rf"^{_LEAD}(?P<key>[A-Za-z][\w-]*)(?P<colon>[:：])(?!//)(?=[^\s\u00a0])", re.MULTILINE)
_NO_SPACE_DASH = re.compile(r"[ ]*(?P<dash>-)(?=[^\W\d_])")
# A line that a CV cannot begin with: a comment, a mark of YAML's own, or what is no key.
_FIRST = re.compile(r"^(?![ \t]*(?:#|$)|---|%|[\[{\"'|>&*!-])(?P<indent>[ ]*)", re.MULTILINE)
_LONGEST = 70
_ESCAPES = "in double quotes, write a backslash twice; or use single quotes"


@frozen
class Mistake:
    """What is wrong, where, and a way out."""

    code: Code
    message: str
    span: Span
    hint: str | None = None
    labels: tuple[Label, ...] = ()


def report_syntax(source: Source, error: yaml.MarkedYAMLError, sink: Sink) -> None:
    """Report what made the parser stop."""
    found = _Finder(source, error).find()
    sink.add(found.code, found.message, found.span, hint=found.hint, labels=found.labels)


def report_flat(source: Source, root: yaml.ScalarNode, sink: Sink) -> bool:
    """Report keys that lack the space behind their colon, in a file that is one text because of it."""
    if root.style:
        return False
    before = len(sink.diagnostics)
    for found in _NO_SPACE.finditer(source.text, root.start_mark.index, root.end_mark.index):
        mistake = _no_space(source, found, 0)
        sink.add(mistake.code, mistake.message, mistake.span, hint=mistake.hint)
    for at in range(root.start_mark.index, root.end_mark.index):
        if source.text[at] == ":" and strange(source.text[at + 1 : at + 2]):
            report_strange(source, at + 1, sink)
    return len(sink.diagnostics) > before


def sound_part(source: Source, sink: Sink) -> Source | None:
    """What stands before the first mistake in the YAML, up to the last key at the top level; None if there is nothing.

    `sink` holds what was found in `source`. Of a file whose aliases expand to too much, no part is sound.
    """
    if any(d.code is YAML_ALIAS for d in sink.diagnostics):
        return None
    places = [d.span for d in sink.diagnostics if d.span is not None and d.span.source is source]
    places += [label.span for d in sink.diagnostics for label in d.labels if label.span.source is source]
    if not places:
        return None
    first = source.offset(min(span.line for span in places))
    cut = max((found.start() for found in re.finditer(r"^[^\s#-]", source.text[: first + 1], re.MULTILINE)), default=0)
    return Source(source.name, source.text[:cut], source.folder, source.raw_latex) if cut else None


def report_strange(source: Source, at: int, sink: Sink) -> None:
    """Report a character that is `strange`."""
    char = source.text[at]
    name = unicodedata.name(char, "a character").lower()
    sink.add(
        STRANGE_SPACE,
        f"this is no plain space, but U+{ord(char):04X} ({name})",
        Span(source, at, at + 1),
        hint="delete it, and type a space if one belongs here",
    )


def _no_space(source: Source, found: re.Match[str], offset: int) -> Mistake:
    """A key whose colon has no space behind it; `offset` is where the text that was matched begins."""
    start, colon = offset + found.start("key"), offset + found.start("colon")
    key = found["key"]
    line = source.line(source.position(start)[0])
    value = line[line.index(found["colon"]) + 1 :].strip()
    what = (
        "a space is missing behind the colon"
        if found["colon"] == ":"
        else "`：` is another sign than the colon of YAML"
    )
    shown = f"{key}: {value}" if len(value) < _LONGEST else f"{key}: …"
    return Mistake(MISSING_SPACE, what, Span(source, start, colon + 1), f"write `{shown}`")


def _named(sign: str) -> str:
    return "a backtick" if sign == "`" else f"`{sign}`"


def quoted(text: str) -> str:
    """A text as YAML has it in quotes."""
    return (
        '"' + text + '"'
        if "'" in text and '"' not in text and "\\" not in text
        else "'" + text.replace("'", "''") + "'"
    )


class _Finder:
    """Looks for the mistake behind one complaint."""

    def __init__(self, source: Source, error: yaml.MarkedYAMLError) -> None:
        self.source, self.text = source, source.text
        mark = error.problem_mark or error.context_mark
        self.at = min(mark.index if mark is not None else 0, len(self.text))
        self.context_at = error.context_mark.index if error.context_mark is not None else None
        self.problem, self.context = error.problem or str(error), error.context or ""
        self.number = source.position(self.at)[0]
        self.line = source.line(self.number)
        self.begin = source.offset(self.number)

    def find(self) -> Mistake:
        problem, context = self.problem, self.context
        if tab := self.tab():
            return tab
        if "mapping values are not allowed" in problem:
            return self.second_colon()
        if "could not find expected ':'" in problem:
            return self.no_colon(self.context_at if self.context_at is not None else self.at)
        if "another document" in problem or "<document start>" in problem:
            return self.first_line() or self.second_document()
        if "unexpected end of stream" in problem and "quoted" in context and self.context_at is not None:
            quote = self.text[self.context_at]
            hint = f"write `{quote}` where it ends"
            return Mistake(OPEN_QUOTE, "this quote is not closed", self.rest_of_line(self.context_at), hint)
        if "escape" in problem or "hexadecimal" in problem:
            return self.plain(f"`{self.text[self.at : self.at + 2]}` means nothing in double quotes", _ESCAPES, 2)
        if "cannot start any token" in problem:
            return self.needs_quotes(self.at)
        if re.search("an alias|an anchor|block scalar|a tag", context) and self.context_at is not None:
            return self.needs_quotes(self.context_at)
        if "undefined alias" in problem:
            return self.needs_quotes(self.at)
        if "directive" in context or "directive" in problem:
            return self.plain("a line that begins with `%` is an instruction to YAML", "a comment begins with `#`", 0)
        if "flow" in context and self.context_at is not None:
            opened = self.text[self.context_at : self.context_at + 1]
            return self.bracket(self.context_at if opened and opened in "[{" else self.last_open())
        if "block" in context:
            return self.after_closing() or self.indentation()
        return self.plain(problem, None, 1)

    def plain(self, message: str, hint: str | None, length: int) -> Mistake:
        span = Span(self.source, self.at, self.at + length) if length else self.rest_of_line(self.begin)
        return Mistake(YAML_SYNTAX, message, span, hint)

    def rest_of_line(self, at: int) -> Span:
        """From here to the end of the line, without the space there."""
        end = self.text.find("\n", at)
        end = len(self.text) if end < 0 else end
        return Span(self.source, at, max(at + 1, at + len(self.text[at:end].rstrip())))

    def lines_before(self) -> Iterator[tuple[int, str]]:
        """Number and text of the lines above that say something, the nearest first."""
        for number in range(self.number - 1, max(0, self.number - 200), -1):
            line = self.source.line(number)
            if line.strip() and not line.lstrip().startswith("#"):
                yield number, line

    def tab(self) -> Mistake | None:
        indent = self.line[: len(self.line) - len(self.line.lstrip(" \t"))]
        if "\t" not in indent or self.at > self.begin + len(indent):
            return None
        others = len(re.findall(r"^ *\t", self.text, re.MULTILINE)) - 1
        more = f", and so {'are' if others > 1 else 'is'} {others} more" if others else ""
        start = self.begin + indent.index("\t")
        span = Span(self.source, start, start + len(indent) - indent.index("\t"))
        return Mistake(TAB, f"this line is indented with a tab{more}", span, "indent with spaces, two for each step")

    def second_colon(self) -> Mistake:
        pair = _PAIR.match(self.line)
        if pair and self.at - self.begin > pair.start("value"):
            return self.quote_value(COLON_IN_TEXT, "a text with a colon and a space in it must stand in quotes")
        number, above = next(self.lines_before(), (0, ""))
        if found := _NO_SPACE.match(above):
            return _no_space(self.source, found, self.source.offset(number))
        here = _BEGINS.match(self.line)
        if here and here["key"] and (further := self.further_in(here)):
            return further
        hint = "put the text in quotes, or is the indentation off?"
        return Mistake(COLON_IN_TEXT, "this colon belongs to no key", Span(self.source, self.at, self.at + 1), hint)

    def further_in(self, here: re.Match[str]) -> Mistake | None:
        """A key that stands where the text above it would go on: it, or a line above, is not where or what it should be."""
        column = here.start("key")
        beside: int | None = None
        for number, line in self.lines_before():
            above = _BEGINS.match(line)
            if above is None:
                break
            begin = self.source.offset(number)
            if above["key"]:
                start = above.start("key")
                if not _PAIR.match(line) or start >= column:
                    break
                key = above["key"]
                return Mistake(
                    INDENTATION,
                    f"this line stands further in than `{key}` above, as if it went on with the value of that",
                    Span(self.source, self.begin + column, self.begin + here.end("key")),
                    f"begin it in column {start + 1}, like `{key}`; or put the value of `{key}` in quotes if it goes on here",
                    (
                        Label(
                            Span(self.source, begin + start, begin + above.end("key")),
                            f"this begins in column {start + 1}",
                        ),
                    ),
                )
            if beside is None and above.start("text") == column:
                beside = begin + column
        return self.no_colon(beside) if beside is not None else None

    def quote_value(self, code: Code, message: str) -> Mistake:
        """The value of this line must stand in quotes."""
        item = _ITEM.match(self.line)
        if item is None:
            return Mistake(code, message, Span(self.source, self.at, self.at + 1))
        value = re.sub(r"\s+#\s.*$", "", item["value"]).rstrip()
        start = self.begin + item.start("value")
        key = f"{item['key']}: " if item["key"] else "- " if "-" in item["lead"] else ""
        hint = f"write `{key}{quoted(value)}`" if len(value) <= _LONGEST else "put it in quotes"
        if re.match(r"@[A-Za-z]+\s*\{", value):
            hint = "BibTeX stands in a file of its own, which is named here: `publications: refs.bib`"
        return Mistake(code, message, Span(self.source, start, start + len(value)), hint)

    def needs_quotes(self, at: int) -> Mistake:
        number = self.source.position(at)[0]
        self.number, self.line, self.begin = number, self.source.line(number), self.source.offset(number)
        sign = self.text[at : at + 1]
        item = _ITEM.match(self.line)
        first = item["value"][0] if item else sign
        if item and at - self.begin > item.start("value") and first not in "[{":
            return Mistake(
                NEEDS_QUOTES, f"{_named(sign)} cannot stand here without quotes", Span(self.source, at, at + 1)
            )
        return self.quote_value(NEEDS_QUOTES, f"a text that begins with {_named(first)} must stand in quotes")

    def no_colon(self, start: int) -> Mistake:
        number = self.source.position(start)[0]
        line, begin = self.source.line(number), self.source.offset(number)
        if dash := _NO_SPACE_DASH.match(line):
            at = begin + dash.start("dash")
            return Mistake(
                MISSING_SPACE,
                "a space is missing behind the `-`",
                Span(self.source, at, at + 1),
                f"write `- {line.strip()[1:]}`",
            )
        if found := _NO_SPACE.match(line):
            return _no_space(self.source, found, begin)
        hint = "a key is followed by a colon and a space; a text that goes on here begins further in than its key"
        return Mistake(MISSING_SPACE, "this line has no colon", self.rest_of_line(start), hint)

    def first_line(self) -> Mistake | None:
        """The first line of the file, if that is why another one is not understood."""
        first = _FIRST.search(self.text)
        if first is None or first.end() >= self.at:
            return None
        at, line = first.end(), self.source.line(self.source.position(first.end())[0])
        if not first["indent"]:
            return None if re.search(r":(?:\s|$)", line) else self.no_colon(at)
        begins = _BEGINS.match(line)
        end = first.start() + begins.end("key") if begins and begins["key"] else at + 1
        labels = (Label(self.rest_of_line(self.begin), "this is not"),)
        what = "the first line of the file is indented"
        return Mistake(INDENTATION, what, Span(self.source, at, end), "begin it in column 1", labels)

    def second_document(self) -> Mistake:
        hint = "a CV file holds one document: delete this line"
        if self.line.startswith("---"):
            return Mistake(SEVERAL_DOCUMENTS, "a second document begins here", self.rest_of_line(self.begin), hint)
        for number, line in self.lines_before():
            if line.startswith("..."):
                span = self.rest_of_line(self.source.offset(number))
                return Mistake(SEVERAL_DOCUMENTS, "`...` ends the document, but it goes on", span, hint)
        return Mistake(SEVERAL_DOCUMENTS, "a second document begins here", self.rest_of_line(self.at), hint)

    def bracket(self, opened: int) -> Mistake:
        sign = self.text[opened : opened + 1]
        if not sign or sign not in "[{":
            return self.plain(self.problem, None, 1)
        close = "]" if sign == "[" else "}"
        rest = self.text[opened:]
        here = Span(self.source, opened, opened + 1)
        same_line = self.source.position(opened)[0] == self.number
        cut = self.comment(opened)
        if (
            self.at >= len(self.text)
            or (not same_line and rest.count(sign) > rest.count(close))
            or (close not in self.line[opened - self.begin :] if same_line else cut and close in cut.span.text)
        ):
            hint = "put the text with the `#` in quotes" if cut else f"write `{close}` where it ends"
            return Mistake(OPEN_BRACKET, f"this `{sign}` is not closed", here, hint, (cut,) if cut else ())
        labels = (Label(here, "it opens here"), *((cut,) if cut else ()))
        if self.text[self.at : self.at + 1] == ":":
            message = "before this colon, a comma is missing; or quotes around a text"
        else:
            message = "a comma is missing before here"
        hint = "write `{key: value, key: value}`" if sign == "{" else "write `[one, two]`"
        if cut:
            hint = "put the text with the `#` in quotes"
        return Mistake(OPEN_BRACKET, message, Span(self.source, self.at, self.at + 1), hint, labels)

    def comment(self, opened: int) -> Label | None:
        """The first comment in a bracket that takes away a part of a text."""
        texts = [(token.start_mark.index, token.end_mark.index) for token in self.tokens()]
        found = CUT.search(self.text, opened, self.at)
        while found and any(start < found.start(1) < end for start, end in texts):
            found = CUT.search(self.text, found.start(1), self.at)
        if found is None:
            return None
        return Label(self.rest_of_line(found.start(1)), "from here to the end of the line is a comment")

    def after_closing(self) -> Mistake | None:
        """More text, behind what was closed already."""
        sign = self.text[self.at : self.at + 1]
        if sign and sign in "]}":
            return Mistake(OPEN_BRACKET, f"a `{sign}` too many", Span(self.source, self.at, self.at + 1), "delete it")
        last = next(iter(deque(self.tokens(), maxlen=1)), None)
        if last is None or self.text[last.end_mark.index : self.at].strip(" \t"):
            return None
        if isinstance(last, yaml.ScalarToken) and last.style in ("'", '"'):
            return self.after_quote(last.start_mark.index, last.end_mark.index)
        if isinstance(last, (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)):
            return self.quote_value(NEEDS_QUOTES, "a text that begins with a bracket must stand in quotes")
        return None

    def tokens(self) -> Iterator[yaml.Token]:
        """The tokens before the place at which the parser stopped, as far as there are any."""
        try:
            for token in yaml.scan(self.text, Loader=_Loader):
                if token.start_mark.index >= self.at:
                    return
                yield token
        except yaml.YAMLError:
            return

    def last_open(self) -> int:
        """Where the innermost bracket is opened that is still open."""
        opened = [0]
        for token in self.tokens():
            if isinstance(token, (yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken)):
                opened.append(token.start_mark.index)
            elif isinstance(token, (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)):
                opened.pop()
        return opened[-1]

    def after_quote(self, opened: int, closed: int) -> Mistake:
        quote = self.text[opened]
        if self.source.position(opened)[0] != self.number:
            labels = (Label(Span(self.source, closed - 1, closed), "it was closed by this one"),)
            hint = f"write `{quote}` where it ends"
            return Mistake(OPEN_QUOTE, "this quote is not closed in its line", self.rest_of_line(opened), hint, labels)
        item = _ITEM.match(self.line)
        whole = item["value"].rstrip() if item else ""
        if quote == "'" and whole.endswith("'") and len(whole) <= _LONGEST:
            key = f"{item['key']}: " if item and item["key"] else ""
            hint = f"write `{key}{quoted(whole[1:-1])}`"
        elif whole and len(whole) <= _LONGEST and item and self.begin + item.start("value") == opened:
            hint = f"put all of it in quotes: `{quoted(whole)}`"
        else:
            hint = "put all of it in quotes"
        labels = (Label(Span(self.source, opened, closed), "the quotes"),)
        return Mistake(
            OPEN_QUOTE, "behind the closing quote, the text goes on", self.rest_of_line(self.at), hint, labels
        )

    def indentation(self) -> Mistake:
        here = _BEGINS.match(self.line)
        indent = len(self.line) - len(self.line.lstrip(" "))
        if here is None or self.at != self.begin + indent:
            return self.plain(self.problem, "is a quote, a comma or a line end missing before here?", 1)
        listed = self.line[indent] == "-"
        length = 1 if listed else max(1, len((here["key"] or here["text"] or "").rstrip()))
        span = Span(self.source, self.at, self.at + length)
        if odd := self.odd_one(indent, span):
            return odd
        best: tuple[int, int, str] | None = None
        innermost = len(self.line) + self.at
        for number, line in self.lines_before():
            for column, name in reversed(list(_starts(line, listed=listed))):
                # What stands further in than a line below it was ended by that.
                if column < innermost and (best is None or abs(column - indent) < abs(best[1] - indent)):
                    best = (number, column, name)
                innermost = min(column, innermost)
        if best is None:
            return Mistake(INDENTATION, f"nothing above begins in column {indent + 1}", span)
        number, column, name = best
        start = self.source.offset(number) + column
        labels = (Label(Span(self.source, start, start + len(name)), f"this begins in column {column + 1}"),)
        message = f"this line begins in column {indent + 1}, which fits no line above"
        return Mistake(INDENTATION, message, span, f"begin it in column {column + 1}, like `{name}`", labels)

    def odd_one(self, indent: int, here: Span) -> Mistake | None:
        """The first line of a block, if it alone begins further in than all those that follow, from `here` on."""
        block: list[tuple[int, int]] = []
        for number, line in self.lines_before():
            column = len(line) - len(line.lstrip(" "))
            if column < indent:
                break
            block.append((column, number))
        if not block:
            return None
        column, number = block[-1]
        if column == indent or sum(other == column for other, _ in block) > 1 or not self.goes_on(indent):
            return None
        begins = _BEGINS.match(self.source.line(number))
        start = self.source.offset(number) + column
        span = Span(self.source, start, start + (len(begins["key"]) if begins and begins["key"] else 1))
        message = f"this line begins in column {column + 1}, and those that follow it in column {indent + 1}"
        return Mistake(INDENTATION, message, span, f"begin it in column {indent + 1}", (Label(here, "what follows"),))

    def goes_on(self, indent: int) -> bool:
        """Whether one more line begins in the column of the one at which the parser stopped, before one further out."""
        for number in range(self.number + 1, min(self.number + 200, len(self.source.line_starts())) + 1):
            line = self.source.line(number)
            column = len(line) - len(line.lstrip(" "))
            if line.strip() and not line.lstrip().startswith("#") and column <= indent:
                return column == indent
        return False


def _starts(line: str, *, listed: bool) -> Iterator[tuple[int, str]]:
    """The columns, from 0, at which a line has the `-` of a list; or its key, if not `listed`."""
    found = _BEGINS.match(line)
    if found is None:
        return
    if listed:
        yield from ((at, "-") for at, sign in enumerate(found["lead"]) if sign == "-")
    elif found["key"]:
        yield found.start("key"), found["key"]
