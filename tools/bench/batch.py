"""``python -m tools.bench.batch``: 20 CVs, done one after another, by threads, and by processes.

Each way is a Python of its own, and they take turns; what counts are the ratios. Why `cvbuild.batch` has processes.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from statistics import median

from cvbuild import batch
from cvbuild.engine import Typesetter
from cvbuild.files import Files
from cvbuild.job import Job, make
from tools.bench.inputs import make_cv
from tools.bench.places import ROOT

WAYS = ("one after another", "threads", "processes (fork)", "processes (spawn)", "one command each")
SIZES = (1, 5, 20, 100)
"""Publications of the CVs."""


def main() -> int:
    """Measure, and print a table of Markdown; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.batch", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cvs", type=int, default=20)
    parser.add_argument("-j", type=int, default=2)
    parser.add_argument("--way", choices=WAYS, help="do it once, in this way, in the current folder")
    given = parser.parse_args()
    if given.way is not None:
        return once(given.way, sorted(Path.cwd().glob("*.yaml")), given.j)
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(given.cvs):
            Path(scratch, f"cv{number:03}.yaml").write_text(make_cv(SIZES[number % len(SIZES)]), encoding="utf-8")
        times: dict[str, list[float]] = {way: [] for way in WAYS}
        for _ in range(given.rounds):
            for way in WAYS:
                begin = time.monotonic()
                command = [sys.executable, "-m", "tools.bench.batch", "-j", str(given.j), "--way", way]
                subprocess.run(command, cwd=scratch, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
                times[way].append(time.monotonic() - begin)
    print(f"| {given.cvs} CVs, {given.j} at once | seconds | of one after another |\n|---|--:|--:|")
    for way, found in times.items():
        share = median(a / b for a, b in zip(found, times[WAYS[0]], strict=True))
        print(f"| {way} | {median(found):.2f} | {share:.2f} |")
    return 0


def render(path: Path) -> bool:
    """One CV; whether there is a PDF."""
    with Typesetter() as typesetter:
        return bool(make(Job(cv=path, targets={"pdf": path.with_suffix(".pdf")}), typesetter, Files()).outputs)


def once(way: str, paths: list[Path], count: int) -> int:
    """All CVs, in one way; the exit status."""
    if way == "one command each":
        for path in paths:
            subprocess.run([sys.executable, "-m", "cvbuild", "render", path, "--force", "-q"], check=True)
        return 0
    if way == "one after another":
        done = [render(path) for path in paths]
    elif way == "threads":
        with ThreadPoolExecutor(count) as pool:
            done = list(pool.map(render, paths))
    else:
        setattr(batch, "_START", "fork" if "fork" in way else "spawn")  # noqa: B010  it is final, but for this
        with closing(batch.in_processes(render, paths, count)) as coming:
            done = [bool(one) for _, one in coming]
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
