"""docs/performance.md and its plot, from what was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median
from typing import Any

from tools.bench.figures import Ratio, fit, quartiles, ratio
from tools.bench.plot import plot

PEER, ENGINE, UNCHANGED, WATCH = 0.4, 2.0, 0.030, 1.3
"""What issue 3 asks for: parts of RenderCV's time, of the engine's, seconds over a bare Python, parts of the engine's."""
BIB = 1.0
"""What issue 4 asks for: seconds for 1000 entries of a .bib file."""
ALIKE = 0.95
"""The share of words that two PDFs must have in common, to be compared."""

_NAMES = {"cvbuild": "cvbuild", "engine": "engine alone", "rendercv": "RenderCV", "rendercv-texts": "RenderCV, texts"}

_VERDICTS = {True: "met", False: "**missed**", None: ""}


def page(found: Mapping[str, Any]) -> str:
    """The whole page."""
    parts: list[Callable[[Mapping[str, Any]], Iterable[str]]] = [
        _head, _targets, _starts, _cold, _growth, _databases, _watch, _breakdown, _system, _how,
    ]  # fmt: skip
    return "\n".join(line for part in parts for line in part(found)).rstrip() + "\n"


def picture(found: Mapping[str, Any]) -> str:
    """The plot of time against the number of publications, as SVG."""
    rows = found["growth"]
    lines = {
        label: [(row["works"], median(row["times"][name])) for row in rows]
        for name, label in _NAMES.items()
        if name in rows[0]["times"]
    }
    return plot(lines, "publications", "seconds")


# --- parts of the page ---


def _head(found: Mapping[str, Any]) -> Iterable[str]:
    about = found["about"]
    programs = [f"cvbuild {about['cvbuild']}", f"Python {about['python']}", f"hyperfine {about['hyperfine']}"]
    if about["rendercv"]:
        programs.insert(1, f"RenderCV {about['rendercv']}")
    yield from (
        "# Performance",
        "",
        "This page is made by `make bench`; do not edit it.",
        "",
        f"Measured on {about['date']}, on {about['cores']} cores of a machine: {about['processor']}, "
        f"{about['memory'] / 1024**3:.0f} GB of memory, {about['system']}. {', '.join(programs)}.",
    )
    yield from (
        "Times are medians in milliseconds, of "
        f"{about['rounds']} rounds (fewer for 1000 publications and more). Behind a ratio stand the quartiles of the "
        "rounds' own ratios. Absolute times vary between machines and days; ratios hardly do.",
        "",
    )
    if about["why"]:
        yield from (f"RenderCV was not measured: {about['why']}.", "")


def _targets(found: Mapping[str, Any]) -> Iterable[str]:
    """Each target, with the worst figure that counts for it."""
    rows = [*found["examples"], *(row for row in found["growth"] if row["works"] == 100)]
    large = [row for row in found["growth"] if row["works"] == 1000]
    table: list[tuple[str, str, str, bool | None]] = []

    def worst(what: str, rows: Sequence[Mapping[str, Any]], name: str, other: str, target: float | None) -> None:
        ratios = [
            (ratio(row["times"][name], row["times"][other]).of_medians, row["name"])
            for row in rows
            if other in row["times"]
        ]
        if ratios:
            value, where = max(ratios)
            met = None if target is None else value <= target
            table.append((what, "–" if target is None else f"≤ {target:g}", f"{value:.2f} ({where})", met))

    worst("cold render of the examples and of 100 publications, to RenderCV", rows, "cvbuild", "rendercv", PEER)
    worst("the same, to the engine alone", rows, "cvbuild", "engine", ENGINE)
    worst("1000 publications, to RenderCV", large, "cvbuild", "rendercv", PEER)
    worst("the same, to RenderCV with its publications as texts", large, "cvbuild", "rendercv-texts", None)
    over = median(_over(found["unchanged"]))
    table.append(
        (
            "nothing changed, over a bare Python",
            f"≤ {UNCHANGED * 1000:.0f} ms",
            f"{over * 1000:.0f} ms",
            over <= UNCHANGED,
        )
    )
    for row in found["databases"]:
        if row["works"] == 1000:
            seconds = median(row["times"]["bib"])
            table.append(
                (
                    "1000 entries of a .bib file checked, from start to end",
                    f"≤ {BIB:g} s",
                    f"{seconds:.2f} s",
                    seconds <= BIB,
                )
            )
    if not isinstance(found["watch"], str):
        worst("after an edit in `watch`, to the engine alone", found["watch"], "watch", "engine", WATCH)
    alike = [(row["agreement"]["rendercv"], row["name"]) for row in rows + large if "rendercv" in row["agreement"]]
    if alike:
        value, where = min(alike)
        table.append(
            ("words that both PDFs have, at least", f"≥ {ALIKE:.0%}", f"{value:.1%} ({where})", value >= ALIKE)
        )
    yield from _table(
        ["", "target", "measured, the worst", ""],
        [[what, target, value, _VERDICTS[met]] for what, target, value, met in table],
    )
    if isinstance(found["watch"], str):
        yield from (f"`watch` was not measured: {found['watch']}.", "")


def _starts(found: Mapping[str, Any]) -> Iterable[str]:
    starts, unchanged = found["starts"], found["unchanged"]
    yield from ("## Starting, and nothing to do", "")
    rows = [
        [f"`{name}`" if name != "true" else "`true` (what starting a program costs here)", _ms(times)]
        for name, times in starts.items()
    ]
    rows.append(["`python -c pass`, in turn with the next", _ms(unchanged["python -c pass"])])
    rows.append(["`cvbuild render`, nothing changed", _ms(unchanged["unchanged"])])
    yield from _table(["", "ms"], rows)
    low, middle, high = (1000 * value for value in quartiles(_over(unchanged)))
    yield from (
        f"Nothing changed costs {middle:.0f} ms ({low:.0f} to {high:.0f}) more than a Python that does nothing.",
        "",
    )


def _cold(found: Mapping[str, Any]) -> Iterable[str]:
    rows = [*found["examples"], *(row for row in found["growth"] if row["works"] in (100, 1000))]
    yield from ("## A cold render", "")
    yield from _table(
        ["", "pages", "cvbuild", "engine alone", "ratio", "RenderCV", "its pages", "ratio", "words in common"],
        [
            [
                row["name"],
                row["pages"]["cvbuild"],
                _ms(row["times"]["cvbuild"]),
                _ms(row["times"]["engine"]),
                _ratio(row, "cvbuild", "engine"),
                _ms(row["times"].get("rendercv")),
                row["pages"].get("rendercv", "–"),
                _ratio(row, "cvbuild", "rendercv"),
                _percent(row["agreement"].get("rendercv")),
            ]
            for row in rows
        ],
    )


def _growth(found: Mapping[str, Any]) -> Iterable[str]:
    rows = found["growth"]
    yield from (
        "## From 10 to 5000 publications",
        "",
        "![Time against the number of publications](performance.svg)",
        "",
    )
    table = []
    before: Mapping[str, Any] | None = None
    for row in rows:
        more = "–"
        if before is not None:
            cost = (median(row["times"]["cvbuild"]) - median(before["times"]["cvbuild"])) / (
                row["works"] - before["works"]
            )
            more = f"{cost * 1000:.2f}"
        before = row
        table.append(
            [
                row["works"], row["pages"]["cvbuild"], _ms(row["times"]["cvbuild"]), more, _ms(row["times"]["engine"]),
                _ms(row["times"].get("rendercv")), _ratio(row, "cvbuild", "rendercv"),
                _ms(row["times"].get("rendercv-texts")), _ratio(row, "cvbuild", "rendercv-texts"),
            ]
        )  # fmt: skip
    yield from _table(
        ["publications", "pages", "cvbuild", "ms for each more", "engine alone", "RenderCV", "ratio",
         "RenderCV, texts", "ratio"],
        table,
    )  # fmt: skip
    if len(rows) > 2:
        line = fit([(row["works"], median(row["times"]["cvbuild"])) for row in rows])
        yield from (
            f"The straight line through these times of cvbuild is {line.base * 1000:.0f} ms + {line.slope * 1000:.2f} ms "
            f"for each publication; it explains {1 - line.unexplained:.2%} of their variance. "
            f"{rows[-1]['works']} publications take {_times(rows, 'cvbuild'):.1f} times as long as {rows[-2]['works']}"
            + (f" (RenderCV: {_times(rows, 'rendercv'):.1f})." if "rendercv" in rows[-1]["times"] else "."),
            "",
        )
    yield from ("The most memory that each process had at a time, in MB:", "")
    yield from _table(
        ["publications", "cvbuild's Python", "cvbuild's engine", "RenderCV"],
        [[row["works"], *(_mb(row["memory"].get(name)) for name in ("cvbuild", "engine", "rendercv"))] for row in rows],
    )


def _databases(found: Mapping[str, Any]) -> Iterable[str]:
    yield from (
        "## Works in a .bib file",
        "",
        "`cvbuild validate` of the same works in YAML and in a .bib file, whole processes:",
        "",
    )
    yield from _table(
        ["works", "in YAML, ms", "in a .bib file, ms", "ratio"],
        [
            [row["works"], _ms(row["times"]["yaml"]), _ms(row["times"]["bib"]), _ratio(row, "bib", "yaml")]
            for row in found["databases"]
        ],
    )


def _watch(found: Mapping[str, Any]) -> Iterable[str]:
    if isinstance(found["watch"], str):
        return
    yield from (
        "## After an edit, in `watch`",
        "",
        "From the moment the file is saved until the new PDF is in its place.",
        "",
    )
    yield from _table(
        ["", "after an edit", "engine alone", "ratio", "cold render"],
        [
            [
                row["name"],
                _ms(row["times"]["watch"]),
                _ms(row["times"]["engine"]),
                _ratio(row, "watch", "engine"),
                _ms(row["times"]["cvbuild"]),
            ]
            for row in found["watch"]
        ],
    )


def _breakdown(found: Mapping[str, Any]) -> Iterable[str]:
    rows = found["stages"]
    yield from ("## Where the time goes", "", "One cold render, in ms, measured inside the process:", "")
    names = [name for name in rows[0]["stages"] if name not in ("in all", "memory")]
    yield from _table(
        ["", *(row["name"] for row in rows)],
        [[name, *(f"{row['stages'].get(name, 0) * 1000:.0f}" for row in rows)] for name in [*names, "in all"]],
    )
    packages = sorted(rows[0]["imports"].items(), key=lambda item: -item[1])
    yield from (
        "What is imported for the first of them, by `-X importtime`, which itself slows it down: "
        + ", ".join(f"{name} {seconds * 1000:.0f}" for name, seconds in packages)
        + ".",
        "",
        "The engine alone, in ms, stopped on its way:",
        "",
    )
    ways = {
        "start": "starts, reads the format, and ends",
        "blank": "… and typesets a blank page",
        "pages": "… typesets all pages, but writes no PDF",
        "pdf": "… writes the PDF",
    }
    engine = found["engine stages"]
    yield from _table(
        ["", *(row["name"] for row in engine)],
        [[what, *(_ms(row["times"][name]) for row in engine)] for name, what in ways.items()],
    )


def _system(found: Mapping[str, Any]) -> Iterable[str]:
    system = found["system engines"]
    if len(system["times"]) > 1:
        yield from ("## Other engines", "", f"`cvbuild render --engine …` of {system['name']}:", "")
        yield from _table(["", "ms"], [[name, _ms(times)] for name, times in system["times"].items()])
    if system["skipped"]:
        reasons = "; ".join(f"{name}: {why}" for name, why in system["skipped"].items())
        yield from (f"Not measured: {reasons}.", "")


def _how(found: Mapping[str, Any]) -> Iterable[str]:
    yield """\
## How it is measured

```
make bench                                   # everything, then this page is written
make bench BENCH="--quick"                   # few rounds, up to 1000 publications, nothing is written
make bench BENCH="--python /usr/bin/python3.13 --write docs/performance.md"
```

**In turn.** hyperfine starts each command once in each round, without a shell, and the next round begins with another
command. The figures are medians over rounds. Nothing else should run meanwhile.

**cvbuild** is the wheel with the engine, installed into an environment of its own; **RenderCV** is
`rendercv[full]==2.8` from `tools/bench/rendercv.lock` in another one. Both run on the same Python, with their modules
compiled, a home and a cache that nobody else uses, and nothing in the environment that changes how Python runs.
RenderCV is asked for the PDF alone (`--dont-generate-markdown --dont-generate-html --dont-generate-png --quiet`), and
has been told that there is no newer version, so that it does not look for one. Everything has run before, so files
are in memory: “cold” means a new process, and a CV that is typeset although nothing changed.

**The same content.** `tools/bench/peer.py` writes what cvbuild is about to print as RenderCV's YAML: the same sections,
entries, publications, links and words. The words of both PDFs are compared. The looks differ: each has its own default
theme, and RenderCV's pages hold more or less. Publications are written as RenderCV's own kind of entry for them. The
columns “texts” show what it takes if each is a text in Markdown, made ready by somebody else: that is less work for
RenderCV, which then knows nothing of authors, titles and venues. No target speaks of it.

**The engine alone** is the very command that cvbuild runs, on the file that it writes, with the preloaded format.

**`watch`** is a running `cvbuild watch`, left alone for a second before each edit; the PDF is looked at every half
millisecond.

**RenderCV's icons.** Its first run fetches the typst package `fontawesome` 0.6.0, and later ones need it. The bench
takes it from the user's cache (`~/.cache/typst/packages/preview/fontawesome/0.6.0`), or says where to put it, and
leaves RenderCV out until it is there.
"""


# --- cells ---


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterable[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "|".join("---" if i == 0 else "---:" for i in range(len(head))) + "|"
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"
    yield ""


def _over(unchanged: Mapping[str, Sequence[float]]) -> list[float]:
    """What each round took more than a bare Python, in seconds."""
    return [ours - bare for ours, bare in zip(unchanged["unchanged"], unchanged["python -c pass"], strict=True)]


def _times(rows: Sequence[Mapping[str, Any]], name: str) -> float:
    """How much longer the last of the rows takes than the one before it."""
    return float(median(rows[-1]["times"][name]) / median(rows[-2]["times"][name]))


def _ms(times: Sequence[float] | None) -> str:
    if not times:
        return "–"
    milliseconds = median(times) * 1000
    return f"{milliseconds:.{0 if milliseconds >= 10 else 1}f}"


def _mb(size: int | None) -> str:
    return f"{size / 1e6:.0f}" if size else "–"


def _percent(part: float | None) -> str:
    return f"{part:.1%}" if part is not None else "–"


def _ratio(row: Mapping[str, Any], name: str, other: str) -> str:
    if other not in row["times"]:
        return "–"
    found: Ratio = ratio(row["times"][name], row["times"][other])
    return f"**{found.of_medians:.2f}** ({found.low:.2f}–{found.high:.2f})"
