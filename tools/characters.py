"""Is any character lost? What is typed in a CV is in its PDF, or a warning names it, at its line.

    python -m tools.characters [--engine NAME …] [--sample] [--write]

Tried are every character of Unicode, with and without the fonts for more scripts; the classes of hard ones; every pair
of printable ASCII characters in each place of a CV; and hard texts in every field of the model. Exits with 1 if
anything is lost. `--sample` takes all characters only for the first engine with the extra, and else one in twenty, and
every eighth row of pairs.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import get_args

from tests.characters import CLASSES, ENGINES, PLACES, Fate, fates, lost_pairs, rows
from tests.everyfield import HARD, lost_in_fields

from cvbuild.source import CONTROL
from tools.reliability import parser, table, write_section

_BATCH = 1500
_THEMES = ("noether", "turing")
# How many of those that are for private use, or of no use yet, are tried: one in so many.
_SELDOM = 97


def main() -> None:
    """Try what the command line says, print the tables, and write them if asked to."""
    command = parser((__doc__ or "").split("\n", 1)[0])
    command.add_argument("--engine", action="append", choices=ENGINES, help="only this engine; may be repeated")
    command.add_argument("--sample", action="store_true", help="only a sample for all but the first engine")
    options = command.parse_args()
    engines = tuple(options.engine or ENGINES)
    lost: list[str] = []
    tried = rows()[:: 8 if options.sample else 1]
    text = "\n".join(
        [
            "Every character that Unicode 14 assigns, and one in 97 of the others, in text:\n",
            _sweeps(engines, options.sample, lost),
            "\nHard ones by class (`p` as written, or as Unicode's equivalent, `t` told, `-` without ink):\n",
            _classes(engines, lost),
            f"\n{sum(len(row.split()) - 2 for row in tried):,} of the 8,836 pairs of printable ASCII characters, in both themes; those not read back exactly:\n",
            _pairs(engines, tried),
            "\nHard texts in each field of the model that is printed, up to the LaTeX that all engines get:\n",
            _fields(lost),
        ]
    )
    print(text)
    if options.write:
        write_section("characters", text)
    if lost:
        sys.exit("lost: " + "; ".join(lost[:50]))


def _progress(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def characters(step: int) -> list[str]:
    """The characters to try: all but those that no file may hold."""
    found = []
    for code in range(0x110000):
        character = chr(code)
        every = _SELDOM if unicodedata.category(character) in ("Cn", "Co", "Cs") and code & 0xFFFE != 0xFFFE else 1
        if code % (every * step) == 0 and not CONTROL.match(character):
            found.append(character)
    return found


@contextmanager
def _scripts(installed: bool) -> Iterator[None]:
    """Without the fonts for more scripts, even if they are installed."""
    if not installed:
        os.environ["CVBUILD_SCRIPTS_DIR"] = "/nonexistent"
    try:
        yield
    finally:
        os.environ.pop("CVBUILD_SCRIPTS_DIR", None)


def _typed(character: str) -> str:
    return "\\" + character if character < "\x7f" and not character.isalnum() and not character.isspace() else character


def _sweeps(engines: tuple[str, ...], sample: bool, lost: list[str]) -> str:
    out: list[tuple[object, ...]] = []
    for engine in engines:
        for installed in (True, False) if engine != "pdflatex" else (False,):
            every = characters(20 if sample and out else 1)
            counts: Counter[Fate] = Counter()
            with _scripts(installed):
                for at in range(0, len(every), _BATCH):
                    _progress(f"{engine} {'with' if installed else 'without'} --scripts: U+{ord(every[at]):04X}")
                    batch = every[at : at + _BATCH]
                    for found in fates([_typed(character) for character in batch], engine, around="o"):
                        counts.update(found.values())
                        lost += [f"{engine} U+{ord(c):04X}" for c, fate in found.items() if fate == "lost"]
            out.append((engine, "yes" if installed else "no", len(every), *(counts[fate] for fate in get_args(Fate))))
    return table(("engine", "`--scripts`", "tried", *get_args(Fate)), out)


def _classes(engines: tuple[str, ...], lost: list[str]) -> str:
    columns: list[list[str]] = []
    heads = []
    for engine in engines:
        for installed in (True, False) if engine == "tectonic" else (True,) if engine != "pdflatex" else (False,):
            with _scripts(installed):
                found = fates(list(CLASSES.values()), engine)
            heads.append(engine + (" without" if engine == "tectonic" and not installed else ""))
            columns.append([_summary(each) for each in found])
            for name, each in zip(CLASSES, found, strict=True):
                lost += [f"{engine} {name} U+{ord(c):04X}" for c, fate in each.items() if fate == "lost"]
    lines = [(name, *(column[n] for column in columns)) for n, name in enumerate(CLASSES)]
    return table(("class", *heads), list(lines))


def _summary(found: dict[str, Fate]) -> str:
    counts = Counter(found.values())
    shown = {
        "p": counts["as written"] + counts["as its equivalent"],
        "t": counts["told"],
        "-": counts["no ink"],
        "LOST": counts["lost"],
    }
    return " ".join(f"{number} {letter}" for letter, number in shown.items() if number)


def _pairs(engines: tuple[str, ...], tried: list[str]) -> str:
    out: list[tuple[object, ...]] = []
    for place in PLACES:
        cells = []
        for engine in engines:
            found: set[str] = set()
            for theme in _THEMES:
                _progress(f"pairs: {place}, {engine}, {theme}")
                found.update(lost_pairs(place, tried, engine, theme))
            cells.append(" ".join(f"`{pair}`" for pair in sorted(found)) or "0")
        out.append((place, *cells))
    return table(("place", *engines), out)


def _fields(lost: list[str]) -> str:
    out: list[tuple[object, ...]] = []
    for kind in HARD:
        _progress(f"fields: {kind}")
        tried, refused, missing = lost_in_fields(kind)
        lost += missing
        out.append((kind, tried, refused, len(missing)))
    return table(("text", "fields", "told to be no value of the field", "lost"), out)


if __name__ == "__main__":
    main()
