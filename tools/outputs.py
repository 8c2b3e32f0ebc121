"""Try to break outputs: kill, interrupt, fill the disk, take rights away, run side by side; and look what is left.

Whatever happens, the old output is intact or the new one is whole, files that belong together are of one run, and
nothing else lies in the folder: at once after an error or a signal, after the next run if a run was killed.

    python -m tools.outputs [--kills 200] [--write]
"""

from __future__ import annotations

import hashlib
import os
import random
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from cvbuild.engine.parts import locate
from tools.reliability import parser, table, write_section

COMMAND = [sys.executable, "-m", "cvbuild"]
NAMES = ("me.tex", "me.log", "me.pdf")
_CV = "name: Ada Lovelace\nsections:\n  Notes: {}.\n"
_OLD, _NEW = "On the Analytical Engine", "On the Difference Engine"


class Version(NamedTuple):
    """What a run writes, as SHA-256, in the order of `NAMES`."""

    tex: str
    log: str
    pdf: str


@dataclass
class Row:
    """What became of one kind of failure."""

    failure: str
    tried: int = 0
    old: int = 0
    new: int = 0
    broken: list[str] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)

    def see(self, there: Version | None, old: Version, new: Version, extra: Sequence[str]) -> None:
        """Count one try.

        A killed run may have put the first of three files into their places, and not the PDF; and one that gives no
        PDF leaves its own log.
        """
        self.tried += 1
        self.stray += extra
        if there is None or there.pdf not in (old.pdf, new.pdf):
            self.broken.append(f"{self.failure}: the PDF is neither the old nor the new one")
        elif there.pdf == new.pdf and there != new:
            self.broken.append(f"{self.failure}: the PDF is new, and what belongs to it is not")
        elif there.tex not in (old.tex, new.tex):
            self.broken.append(f"{self.failure}: half a file")
        elif there.pdf == new.pdf:
            self.new += 1
        else:
            self.old += 1


class Place:
    """A folder with a CV that was typeset, and then changed: what the next run writes is known beforehand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.versions = []
        for words in (_NEW, _OLD):
            (folder / "me.yaml").write_text(_CV.format(words))
            assert self.run() == 0
            self.versions.append(self.look())
        self.new, self.old = (version for version in self.versions if version is not None)
        self.kept = {name: (folder / name).read_bytes() for name in NAMES}
        self.reset()

    def copy(self, folder: Path) -> Place:
        """The same in another folder."""
        made = copy(self)
        made.folder = folder
        folder.mkdir()
        made.reset()
        return made

    def reset(self) -> None:
        """The old outputs, and a CV that is newer."""
        for name, data in self.kept.items():
            (self.folder / name).write_bytes(data)
        (self.folder / "me.yaml").write_text(_CV.format(_NEW))

    def command(self, *args: str) -> list[str]:
        """The command that writes all files of `NAMES`."""
        return [*COMMAND, "render", "me.yaml", "--keep-tex", "--force", *args]

    def run(self, before: Callable[[], None] | None = None, environment: Mapping[str, str] | None = None) -> int:
        """Run it to its end."""
        full = {**os.environ, **(environment or {})}
        ran = subprocess.run(self.command(), cwd=self.folder, env=full, preexec_fn=before, capture_output=True)
        if b"Traceback" in ran.stderr or b"mistake in cvbuild" in ran.stderr:
            raise SystemExit(ran.stderr.decode())
        return ran.returncode

    def look(self) -> Version | None:
        """What is there now."""
        try:
            return Version(*(hashlib.sha256((self.folder / name).read_bytes()).hexdigest() for name in NAMES))
        except OSError:
            return None

    def extra(self) -> list[str]:
        """What does not belong into the folder."""
        return [path.name for path in self.folder.iterdir() if path.name not in (*NAMES, "me.yaml")]


def signals(place: Place, which: Sequence[int], count: int, row: Row, *, chance: random.Random) -> int:
    """Send signals at random moments; returns how many met the moment in which drafts lay beside the outputs."""
    began = time.monotonic()
    place.run()
    usual = time.monotonic() - began
    met = 0
    for number in range(count):
        place.reset()
        # Half of them at any time, half when the outputs are written: as soon as the first draft is there.
        with subprocess.Popen(
            place.command(), cwd=place.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as process:
            if number % 2:
                time.sleep(chance.uniform(0.02, usual * 1.1))
            else:
                while process.poll() is None and not place.extra():
                    time.sleep(0.0005)
                time.sleep(chance.uniform(0, 0.02))
            process.send_signal(which[number % len(which)])
            said = process.communicate()[1]
        if b"mistake" in said or (b"Traceback" in said and b"cvbuild" in said):
            row.broken.append(f"{row.failure}: {said.decode()[-300:]}")
        there, left = place.look(), place.extra()
        met += bool(left)
        if which == [signal.SIGKILL] and left:  # the next run, of whatever CV, into this folder
            place.run()
            left = place.extra()
        row.see(there, place.old, place.new, left)
    return met


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[None]:
    """A file system of its own of that size. Needs the right to mount."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "cvbuild", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def full_disk(root: Path, whole: Place, row: Row) -> None:
    """Outputs on a disk with room for less and less of the new ones."""
    for free in range(0, 64, 4):
        with small_disk(root / "disk", 400):
            place = whole.copy(root / "disk" / "cv")
            space = os.statvfs(place.folder)
            ballast = root / "disk" / "ballast"
            ballast.write_bytes(bytes(max(0, space.f_bavail * space.f_frsize - free * 1024)))
            place.run()
            row.see(place.look(), place.old, place.new, place.extra())


def full_elsewhere(root: Path, place: Place, row: Row, variable: str) -> None:
    """A full disk for temporary files, or for the cache: the outputs lie elsewhere."""
    for size in (4, 8, 16, 32, 64, 128, 256):
        place.reset()
        with small_disk(root / "disk", size):
            place.run(environment={variable: str(root / "disk")})
            row.see(place.look(), place.old, place.new, place.extra())


def limited(place: Place, row: Row) -> None:
    """RLIMIT_FSIZE, as a quota of bytes for each file."""
    for size in range(0, 40_000, 2000):
        place.reset()
        place.run(lambda size=size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))  # type: ignore[misc]
        row.see(place.look(), place.old, place.new, place.extra())


def no_right(root: Path, whole: Place, row: Row) -> None:
    """A folder mounted read-only, for even root may not write there; a PDF that is a folder; an unwritable mount of one."""
    place = whole.copy(root / "plain")
    for mounted in (place.folder, place.folder / "me.pdf"):
        place.reset()
        subprocess.run(["mount", "--bind", str(mounted), str(mounted)], check=True)
        try:
            subprocess.run(["mount", "-o", "remount,ro,bind", str(mounted)], check=True)
            place.run()
            row.see(place.look(), place.old, place.new, place.extra())
        finally:
            subprocess.run(["umount", "-l", str(mounted)], check=True)


def taken_away(place: Place, row: Row, count: int) -> None:
    """The folder becomes read-only while the run is under way."""
    for number in range(count):
        place.reset()
        with subprocess.Popen(place.command(), cwd=place.folder, stderr=subprocess.DEVNULL) as process:
            time.sleep(number / count)
            subprocess.run(["chattr", "+i", str(place.folder)], check=False, capture_output=True)
            process.wait()
            subprocess.run(["chattr", "-i", str(place.folder)], check=False, capture_output=True)
        there = place.look()
        place.run()  # drafts could not be removed from a folder that may not be changed
        row.see(there, place.old, place.new, place.extra())


def side_by_side(place: Place, row: Row, *, runs: int, rounds: int) -> None:
    """Runs at once on the same outputs, half of them of the old CV, by stdin; one reader looks at the PDF all the time."""
    old = _CV.format(_OLD).encode()
    for _ in range(rounds):
        place.reset()
        started = []
        for number in range(runs):
            command = [*COMMAND, "render", "-" if number % 2 else "me.yaml", "-o", "me.pdf", "--keep-tex", "--force"]
            started.append(
                subprocess.Popen(command, cwd=place.folder, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
            )
        for number, process in enumerate(started):
            assert process.stdin is not None
            if number % 2:
                process.stdin.write(old)
            process.stdin.close()
        wrong = 0
        while any(process.poll() is None for process in started):
            data = (place.folder / "me.pdf").read_bytes()
            wrong += hashlib.sha256(data).hexdigest() not in (place.old.pdf, place.new.pdf)
        there = place.look()
        row.see(there, place.old, place.new, place.extra())
        if wrong or there not in (place.old, place.new) or any(process.returncode for process in started):
            row.broken.append(f"{row.failure}: a reader saw {wrong} halves, or files of two runs lie together")


def first_runs(root: Path, row: Row, count: int) -> None:
    """First runs at once, with one home that has nothing yet: each gives the same PDF."""
    home = root / "home"
    home.mkdir()
    folders = [root / f"cv{number}" for number in range(count)]
    started = []
    for folder in folders:
        folder.mkdir()
        (folder / "me.yaml").write_text(_CV.format(_NEW))
        environment = {**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
        started.append(
            subprocess.Popen([*COMMAND, "render", "me.yaml"], cwd=folder, env=environment, stderr=subprocess.PIPE)
        )
    said = [process.communicate()[1] for process in started]
    found = {(folder / "me.pdf").read_bytes() for folder in folders if (folder / "me.pdf").exists()}
    left = [path.name for path in (home / "cache").rglob("*") if path.is_file() and len(path.name) != 64]
    row.tried, row.new, row.stray = count, count, left
    if len(found) != 1 or any(process.returncode for process in started):
        row.broken.append(
            f"{row.failure}: {len(found)} different PDFs; {[words for words in said if b'error' in words]}"
        )


def damages(data: bytes) -> Iterator[tuple[str, bytes | None]]:
    """Ways to damage a file; None makes it a folder."""
    yield "cut", data[: len(data) // 2]
    yield "empty", b""
    yield "flipped", data[: len(data) // 3] + bytes([data[len(data) // 3] ^ 4]) + data[len(data) // 3 + 1 :]
    yield "garbage", random.Random(1).randbytes(len(data))
    yield "folder", None


def damaged(place: Place, files: Sequence[Path], row: Row, environment: Mapping[str, str]) -> None:
    """Damage files, one after the other, and typeset: the same PDF, or an error, and then the old PDF."""
    for file in files:
        data, mode = file.read_bytes(), file.stat().st_mode
        for _, wrong in damages(data):
            place.reset()
            file.unlink()
            if wrong is None:
                file.mkdir()
            else:
                file.write_bytes(wrong)
                file.chmod(mode)
            status = place.run(environment=environment)
            there = place.look()
            row.see(there, place.old, place.new, place.extra())
            if there is not None and (status == 0) != (there.pdf == place.new.pdf):
                row.broken.append(f"{file.name}: status {status}")
            if file.is_dir():
                shutil.rmtree(file)
            file.write_bytes(data)
            file.chmod(mode)


def damaged_cache(root: Path, place: Place, row: Row) -> None:
    """Some compiled templates, and the record."""
    caches = root / "caches"
    place.run(environment={"XDG_CACHE_HOME": str(caches)})
    files = sorted(path for path in caches.rglob("*") if path.is_file())
    damaged(place, files[:: max(1, len(files) // 8)] + files[:1], row, {"XDG_CACHE_HOME": str(caches)})


def damaged_engine(root: Path, place: Place, row: Row) -> None:
    """The manifest, the program, a format and fonts of the engine, in a copy."""
    parts = locate()
    assert parts is not None
    own = root / "engine"
    shutil.copytree(parts.folder, own)
    files = [own / "manifest.json", own / parts.program.name, own / "fonts.conf"]
    files += [*sorted(own.glob("cache/formats/*-cv-*.fmt"))[:1]]
    files += [own / "bundle" / name for name in ("EBGaramond-Regular.ttf", "SourceSans3-Regular.ttf")]
    damaged(place, files, row, {"CVBUILD_ENGINE_DIR": str(own)})


def cost(folder: Path) -> str:
    """What it costs to bring a file, and its folder, to the disk."""

    def once(sync: bool, sync_folder: bool) -> float:
        began = time.perf_counter()
        with (folder / "draft").open("wb") as stream:
            stream.write(bytes(100_000))
            stream.flush()
            if sync:
                os.fsync(stream.fileno())
        (folder / "draft").replace(folder / "place")
        if sync_folder:
            opened = os.open(folder, os.O_RDONLY)
            os.fsync(opened)
            os.close(opened)
        return (time.perf_counter() - began) * 1000

    plain, file, both = (
        statistics.median(once(*how) for _ in range(100)) for how in ((False, False), (True, False), (True, True))
    )
    return (
        f"To write 100 kB and rename it takes {plain:.1f} ms here, {file:.1f} ms if the file is brought to the disk"
        f" before, as cvbuild does, and {both:.1f} ms if its folder were, too."
    )


def main() -> None:
    """The command line."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--kills", type=int, default=200, help="how many runs are killed")
    arguments = options.parse_args()
    chance = random.Random(arguments.kills)
    rows: list[Row] = []

    def row(failure: str) -> Row:
        print(*rows[-1:], failure, sep="\n", file=sys.stderr, flush=True)
        rows.append(Row(failure))
        return rows[-1]

    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        place = Place(root / "cv")
        kills = row("killed (SIGKILL), half of them while outputs are written")
        met = signals(place, [signal.SIGKILL], arguments.kills, kills, chance=chance)
        stops = row("SIGINT, SIGTERM, SIGHUP, half of them while outputs are written")
        polite = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
        signals(place, polite, arguments.kills // 2, stops, chance=chance)
        limited(place, row("files limited to 0, 2, … 38 kB (RLIMIT_FSIZE)"))
        full_disk(root, place, row("disk of the outputs full but for 0, 4, … 60 kB"))
        full_elsewhere(root, place, row("disk of temporary files full"), "TMPDIR")
        full_elsewhere(root, place, row("disk of the cache full"), "XDG_CACHE_HOME")
        no_right(root, place, row("folder read-only; PDF a mount that is read-only"))
        taken_away(place, row("folder made unchangeable while a run is under way"), 20)
        side_by_side(place, row("4 runs at once on the same outputs, of two CVs, with a reader"), runs=4, rounds=5)
        first_runs(root, row("20 first runs at once, in one home without caches"), 20)
        damaged_cache(root, place, row("entries of the cache cut, emptied, flipped, garbage, a folder"))
        damaged_engine(root, place, row("parts of the engine cut, emptied, flipped, garbage, a folder"))
        paid = cost(root)
    lines: list[tuple[object, ...]] = [(r.failure, r.tried, r.old, r.new, len(r.broken), len(r.stray)) for r in rows]
    head = ("failure", "tried", "old output intact", "new one whole", "neither", "stray files")
    text = (
        f"{table(head, lines)}\n\nEach run writes `.tex`, `.log` and `.pdf`. {met} of the killed runs left a draft beside"
        f" them, which the next run removed; all others left none. {paid}\n"
    )
    print(text)
    wrong = [line for r in rows for line in (*r.broken, *r.stray)]
    print(*wrong, sep="\n")
    if arguments.write and not wrong:
        write_section("outputs", text)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
