"""`python -m tools.fuzz`: random inputs to all that reads; findings become files in build/fuzz/.

The same seed, number of inputs and code give the same inputs. Two workers share the work, or as many as there are cores.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType
from typing import NoReturn

from tools.fuzz.changing import change
from tools.fuzz.judging import Wrong
from tools.fuzz.reach import Reach
from tools.fuzz.targets import ROOT, TARGETS, Target
from tools.reliability import parser, table, write_section

FOUND = ROOT / "build" / "fuzz"
SLOW = 5.0
"""Seconds of processor time that no input may take."""
MEMORY = 3 * 1024**3
TRACED = 6  # one of so many inputs is looked at for new lines, for that takes as long again


class Hang(BaseException):
    """An input takes too long. Not an Exception, so that nothing on the way catches it."""


@dataclass
class Counted:
    """What came of the inputs of one target."""

    inputs: int = 0
    kept: int = 0
    slowest: float = 0.0
    slow: bytes = b""
    found: dict[str, bytes] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)

    def add(self, other: Counted) -> None:
        """What another worker counted."""
        self.inputs += other.inputs
        self.kept += other.kept
        if other.slowest > self.slowest:
            self.slowest, self.slow = other.slowest, other.slow
        for name, data in other.found.items():
            if name not in self.found or len(data) < len(self.found[name]):
                self.found[name] = data
        self.times += other.times


def main() -> int:
    """Run, and tell; the exit status is 1 if anything was found."""
    asked = parser(__doc__ or "")
    asked.add_argument("--inputs", type=int, default=20_000, help="how many, of all targets together")
    asked.add_argument(
        "--seconds",
        type=float,
        default=float("inf"),
        help="stop after so long, if that is earlier; each target has its share of it",
    )
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--targets", default=",".join(t.name for t in TARGETS), help="names, with commas between")
    asked.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked.add_argument("files", nargs="*", type=Path, help="run these alone: files of build/fuzz/ or tests/fuzz/")
    options = asked.parse_args()
    if options.files:
        for path in options.files:
            next(t for t in TARGETS if path.name.startswith(f"{t.name}-")).run(path.read_bytes())
        return 0
    targets = [t for t in TARGETS if t.name in options.targets.split(",")]
    with multiprocessing.Pool(options.jobs) as pool:
        work = [
            (f"{options.seed}/{n}", options.inputs // options.jobs, options.seconds, [t.name for t in targets])
            for n in range(options.jobs)
        ]
        results = pool.starmap(_worker, work)
    total = {t.name: Counted() for t in targets}
    for result in results:
        for name, counted in result.items():
            total[name].add(counted)
    text = _told(total, f"seed {options.seed}")
    print(text)
    _save(total)
    if options.write:
        write_section("fuzz", text)
    return int(any(counted.found for counted in total.values()))


def _told(total: dict[str, Counted], seed: str) -> str:
    head = ("target", "inputs", "kept for new lines", "exceptions, hangs, wrong answers", "slowest input")
    rows: list[tuple[object, ...]] = [
        (f"`{name}`", c.inputs, c.kept, sum(c.times.values()), f"{c.slowest:.2f} s ({len(c.slow):,} bytes)")
        for name, c in total.items()
    ]
    inputs, found = sum(c.inputs for c in total.values()), sum(sum(c.times.values()) for c in total.values())
    return f"{inputs:,} inputs ({seed}), {found} findings; seconds are those of a processor.\n\n{table(head, rows)}"


def _save(total: dict[str, Counted]) -> None:
    FOUND.mkdir(parents=True, exist_ok=True)
    for target, counted in total.items():
        (FOUND / f"slowest-{target}").write_bytes(counted.slow)
        for name, data in counted.found.items():
            path = FOUND / f"{target}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
            path.write_bytes(data)
            print(f"{path.relative_to(ROOT)}: {name} ({counted.times[name]} times, {len(data)} bytes)", file=sys.stderr)


# --- one worker --------------------------------------------------------------


def _worker(seed: str, inputs: int, seconds: float, names: list[str]) -> dict[str, Counted]:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGVTALRM, _hang)
    chosen = [t for t in TARGETS if t.name in names]
    share = sum(t.share for t in chosen)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["XDG_CACHE_HOME"] = os.environ["XDG_CONFIG_HOME"] = scratch
        return {
            t.name: _fuzz(t, max(1, inputs * t.share // share), seconds * t.share / share, Random(f"{seed}/{t.name}"))
            for t in chosen
        }


def _hang(signum: int, frame: FrameType | None) -> NoReturn:
    raise Hang


def _fuzz(target: Target, inputs: int, seconds: float, rng: Random) -> Counted:
    until = time.monotonic() + seconds
    corpus, tokens = target.seeds(), target.tokens()
    reach, counted = Reach(str(ROOT / "src" / "cvbuild")), Counted()
    for data in corpus:
        with reach:
            _try(target, data, counted)
    seeds = len(corpus)
    for n in range(inputs):
        if time.monotonic() > until:
            break
        data = change(rng.choice(corpus), tokens, corpus, rng)
        if n % TRACED:
            _try(target, data, counted)
            continue
        with reach:
            _try(target, data, counted)
        if reach.new and len(data) < 12_000:
            corpus.append(data)
    counted.kept = len(corpus) - seeds
    for name, data in counted.found.items():
        counted.found[name] = smaller(target, data, name)
    return counted


def _try(target: Target, data: bytes, counted: Counted) -> None:
    start = time.process_time()
    name = outcome(target, data)
    seconds = time.process_time() - start
    counted.inputs += 1
    if seconds > counted.slowest:
        counted.slowest, counted.slow = seconds, data
    if name is not None:
        counted.times[name] += 1
        if name not in counted.found or len(data) < len(counted.found[name]):
            counted.found[name] = data


def outcome(target: Target, data: bytes) -> str | None:
    """The name of what goes wrong with an input: the exception, and where in cvbuild it comes from; None if all is well."""
    try:
        with _limited():
            target.run(data)
    except (Exception, SystemExit, Hang) as error:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if "/cvbuild/" in f.filename]
        where = (
            f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames and not isinstance(error, Hang) else ""
        )
        what = re.sub(r"[0-9]{2,}.*", "…", str(error).split("\n", 1)[0][:60]) if isinstance(error, Wrong) else ""
        return f"{type(error).__name__} {where} {what}".strip()
    return None


@contextmanager
def _limited() -> Iterator[None]:
    signal.setitimer(signal.ITIMER_VIRTUAL, SLOW)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def smaller(target: Target, data: bytes, name: str) -> bytes:
    """A smaller input that goes wrong in the same way: by halves, quarters, … of it left out, as long as that helps."""
    until = time.monotonic() + 20
    size = max(1, len(data) // 2)
    while size:
        at = 0
        while at < len(data) and time.monotonic() < until:
            less = data[:at] + data[at + size :]
            if outcome(target, less) == name:
                data = less
            else:
                at += size
        size //= 2
    return data


if __name__ == "__main__":
    sys.exit(main())
