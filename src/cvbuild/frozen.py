"""The decorator `frozen`: a dataclass that is never changed, and that is quickly made.

`dataclass(frozen=True, slots=True)` writes and compiles six functions for each
class. cvbuild has a hundred such classes, and that is time at the start of every
command. Here `__repr__`, `__eq__` and `__hash__` are the same for all classes,
and `__init__` is written when the first object is made, for most commands need only
some of the classes. The two that forbid assignment are left out: that nobody assigns
to a field is seen by the type checker, for which it is a frozen dataclass, and not
at run time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

_Class = TypeVar("_Class", bound=type)
_compared: dict[type, Callable[[Any], Any]] = {}


@overload
def frozen(cls: _Class, /) -> _Class: ...
@overload
def frozen(*, kw_only: bool = False, eq: bool = True) -> Callable[[_Class], _Class]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type | None = None, /, *, kw_only: bool = False, eq: bool = True) -> Any:
    """Make a class of values: its fields are annotated as for a dataclass, given at its birth, and stay.

    Two values are equal if they have the same class and the same fields, and then have the same hash; with
    `eq=False`, only if they are one object. A field made with ``field(compare=False)`` does not count.
    """

    def decorate(cls: type[Any]) -> type[Any]:
        own = cls.__dict__.keys()
        if not cls.__doc__:  # or `dataclass` would write one, from a signature that takes it a millisecond to find
            cls.__doc__ = cls.__name__
        made: type[Any] = dataclass(init=False, repr=False, eq=False, slots=True, kw_only=kw_only)(cls)
        shared = {"__init__": _first(made), "__repr__": _repr, **({"__eq__": _eq, "__hash__": _hash} if eq else {})}
        for name, function in shared.items():
            if name not in own:
                setattr(made, name, function)
        return made

    return decorate if cls is None else decorate(cls)


def _first(cls: type[Any]) -> Callable[..., None]:
    """The `__init__` of a class of which there are no objects yet."""

    def __init__(this: Any, /, *given: Any, **named: Any) -> None:
        cls.__init__ = write_init(cls)
        cls.__init__(this, *given, **named)

    return __init__


def write_init(cls: type[Any]) -> Callable[..., None]:
    """The `__init__` that `dataclass` would write for the fields of `cls`."""
    scope: dict[str, Any] = {"absent": MISSING}
    heads: dict[bool, list[str]] = {False: [], True: []}  # of the parameters: by position, by keyword only
    lines = []
    for f in fields(cls):
        value = f.name
        if f.default_factory is not MISSING:
            scope[f"make_{f.name}"] = f.default_factory
            value = f"make_{f.name}()" + (f" if {f.name} is absent else {f.name}" if f.init else "")
        elif f.default is not MISSING:
            scope[f"default_{f.name}"] = f.default
            value = f.name if f.init else f"default_{f.name}"
        if f.init:
            default = "absent" if f.default_factory is not MISSING else f"default_{f.name}"
            heads[bool(f.kw_only)].append(f.name if default not in scope else f"{f.name}={default}")
        if f.init or value != f.name:
            lines.append(f" this.{f.name} = {value}")
    if hasattr(cls, "__post_init__"):
        lines.append(" this.__post_init__()")
    head = ", ".join(["this", *heads[False], *(["*", *heads[True]] if heads[True] else [])])
    exec(f"def __init__({head}):\n" + ("\n".join(lines) or " pass"), scope)
    written: Callable[..., None] = scope["__init__"]
    return written


def _fields_of(this: Any) -> Any:
    """What `this` is compared by."""
    get = _compared.get(this.__class__)
    if get is None:
        names = [f.name for f in fields(this) if f.compare]
        get = _compared[this.__class__] = attrgetter(*names) if names else lambda _: ()
    return get(this)


def _eq(this: Any, other: object) -> bool:
    if other.__class__ is not this.__class__:
        return NotImplemented  # type: ignore[no-any-return]
    return bool(_fields_of(this) == _fields_of(other))


def _hash(this: Any) -> int:
    return hash((this.__class__, _fields_of(this)))


def _repr(this: Any) -> str:
    shown = ", ".join(f"{f.name}={getattr(this, f.name)!r}" for f in fields(this) if f.repr)
    return f"{this.__class__.__qualname__}({shown})"
