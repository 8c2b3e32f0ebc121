"""Typeset one CV again and again, with something else around it each time, and compare the bytes.

python -m tools.reproduce [--engines tectonic,xelatex,lualatex,pdflatex] [--write]
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cvbuild.engine.parts import locate
from cvbuild.places import data_folder
from tools.reliability import parser, table, write_section

EXAMPLE = Path(__file__).parents[1] / "examples" / "lei-wu.yaml"
_FAR = {"TZ": "Pacific/Kiritimati", "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"}

_CLOCK = """
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
static long shift = SHIFT;
int clock_gettime(clockid_t clock, struct timespec *now) {
    int status = syscall(SYS_clock_gettime, clock, now);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) now->tv_sec += shift;
    return status;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}
time_t time(time_t *place) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (place) *place = exact.tv_sec;
    return exact.tv_sec;
}
"""


@dataclass
class Way:
    """One way to typeset the CV: what is around it."""

    name: str
    folder: str = "cv"
    file: str = "me.yaml"
    args: Sequence[str] = ("me.yaml",)
    output: str = "me.pdf"
    env: Mapping[str, str | None] = field(default_factory=dict)
    command: Sequence[str] = (sys.executable, "-m", "cvbuild", "render")
    before: Callable[[], object] | None = None
    stdin: bool = False
    stdout: bool = False
    mtime: float | None = None
    engines: Sequence[str] = ("tectonic", "xelatex", "lualatex", "pdflatex")
    started: bool = False
    """Whether it does not end by itself."""


_ENGINE = {"XDG_DATA_HOME": str(Path(data_folder()).parent)}  # is found wherever HOME is


def typeset(way: Way, engine: str, root: Path) -> bytes | None:
    """The PDF; None, and what was said on standard error, if there is none."""
    folder = root / way.folder
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / way.file
    shutil.copyfile(EXAMPLE, file)
    if way.mtime is not None:
        os.utime(file, (way.mtime, way.mtime))
    output = folder / way.output
    output.unlink(missing_ok=True)
    environment = {name: value for name, value in {**os.environ, **_ENGINE, **way.env}.items() if value is not None}
    engines = [] if engine == "tectonic" else ["--engine", engine]
    force = [] if way.started else ["--force"]
    command = [*way.command, *engines, *force, *way.args]
    with file.open("rb") as stdin, tempfile.TemporaryFile() as said:
        with subprocess.Popen(
            command, cwd=folder, env=environment, preexec_fn=way.before, stderr=said,
            stdin=stdin if way.stdin else None, stdout=subprocess.PIPE,
        ) as process:  # fmt: skip
            if way.started:
                end = time.monotonic() + 120
                while not output.exists() and time.monotonic() < end:
                    time.sleep(0.05)
                process.terminate()
            data = process.communicate()[0]
        if way.stdout:
            return data
        if not output.exists():
            said.seek(0)
            print(way.name, engine, said.read().decode("utf-8", "replace"), file=sys.stderr)
            return None
    return output.read_bytes()


def ways(root: Path) -> list[Way]:
    """What is varied; the first is what the others are compared with."""
    odd = 'Bücher & "Töne"/a\'b %#~ 漢'
    found = [
        Way("nothing"),
        Way("nothing, a second time"),
        Way("folder and name of the CV", odd, "-x y.yaml", ("--", "-x y.yaml"), "-x y.pdf"),
        Way("working folder, name of the PDF", args=(str(root / "cv" / "me.yaml"), "-o", "../cv/other.pdf"), output="other.pdf"),
        Way("CV by standard input, PDF to standard output", args=("-", "-o", "-"), stdin=True, stdout=True),
        Way("`--keep-tex`", args=("me.yaml", "--keep-tex")),
        Way("`watch`, not `render`", command=(sys.executable, "-m", "cvbuild", "watch"), started=True),
        Way("home, and all caches cold", env={"HOME": str(root / "home"), "XDG_CACHE_HOME": str(root / "caches")}),
        Way("no home and no cache", env={"HOME": "/no/such", "XDG_CACHE_HOME": "/dev/null"}, engines=("tectonic", "xelatex", "pdflatex")),
        Way("time zone and language", env=_FAR),
        Way("no environment but PATH", env={**dict.fromkeys(os.environ), **_needed()}),
        Way("umask", before=lambda: os.umask(0o077)),
        Way("times of files: 1990", mtime=631152000),
        Way("times of files: 2040", mtime=2208988800),
        Way("folder of temporary files", env={"TMPDIR": str(_made(root / "tmp" / odd))}),
        *(Way(f"`PYTHONHASHSEED={seed}`", env={"PYTHONHASHSEED": seed}, engines=("tectonic",)) for seed in "123"),
    ]  # fmt: skip
    if hasattr(os, "sched_setaffinity"):
        found.append(Way("one processor", before=lambda: os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])))
    found += [
        Way(f"Python {version}, and PyYAML without libyaml", command=command, engines=("tectonic",))
        for version, command in pythons()
    ]
    found += [Way(f"the clock: {name}", command=(*command, *Way("").command)) for name, command in clocks(root)]
    if plain := without_formats(root / "plain"):
        found.append(Way("preamble not preloaded", env={"CVBUILD_ENGINE_DIR": str(plain)}, engines=("tectonic",)))
    return found


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _needed() -> dict[str, str]:
    """What the environment must have, so that the engine is found."""
    parts = locate()
    assert parts is not None
    return {"PATH": os.environ["PATH"], "CVBUILD_ENGINE_DIR": str(parts.folder)}


def pythons() -> list[tuple[str, list[str]]]:
    """Other Pythons of this machine, with the libraries of this one; what is compiled of these they cannot load."""
    libraries = [path for path in sys.path if path.endswith("site-packages")]
    program = (
        f"import site, sys; [site.addsitedir(path) for path in {libraries}]; sys.argv[0] = 'cvbuild';"
        " sys.argv.insert(1, 'render'); from cvbuild.__main__ import main; main()"
    )
    found = []
    for minor in (12, 13, 14):
        places = [shutil.which(f"python3.{minor}"), *Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python3")]
        for place in [str(place) for place in places if place]:
            ran = subprocess.run(
                [place, "-c", "import platform; print(platform.python_version())"], capture_output=True
            )
            if ran.returncode == 0:
                found.append((ran.stdout.decode().strip(), [place, "-c", program]))
                break
    return found


def clocks(root: Path) -> list[tuple[str, list[str]]]:
    """Commands under which the clock of all programs is another one: by a library that the loader puts before others.

    The engine gets no environment, so the loader learns of it from /etc, of which a copy is mounted for the command.
    """
    if shutil.which("cc") is None or subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode:
        return []
    found = []
    for name, days in (("a day and a half later", 1.5), ("in 11 years", 4018.0), ("20 years ago", -7305.0)):
        etc, library = root / f"etc{days}", root / f"clock{days}.so"
        (root / "clock.c").write_text(_CLOCK.replace("SHIFT", str(round(days * 86400))))
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, root / "clock.c"], check=True)
        shutil.copytree("/etc", etc, symlinks=True, ignore_dangling_symlinks=True)
        (etc / "ld.so.preload").write_text(f"{library}\n")
        shell = f'mount --bind {etc} /etc && exec "$@"'
        command = ["unshare", "-m", "sh", "-c", shell, "sh"]
        told = subprocess.run([*command, "date", "+%s"], capture_output=True, text=True).stdout
        assert abs(int(told) - time.time() - days * 86400) < 100, "the clock is not another one"
        found.append((name, command))
    return found


def without_formats(folder: Path) -> Path | None:
    """The engine with LaTeX alone preloaded."""
    parts = locate()
    if parts is None:
        return None
    shutil.copytree(parts.folder, folder, ignore=shutil.ignore_patterns("tectonic-format-cv-*"))
    return folder


def main() -> None:
    """The command line."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--engines", default="tectonic,xelatex,lualatex,pdflatex", help="which")
    options.add_argument("--only", default="", help="only ways whose names hold this")
    arguments = options.parse_args()
    engines = [e for e in arguments.engines.split(",") if e == "tectonic" or shutil.which(e)]
    rows: list[tuple[object, ...]] = []
    first: dict[str, str] = {}
    differ = 0
    os.environ.pop("SOURCE_DATE_EPOCH", None)
    with tempfile.TemporaryDirectory() as scratch, contextlib.suppress(KeyboardInterrupt):
        for way in ways(Path(scratch)):
            if arguments.only and way.name != "nothing" and arguments.only not in way.name:
                continue
            cells = []
            for engine in engines:
                if engine not in way.engines:
                    cells.append("")
                    continue
                pdf = typeset(way, engine, Path(scratch))
                found = hashlib.sha256(pdf).hexdigest() if pdf else "nothing"
                same = found == first.setdefault(engine, found) and pdf is not None
                differ += not same
                cells.append(("same" if same else "**differs**") if way.name != "nothing" else f"`{found[:12]}`")
            rows.append((way.name, *cells))
            print(*rows[-1], sep=" | ", flush=True)
    if arguments.write and not differ:
        write_section("reproducible", table(("varied", *engines), rows))
    sys.exit(bool(differ))


if __name__ == "__main__":
    main()
