"""``python -m tools.bench``: measure, print the page, and write it if that is wanted."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

from tools.bench.measuring import SIZES, Bench
from tools.bench.page import page, picture
from tools.bench.places import ROOT, set_up
from tools.bench.timing import Failed


def main() -> int:
    """The exit status: 0, or 1 if something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="how often the commands take turns (default: 15)")
    parser.add_argument("--quick", action="store_true", help="3 rounds, and no more than 1000 publications")
    parser.add_argument("--python", help="the Python for cvbuild and RenderCV, 3.12 or later")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench", help="where everything is put")
    parser.add_argument("--write", type=Path, metavar="FILE.md", help="write the page there, and its plot beside it")
    parser.add_argument("--again", action="store_true", help="measure nothing: take the figures of the last run")
    given = parser.parse_args()
    figures = given.folder.absolute() / "figures.json"
    if given.again:
        found = json.loads(figures.read_bytes())
    else:
        if shutil.which("hyperfine") is None:
            _say("hyperfine is not installed (apt-get install hyperfine)")
            return 1
        if os.getloadavg()[0] > 0.5:
            _say(f"the machine is busy (load {os.getloadavg()[0]:.1f}): absolute times will be wrong")
        try:
            places = set_up(given.folder.absolute(), given.python, _say)
            if places.why:
                _say(places.why)
            rounds, sizes = (3, [n for n in SIZES if n <= 1000]) if given.quick else (given.rounds, SIZES)
            found = Bench(places, rounds, sizes, _say).everything()
        except Failed as error:
            _say(str(error))
            return 1
        figures.write_text(json.dumps(found, indent=1), encoding="utf-8")
    text = page(found)
    print(text)
    if given.write:
        given.write.write_text(text, encoding="utf-8")
        given.write.with_suffix(".svg").write_text(picture(found), encoding="utf-8")
    return 0


def _say(words: str) -> None:
    print(f"bench: {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
