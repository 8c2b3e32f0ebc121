"""Where the templates of themes run: what they may touch, and how much they may do.

A theme may come from anywhere, and its templates are programs. Jinja's sandbox keeps them from
Python's insides; here they are also kept to the values that they are given, which they
can look at, not act on, and to a number of steps. A step is a turn of a loop, a call, an element that a filter
passes on, or so many characters: the same template stops at the same step on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sized
from types import MethodType
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from cvbuild.source import Source, Span

STEPS = 1_000_000
"""For a template, besides `STEPS_FOR_CHARACTER` for each character of the CV; the largest example takes some thousand."""
STEPS_FOR_CHARACTER = 10
MOST_STEPS = 20_000_000
CHARACTERS_OF_STEP = 64
MAX_TEXT = 1_000_000
"""Characters of a text, or elements of a list, that a template puts together by itself."""
MAX_BITS = 1000
"""Of a number that a template computes."""
MAX_OUTPUT = 256 * 1024**2
"""Characters of a document."""

_GLOBALS = ("range", "dict", "namespace", "cycler", "joiner")
_PLAIN = (str, int, float, list, tuple, dict, set, frozenset, range)
# Methods of texts that make others as long as one likes, or format what they are given.
_NO_METHODS = ("format", "format_map", "zfill", "ljust", "rjust", "center", "expandtabs", "translate", "encode")
# What `Compiler` has a template call.
_COUNTING = ("step", "compared", "copied")
# Methods of what is already written that mix it with text, for which they know HTML's escapes only.
_NO_METHODS_OF_WRITTEN = ("join", "replace", "escape", "unescape", "striptags")
# What compares, hashes or folds the values that it is given, and so takes as long as they are large.
_COMPARING_FILTERS = ("dictsort", "groupby", "max", "min", "sort", "unique")
_COMPARING_TESTS = (
    "eq",
    "equalto",
    "==",
    "ne",
    "!=",
    "lt",
    "lessthan",
    "<",
    "le",
    "<=",
    "gt",
    "greaterthan",
    ">",
    "ge",
    ">=",
    "in",
    "lower",
    "upper",
)


class Compiler(CodeGenerator):
    """Compiles templates so that literals stay as they are, text is never glued together unseen, and loops count."""

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> str:
        if isinstance(node, nodes.TemplateData):
            return str(node.data)
        raise nodes.Impossible

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: D102
        self.fail("`~` would join text outside the writer; print the parts one after the other", node.lineno)

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: D102
        prints = sum(len(data.data) for part in node.body for data in _literals(part))
        number = nodes.Const(1 + prints // CHARACTERS_OF_STEP)
        step = nodes.Call(nodes.EnvironmentAttribute("step"), [number], [], None, None)
        node.body.insert(0, nodes.ExprStmt(step).set_lineno(node.lineno))
        super().visit_For(node, frame)

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: D102
        if isinstance(node.arg, nodes.Slice) and isinstance(node.node, nodes.Expr):  # a copy
            node.node = nodes.Call(nodes.EnvironmentAttribute("copied"), [node.node], [], None, None)
        super().visit_Getitem(node, frame)

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:  # noqa: D102
        node.expr = _compared(node.expr)
        for operand in node.ops:
            operand.expr = _compared(operand.expr)
        super().visit_Compare(node, frame)

    def visit_Dict(self, node: nodes.Dict, frame: Frame) -> None:  # noqa: D102
        for pair in node.items:
            pair.key = _compared(pair.key)
        super().visit_Dict(node, frame)


class ProbingCompiler(Compiler):
    """Compiles templates so that each literal tells where it stands."""

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> str:
        data = super()._output_child_to_const(node, frame, finalize)
        return f"\0{node.lineno} {self.filename}\0{data}"


def _literals(node: nodes.Node) -> Iterator[nodes.TemplateData]:
    return iter([node]) if isinstance(node, nodes.TemplateData) else node.find_all(nodes.TemplateData)


def _compared(node: nodes.Expr) -> nodes.Expr:
    return node if isinstance(node, nodes.Const) else nodes.Call(nodes.EnvironmentAttribute("compared"), [node], [], None, None)  # fmt: skip


class TooMuch(jinja2.TemplateRuntimeError):
    """A template does more than any document needs."""


class Environment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, with an account of the work that is done in it."""

    code_generator_class = Compiler
    intercepted_binops = frozenset(["*", "**", "+", "-", "/", "//", "%"])

    def __init__(self, *arguments: Any, functions: Iterable[object], steps: int, **options: Any) -> None:
        # Jinja would work out what is constant while it compiles, before anything is counted, and write it into the code.
        super().__init__(*arguments, optimized=False, **options)
        self.left = steps
        self.functions = tuple(functions)
        self.concat = self._concat  # type: ignore[method-assign]
        self.globals = {name: self.globals[name] for name in _GLOBALS}
        self.own = (*self.functions, *self.globals.values(), self.step, self.compared, self.copied)
        self.tests = {**self.tests, **{name: self._test_of(self.tests[name]) for name in _COMPARING_TESTS}}

    # --- the account ---

    def step(self, number: int = 1) -> None:
        """Count some steps. Raises `TooMuch`."""
        self.left -= number
        if self.left < 0:
            raise TooMuch("the template does not come to an end: it loops, or calls itself, a million times")

    def counted(self, values: Iterable[Any]) -> Iterator[Any]:
        """The values, each of them a step."""
        for value in values:
            self.step()
            yield value

    def compared(self, value: Any) -> Any:
        """A value that is compared, looked for, or a key: that takes as long as it is large, with all that it holds."""
        self.weigh(value)
        return value

    def copied(self, value: Any) -> Any:
        """A value of which a part is copied."""
        self.spend(value)
        return value

    def spend(self, value: object) -> None:
        """Count the size of a value."""
        if isinstance(value, str | bytes):
            self.step(len(value) // CHARACTERS_OF_STEP)
        elif isinstance(value, list | tuple | dict | set | frozenset):
            self.step(len(value))

    def weigh(self, value: object, *, whole: bool = True) -> None:
        """Count the size of a value and of all that it holds, as often as it holds it; of objects of ours, if it is to be the `whole`.

        A list of twice a list of twice a list … is short, and to compare two of them takes for ever.
        """
        waiting = [value]
        while waiting:
            value = waiting.pop()
            self.spend(value)
            if isinstance(value, dict):
                waiting += value
                waiting += value.values()
            elif isinstance(value, list | tuple | set | frozenset):
                waiting += value
            elif isinstance(value, Span):
                self.step((value.end - value.start) // CHARACTERS_OF_STEP)
            elif whole and not isinstance(value, type | Source):
                own = getattr(type(value), "__dataclass_fields__", {})
                self.step(len(own))
                waiting += [getattr(value, name) for name, field in own.items() if field.compare]

    def _concat(self, parts: Iterable[str]) -> str:
        """What a template, a macro or a block prints, as one text."""
        out, size = [], 0
        for part in parts:
            size += len(part)
            if size > MAX_OUTPUT:
                error = TooMuch(f"the template prints more than {MAX_OUTPUT >> 20} million characters")
                if isinstance(parts, Generator):
                    parts.throw(error)  # it comes out at the line of the template that is printing
                raise error
            out.append(part)
        self.step(size // CHARACTERS_OF_STEP)
        return "".join(out)

    def filter_of(self, function: Callable[..., Any], number: int) -> Callable[..., Any]:
        """A filter that counts what it takes and gives. Its value is argument `number`."""

        compares = function in [self.filters[name] for name in _COMPARING_FILTERS]
        adds = function is self.filters["sum"]

        def filtered(*arguments: Any, **named: Any) -> Any:
            value = arguments[number]
            for given in (*arguments[number + 1 :], *named.values()):
                if isinstance(given, int) and abs(given) > 10_000:
                    raise TooMuch("a filter is given a number above 10000")
                if adds and isinstance(given, Sized) and not isinstance(given, str):
                    raise TypeError("`sum` is for numbers")
                self.step(abs(given) // CHARACTERS_OF_STEP if isinstance(given, int) else 0)
                self.weigh(given, whole=compares)
            if isinstance(value, Sized):
                self.step(len(value))
            elif isinstance(value, Iterable):
                value = self.counted(value)
                value = list(value) if compares else value
                arguments = (*arguments[:number], value, *arguments[number + 1 :])
            if compares:
                self.weigh(value)
            result = function(*arguments, **named)
            self.weigh(result, whole=False)
            return result

        if hasattr(function, "jinja_pass_arg"):
            filtered.jinja_pass_arg = function.jinja_pass_arg  # type: ignore[attr-defined]
        return filtered

    def _test_of(self, function: Any) -> Callable[..., bool]:
        """A test that counts what it compares."""

        def tested(*arguments: Any) -> bool:
            for value in arguments:
                self.weigh(value)
            return bool(function(*arguments))

        return tested

    def joined(self, parts: Iterable[Markup], between: Markup) -> Markup:
        """What is written, one part after the other."""

        def counted() -> Iterator[Markup]:
            for at, part in enumerate(parts):
                for text in (between, part) if at else (part,):
                    self.step(len(text) // CHARACTERS_OF_STEP)
                    yield text

        return Markup("".join(counted()))

    def getattr(self, obj: Any, attribute: str) -> Any:
        """An attribute; a long text may be made just now."""
        found = super().getattr(obj, attribute)
        if isinstance(found, str | bytes) and len(found) > CHARACTERS_OF_STEP:
            self.spend(found)
        return found

    def getitem(self, obj: Any, argument: Any) -> Any:
        """An element, or an attribute; it is looked for, and told if it is not there."""
        self.weigh(argument)
        found = super().getitem(obj, argument)
        if isinstance(found, str | bytes) and len(found) > CHARACTERS_OF_STEP:
            self.spend(found)
        return found

    def compile(self, source: Any, name: Any = None, filename: Any = None, *rest: Any, **more: Any) -> Any:
        """Compile a template; what Python itself cannot take is an error in the template too."""
        try:
            return super().compile(source, name, filename, *rest, **more)
        except (RecursionError, SyntaxError, MemoryError):
            raise jinja2.TemplateSyntaxError("the template is nested too deep", 1, name, filename) from None

    # --- what may be touched ---

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Values can be looked at; no file or source of theirs can be reached, and none of their methods be called."""
        if not super().is_safe_attribute(obj, attr, value) or attr.startswith("_"):
            return False
        if isinstance(obj, type | Source):
            return False
        if isinstance(obj, _PLAIN):
            return attr not in _NO_METHODS
        if isinstance(obj, Span):
            return attr in ("line", "column", "text")
        module = type(obj).__module__
        if module.startswith("jinja2."):
            return True
        return (module.startswith("cvbuild.") or module == "types") and not callable(value)

    def is_safe_callable(self, obj: Any) -> bool:
        """Only methods of texts, numbers and lists, macros, and the functions that templates are given."""
        if any(obj is own or (isinstance(obj, MethodType) and obj == own) for own in self.own):
            return True
        if isinstance(obj, Undefined):
            return True  # which tells what is not there
        owner = getattr(obj, "__self__", None)
        if owner is not None and not isinstance(owner, type):
            return isinstance(owner, _PLAIN) or type(owner).__module__.startswith("jinja2.")
        return type(obj).__module__.startswith(("jinja2.", "cvbuild.words"))

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """A call, which is a step, or as many as it may take."""
        self, function = __self, __obj
        owner = getattr(function, "__self__", None)
        if owner is self and function.__name__ in _COUNTING:
            return function(*args)
        if not isinstance(function, Macro):
            for value in (*args, *kwargs.values()):
                self.weigh(value, whole=owner is not None and function not in self.functions)
        if isinstance(owner, _PLAIN):
            if isinstance(owner, Markup) and function.__name__ in _NO_METHODS_OF_WRITTEN:
                raise TypeError(f"`{function.__name__}` would join text outside the writer")
            if isinstance(owner, list | tuple):
                self.weigh(owner)
            cost = 1
            for value in (owner, *args, *kwargs.values()):
                size = abs(value) if isinstance(value, int) else len(value) if isinstance(value, Sized) else 1
                cost *= max(1, size)
                if isinstance(value, list | tuple):
                    cost += sum(len(item) for item in value if isinstance(item, str))
            if cost > MAX_TEXT:
                raise TooMuch("a text or a list is taken too often, or too long")
            self.step(1 + cost // CHARACTERS_OF_STEP)
        else:
            self.step()
        result = super().call(__context, __obj, *args, **kwargs)
        self.spend(result if function in self.functions else None)
        return result

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic, on numbers that stay small, and texts and lists that stay short."""
        sizes = [len(value) if isinstance(value, Sized) else None for value in (left, right)]
        if sizes != [None, None]:
            if isinstance(left, Markup) != isinstance(right, Markup) and operator == "+":
                raise TypeError("`+` would join text outside the writer; print the parts one after the other")
            if operator not in "+*" or isinstance(left, dict) or isinstance(right, dict):
                raise TypeError(f"`{operator}` is for numbers")
            first, second = (
                size if size is not None else abs(value) if isinstance(value, int) else 1
                for size, value in zip(sizes, (left, right), strict=True)
            )
            size = first + second if operator == "+" else first * second
            if size > MAX_TEXT:
                raise TooMuch(f"`{operator}` would make a text or a list of {size} parts")
            self.step(1 + size // CHARACTERS_OF_STEP)
        elif isinstance(left, int) and isinstance(right, int):
            bits = left.bit_length() * (abs(right) if operator == "**" else 1) + right.bit_length()
            if bits > MAX_BITS:
                raise TooMuch(f"`{operator}` would make a number of {bits} bits")
        return super().call_binop(context, operator, left, right)


class ProbingEnvironment(Environment):
    """An environment whose literals tell where they stand."""

    code_generator_class = ProbingCompiler
