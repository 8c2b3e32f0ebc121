"""The decorator `frozen`: a dataclass that is never changed, and that is quickly made.

`dataclass(frozen=True, slots=True)` writes and compiles six functions for each
class, which takes three quarters of a millisecond; cvbuild has a hundred such
classes, and a command lasts two hundred milliseconds. All of those functions but
`__init__` can be the same for all classes, and are here. That nobody assigns to a
field is seen by the type checker, for which it is a frozen dataclass, and not
at run time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
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
        made: type[Any] = dataclass(repr=False, eq=False, slots=True, kw_only=kw_only)(cls)
        shared = {"__repr__": _repr, **({"__eq__": _eq, "__hash__": _hash} if eq else {})}
        for name, function in shared.items():
            if name not in own:
                setattr(made, name, function)
        return made

    return decorate if cls is None else decorate(cls)


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
