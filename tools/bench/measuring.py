"""What is measured: every figure of docs/performance.md, as plain data."""

from __future__ import annotations

import datetime
import os
import platform
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cvbuild import __version__
from cvbuild.bibliography.export import write_bib
from tools.bench.inputs import make_cv
from tools.bench.ours import engine_alone, engine_on, prepare
from tools.bench.peer import Works, to_rendercv
from tools.bench.places import ROOT, Places
from tools.bench.stages import imports, stages
from tools.bench.timing import Command, Failed, Times, in_turn, once, spent_by
from tools.bench.watching import Watch
from tools.bench.words import agreement, pages, words_of

SIZES = (10, 60, 100, 300, 1000, 2000, 5000)
SYSTEM_ENGINES = ("pdflatex", "xelatex", "lualatex")
DATABASES = (100, 1000, 5000)
"""Numbers of works that are read from a .bib file, too."""
SETTLE = 1.0
"""Seconds for which everything is let alone before an edit, as a person would."""

# Documents that stop on the way, to tell what the engine does before.
_NOTHING = "\\csname @@end\\endcsname\n"
_BLANK = "\\begin{document}\\null\\end{document}\n"


@dataclass(frozen=True, slots=True)
class Cv:
    """A CV that is ready to be typeset by each program. `works` is None for an example of the project."""

    name: str
    file: Path
    works: int | None
    commands: dict[str, Command]
    pdfs: dict[str, Path]


class Bench:
    """All measurements. `rounds` is how often the commands take turns; long documents do so less often."""

    def __init__(self, places: Places, rounds: int, sizes: Iterable[int], say: Callable[[str], None]) -> None:
        self.places = places
        self.rounds = rounds
        self.sizes = tuple(sizes)
        self.say = say
        self.folder = places.folder / "work"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        self.force = ("--force",) if "--force" in self._help("render") else ()

    def everything(self) -> dict[str, Any]:
        """Every figure; each part is told before it begins. Raises `Failed`."""
        parts: dict[str, Callable[[], Any]] = {
            "starts": self.starts,
            "unchanged": self.unchanged,
            "examples": lambda: [self.render(cv) for cv in map(self._example, sorted(ROOT.glob("examples/*.yaml")))],
            "growth": lambda: [self.render(self._generated(size)) for size in self.sizes],
            "databases": lambda: [self.database(size) for size in self.sizes if size in DATABASES],
            "watch": self.watch,
            "stages": self.stages,
            "engine stages": self.engine_stages,
            "system engines": self.system_engines,
        }
        found: dict[str, Any] = {"about": self.about()}
        for name, measure in parts.items():
            self.say(f"measuring: {name}")
            found[name] = measure()
        return found

    # --- what is measured ---

    def starts(self) -> Times:
        """Programs that do next to nothing; first hyperfine's own part."""
        python = str(self.places.cvbuild.with_name("python"))
        return in_turn(
            {
                "true": self._command("/bin/true"),
                "python -I -S -c pass": self._command(python, "-I", "-S", "-c", "pass"),
                "python -c pass": self._command(python, "-c", "pass"),
                "cvbuild --version": self._cvbuild("--version"),
                "cvbuild --help": self._cvbuild("--help"),
            },
            2 * self.rounds,
        )

    def unchanged(self) -> Times:
        """A render when nothing has changed since the last one, and a Python that does nothing."""
        cv = self._generated(100)
        again = self._cvbuild("render", str(cv.file), "-q")
        once(again)
        python = str(self.places.cvbuild.with_name("python"))
        return in_turn({"python -c pass": self._command(python, "-c", "pass"), "unchanged": again}, 2 * self.rounds)

    def render(self, cv: Cv) -> dict[str, Any]:
        """A CV by each program: times, pages, words in common, and memory."""
        works = cv.works or 0
        rounds = (
            self.rounds if works < 1000 else max(self.rounds // 2, 1) if works == 1000 else max(self.rounds // 5, 1)
        )
        times = in_turn(cv.commands, rounds, warm_ups=1 if works < 1000 else 0)
        memory = {name: spent_by(command).memory for name, command in cv.commands.items() if name != "cvbuild"}
        memory["cvbuild"] = round(self._stages(cv, 1)["memory"] * 1024)
        said = {name: words_of(pdf) for name, pdf in cv.pdfs.items()}
        self.say(f"  {cv.name}: " + ", ".join(f"{name} {min(t):.3f} s" for name, t in times.items()))
        return {
            "name": cv.name,
            "works": cv.works,
            "times": times,
            "memory": memory,
            "pages": {name: pages(pdf) for name, pdf in cv.pdfs.items()},
            "agreement": {name: agreement(said["cvbuild"], words) for name, words in said.items() if name != "cvbuild"},
        }

    def database(self, works: int) -> dict[str, Any]:
        """The same works in YAML and in a .bib file: `cvbuild validate`, from its start to its end."""
        cv = self._generated(works)
        folder = cv.file.parent / "bib"
        folder.mkdir()
        (folder / "refs.bib").write_text(write_bib(prepare(cv.file).checked.database.works), encoding="utf-8")
        head, _, _ = cv.file.read_text(encoding="utf-8").partition("\npublications:\n")
        file = folder / "cv.yaml"
        file.write_text(head + "\npublications: refs.bib\n", encoding="utf-8")
        forms = {"yaml": cv.file, "bib": file}
        commands = {form: self._cvbuild("validate", str(path)) for form, path in forms.items()}
        return {"works": works, "times": in_turn(commands, self.rounds if works <= 1000 else max(self.rounds // 3, 1))}

    def watch(self) -> list[dict[str, Any]] | str:
        """After an edit, until the new PDF is in its place; the engine alone and a cold render take turns with it."""
        try:
            self._help("watch")
        except Failed:
            return "this version of cvbuild has no `watch`"
        found = []
        for cv in [self._example(ROOT / "examples" / "jjzhu.yaml"), self._example(ROOT / "examples" / "lei-wu.yaml"),
                   self._generated(100)]:  # fmt: skip
            watched = self.folder / "watched" / cv.file.name
            watched.parent.mkdir(exist_ok=True)
            shutil.copyfile(cv.file, watched)
            times: Times = {"watch": [], "engine": [], "cvbuild": []}
            with Watch(self.places.cvbuild, watched, self.places.environment) as watch:
                for number in range(1 + self.rounds):
                    time.sleep(SETTLE)
                    taken = {"watch": watch.edit()}
                    time.sleep(SETTLE)
                    taken |= {name: once(cv.commands[name]) for name in ("engine", "cvbuild")}
                    if number:
                        for name, seconds in taken.items():
                            times[name].append(seconds)
            found.append({"name": cv.name, "times": times})
        return found

    def stages(self) -> list[dict[str, Any]]:
        """What a cold render spends its time on, and what `render` and `--help` import."""
        cvs = [self._example(ROOT / "examples" / "jjzhu.yaml"), self._generated(100), self._generated(1000)]
        return [{"name": cv.name, "stages": self._stages(cv, self.rounds), "imports": self._imports(cv)} for cv in cvs]

    def engine_stages(self) -> list[dict[str, Any]]:
        """How far the engine gets in which time: nothing, a blank page, all pages, all of the PDF."""
        found = []
        for cv in [self._example(ROOT / "examples" / "jjzhu.yaml"), self._generated(100), self._generated(1000)]:
            whole = cv.commands["engine"]
            commands = {
                "start": engine_on(whole, _NOTHING, whole.folder.with_name("nothing")),
                "blank": engine_on(whole, _BLANK, whole.folder.with_name("blank")),
                "pages": Command((*whole.words, "--outfmt", "xdv"), whole.folder, whole.environment),
                "pdf": whole,
            }
            found.append({"name": cv.name, "times": in_turn(commands, self.rounds)})
        return found

    def system_engines(self) -> dict[str, Any]:
        """The same CV by the engines of a TeX system, through cvbuild; or why not."""
        cv = self._generated(100)
        commands, skipped = {"embedded": cv.commands["cvbuild"]}, {}
        known = self._help("render")
        for name in SYSTEM_ENGINES:
            if name not in known:
                skipped[name] = "this version of cvbuild does not know it"
            elif shutil.which(name, path=os.defpath) is None:
                skipped[name] = "not installed"
            else:
                command = self._cvbuild(
                    "render", str(cv.file), *self.force, "-q", "-o", str(cv.pdfs["cvbuild"]), "--engine", name
                )
                try:
                    once(command)
                    commands[name] = command
                except Failed:
                    skipped[name] = "did not typeset the CV"
        return {"name": cv.name, "times": in_turn(commands, max(self.rounds // 2, 1)), "skipped": skipped}

    def about(self) -> dict[str, Any]:
        """The machine, in general words, and the versions."""
        said = subprocess.run(["hyperfine", "--version"], capture_output=True, text=True, check=True).stdout
        python = subprocess.run([self.places.python, "--version"], capture_output=True, text=True, check=True).stdout
        return {
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "processor": _first(r"model name\s*: (.*)", Path("/proc/cpuinfo")) or platform.machine(),
            "cores": os.cpu_count() or 1,
            "memory": int(_first(r"MemTotal:\s*(\d+) kB", Path("/proc/meminfo")) or 0) * 1024,
            "system": _first(r'PRETTY_NAME="?([^"\n]*)', Path("/etc/os-release")) or platform.system(),
            "python": python.split()[-1],
            "hyperfine": said.split()[-1],
            "cvbuild": __version__,
            "rendercv": "2.8" if self.places.rendercv else None,
            "why": self.places.why,
            "rounds": self.rounds,
        }

    # --- CVs ---

    def _example(self, file: Path) -> Cv:
        return self._cv(file.stem, file.read_text(encoding="utf-8"), None)

    def _generated(self, works: int) -> Cv:
        return self._cv(f"publications-{works}", make_cv(works), works)

    def _cv(self, name: str, text: str, works: int | None) -> Cv:
        """Write a CV down for each program. Raises `Failed` if it is no valid CV."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        file = folder / f"{name}.yaml"
        file.write_text(text, encoding="utf-8")
        prepared = prepare(file)
        pdfs = {"cvbuild": folder / "cold.pdf"}
        commands = {
            "cvbuild": self._cvbuild("render", str(file), *self.force, "-q", "-o", str(pdfs["cvbuild"])),
            "engine": engine_alone(self.places.engine, prepared, folder / "tex"),
        }
        if self.places.rendercv is not None:
            forms: list[tuple[str, Works]] = [("rendercv", "entries"), ("rendercv-texts", "texts")]
            for form, how in forms if works else forms[:1]:
                peer = folder / f"{form}.yaml"
                peer.write_text(to_rendercv(prepared.checked, how), encoding="utf-8")
                pdfs[form] = folder / f"{form}.pdf"
                commands[form] = self._command(
                    str(self.places.rendercv), "render", str(peer), "--quiet", "--output-folder", str(folder / form),
                    "--pdf-path", str(pdfs[form]),
                    "--dont-generate-markdown", "--dont-generate-html", "--dont-generate-png",
                )  # fmt: skip
        return Cv(name, file, works, commands, pdfs)

    # --- commands ---

    def _command(self, *words: str) -> Command:
        return Command(words, self.folder, self.places.environment)

    def _cvbuild(self, *words: str) -> Command:
        return self._command(str(self.places.cvbuild), *words)

    def _stages(self, cv: Cv, rounds: int) -> dict[str, float]:
        words = cv.commands["cvbuild"].words[1:]
        return stages(self.places.cvbuild.with_name("python"), words, self.places.environment, rounds)

    def _imports(self, cv: Cv) -> dict[str, float]:
        words = cv.commands["cvbuild"].words[1:]
        return imports(self.places.cvbuild, words, self.places.environment, max(self.rounds // 3, 1))

    def _help(self, command: str) -> str:
        ran = subprocess.run(
            [self.places.cvbuild, command, "--help"], env=self.places.environment, capture_output=True, text=True
        )
        if ran.returncode != 0:
            raise Failed(ran.stderr)
        return ran.stdout


def _first(pattern: str, file: Path) -> str | None:
    found = re.search(pattern, file.read_text(encoding="utf-8", errors="replace")) if file.is_file() else None
    return found[1] if found else None
