"""Examples of mistakes: CVs in which each is made, and the same CVs cured.

The example of a code is ``cases/CVnnn.yaml``. Comments at its end are for us, and are not shown::

    #= 2:15 CV105                  all that is reported, and where (the tests see to it)
    #+ 2 headline: "Lab #3"        the cure: what stands in place of line 2
    #- 3                           the cure: line 3 goes away
"""

from __future__ import annotations

import re
from pathlib import Path

from cvbuild.dates import Day
from cvbuild.diagnostics import Code, Diagnostic, Sink
from cvbuild.files import Files
from cvbuild.frozen import frozen
from cvbuild.pipeline import check
from cvbuild.source import Source

CASES = Path(__file__).parent / "cases"
# Lint compares with today; what an example shows shall not change with the years.
_TODAY: Day = (2026, 11, 21)
_OURS = re.compile(r"^#([=+-]) (.*)\n", re.MULTILINE)


@frozen
class Example:
    """A CV with a mistake. `cure` are the lines that cure it, each with its number then; `cured` is the CV with them."""

    code: Code
    text: str
    expected: tuple[str, ...]
    cure: tuple[tuple[int, str], ...]
    cured: str | None

    def findings(self) -> list[Diagnostic]:
        """All that cvbuild finds in it."""
        return look(self.text, lint=_is_lint(self.code))

    def findings_when_cured(self) -> list[Diagnostic]:
        """All that cvbuild finds in it after the cure."""
        return look(self.cured, lint=_is_lint(self.code)) if self.cured is not None else []


def example_of(code: Code) -> Example | None:
    """The example of a code; None for codes that no text can bring about."""
    path, files = CASES / f"{code.number}.yaml", Files()
    if not files.has(path):
        return None
    whole = files.text(path)
    ours: dict[str, list[str]] = {"=": [], "+": [], "-": []}
    for found in _OURS.finditer(whole):
        ours[found[1]].append(found[2])
    text = _OURS.sub("", whole)
    gone = {int(at) for at in ours["-"]}
    new: dict[int, list[str]] = {}
    for addition in ours["+"]:
        at, _, line = addition.partition(" ")
        new.setdefault(int(at), []).append(line)
    cured: list[str] = []
    cure: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        for added in new.get(number, () if number in gone else (line,)):
            cured.append(added)
            if number in new and added != line:
                cure.append((len(cured), added))
    whole_cure = "".join(line + "\n" for line in cured) if new or gone else None
    return Example(code, text, tuple(ours["="]), tuple(cure), whole_cure)


def look(text: str, *, lint: bool) -> list[Diagnostic]:
    """What cvbuild finds in a CV, in the order of places."""
    sink, files = Sink(), Files()
    checked = check(Source("me.yaml", text, CASES, raw_latex=False), files, sink)
    if checked is not None and lint:
        from cvbuild.lint import lint as remark

        remark(checked.document, checked.database, checked.outline, _TODAY, sink)
    return list(sink.sorted())


def _is_lint(code: Code) -> bool:
    return code.number.startswith("CV7")
