"""Which files an output is made of, as `make` and Ninja read it: a rule without a recipe, as compilers write it.

The form is that of GCC's `-MD -MP` (libcpp/mkdeps.cc). Each input is also a target without a recipe, so that one that
is gone makes the output old, and is no error. What `make` cannot be told is left out: a file whose name has a line
end, `;` or `=`, or ends in a backslash; and one that would count if it were there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from cvbuild.files import ABSENT, DAY, shown

_UNKNOWN = re.compile(r"[\n\r;=]|\\\Z")
_SPECIAL = re.compile(r"(\\*)([ \t#:])")


def depfile(targets: Iterable[Path], inputs: Mapping[str, str], cv: Path | None) -> str:
    """The rule for `targets`; `inputs` are as in `Files.states`. The CV itself, if it is a file, must be there."""
    read = sorted(path for path, then in inputs.items() if then != ABSENT and path != DAY)
    main = str(cv.absolute()) if cv is not None else None
    first = [str(cv)] if cv is not None else []
    others = [shown(path) for path in read if path != main]
    made = [name for name in map(_escaped, map(str, targets)) if name]
    needed = [name for name in map(_escaped, [*first, *others]) if name]
    rule = " \\\n  ".join([" ".join(made) + ":", *needed]) + "\n"
    return rule + "".join(f"{name}:\n" for name in map(_escaped, others) if name)


def can_be_named(path: Path | str) -> bool:
    """Whether `make` has a way to write this name."""
    return _UNKNOWN.search(str(path)) is None


def _escaped(name: str) -> str:
    r"""A name as `make` reads it; "" if it cannot.

    Backslashes count only before a sign that has a meaning; there each is written twice.
    """
    if not can_be_named(name):
        return ""
    return _SPECIAL.sub(lambda found: found[1] * 2 + "\\" + found[2], name.replace("$", "$$"))
