"""Values: what `frozen` makes behaves as what `dataclass(frozen=True)` would."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from dataclasses import dataclass, field, replace

import pytest

import cvbuild.job  # noqa: F401  (loads every class that a render needs)
from cvbuild import model, outline, text
from cvbuild.frozen import frozen, write_init


@frozen
class Point:
    """Two numbers, and a remark that does not count."""

    x: int
    y: int = 2
    names: list[str] = field(default_factory=list)
    remark: str = field(default="none", compare=False, repr=False)


@frozen(kw_only=True)
class Named(Point):
    """With a sum that is worked out, and a name that must be given."""

    name: str
    total: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "total", self.x + self.y)


def test_a_value() -> None:
    point = Point(1)
    assert (point.x, point.y, point.names, point.remark) == (1, 2, [], "none")
    assert Point(1).names is not Point(1).names
    assert repr(point) == "Point(x=1, y=2, names=[])"
    assert point == Point(1, remark="another")
    assert point != Point(2)
    assert point != object()
    assert replace(point, y=5) == Point(1, 5)
    assert copy.deepcopy(point) == pickle.loads(pickle.dumps(point)) == point
    assert not hasattr(point, "__dict__")
    match point:
        case Point(x, y):
            assert (x, y) == (1, 2)


def test_no_signature_is_looked_for() -> None:
    """`dataclass` writes a docstring where there is none, and tokenizes a signature for it: 1.5 ms at every start."""

    @frozen
    class Bare:
        x: int

    assert Bare.__doc__ == "Bare"


def test_inheritance_keywords_and_what_is_worked_out() -> None:
    named = Named(1, 3, name="n")
    assert (named.total, named.name) == (4, "n")
    assert named != Point(1, 3)
    with pytest.raises(TypeError):
        Named(1, 3)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Named(1, 3, [], "", "n")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Point()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Point(1, z=1)  # type: ignore[call-arg]


def test_equal_values_have_equal_hashes() -> None:
    first, second = text.Link(text.Url("https://a.example"), (text.Str("a"),)), text.Str("a")
    assert hash(first) == hash(copy.deepcopy(first))
    assert len({first, copy.deepcopy(first), second, text.Str("a"), text.Break(), text.Break()}) == 3


def everything_frozen() -> list[type]:
    """The classes of the rooms that have most of them."""
    found = {value for room in (model, outline, text) for value in vars(room).values() if isinstance(value, type)}
    return sorted((c for c in found if dataclasses.is_dataclass(c)), key=lambda c: c.__qualname__)


@pytest.mark.parametrize("cls", [Point, Named, *everything_frozen()], ids=lambda c: c.__qualname__)
def test_objects_are_made_as_a_dataclass_would(cls: type) -> None:
    """Its own `__init__`, written by the standard library, has the same parameters with the same defaults."""
    spec = [
        (f.name, object, field(**{
            "init": f.init, "kw_only": f.kw_only,
            **({"default": f.default} if f.default is not dataclasses.MISSING else {}),
            **({"default_factory": f.default_factory} if f.default_factory is not dataclasses.MISSING else {}),
        }))
        for f in dataclasses.fields(cls)
    ]  # fmt: skip
    theirs = inspect.signature(dataclasses.make_dataclass("Theirs", spec)).parameters
    ours = dict(list(inspect.signature(write_init(cls)).parameters.items())[1:])
    assert list(ours) == list(theirs)
    for name, parameter in theirs.items():
        assert ours[name].kind == parameter.kind
        assert (ours[name].default is inspect.Parameter.empty) == (parameter.default is inspect.Parameter.empty)
    given = {name: object() for name, parameter in theirs.items() if parameter.default is inspect.Parameter.empty}
    if not hasattr(cls, "__post_init__"):
        made = cls(**given)
        assert {name: getattr(made, name) for name in given} == given


def test_a_dataclass_of_the_standard_library_agrees() -> None:
    """A last check against what is imitated, on a class that both have made."""

    @dataclass(frozen=True, slots=True)
    class Theirs:
        a: int
        b: str = "b"

    @frozen
    class Ours:
        """The same."""

        a: int
        b: str = "b"

    assert repr(Theirs(1)).rpartition(".")[2] == repr(Ours(1)).rpartition(".")[2].replace("Ours", "Theirs")
    assert dataclasses.asdict(Theirs(1)) == dataclasses.asdict(Ours(1))
