"""What is installed, what is missing, and what to do about it: `cvbuild doctor`.

It must work where nothing else does. So nothing but Python's own library is imported before it is looked at, each check
stands for itself, and what goes wrong in one is told as its finding.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from cvbuild import places

OK: Final = "ok"
NOTE: Final = "note"
PROBLEM: Final = "problem"
PYTHON: Final = (3, 11)


class Finding(NamedTuple):
    """One line: what was looked at, how it is, and what to do if it is not well."""

    topic: str
    state: str
    text: str
    hint: str | None = None


def examine() -> Iterator[Finding]:
    """Look at all. Nothing that is broken keeps the rest from being looked at."""
    for topic, check in CHECKS.items():
        try:
            for state, text, hint in check():
                yield Finding(topic, state, text, hint)
        except Exception as error:  # whatever it is, it is what was looked for
            what = " ".join(str(error).split()) or type(error).__name__
            hint = getattr(error, "hint", None)
            yield Finding(topic, PROBLEM, what, hint if isinstance(hint, str) else None)


Told = Iterator[tuple[str, str, str | None]]


def _cvbuild() -> Told:
    from cvbuild import __version__

    yield OK, f"{__version__}, in {places.PACKAGE}", None


def _python() -> Told:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < PYTHON:
        yield PROBLEM, f"{version} is too old", f"cvbuild needs Python {PYTHON[0]}.{PYTHON[1]} or newer"
    else:
        yield OK, f"{version}, {sys.executable}", None


def _libraries() -> Told:
    """What the metadata of cvbuild requires, and whether it can be imported."""
    from importlib import import_module, metadata

    found: list[str] = []
    wrong = False
    for requirement in _required():
        name, bounds, extra = requirement
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            if extra:
                continue
            wrong = True
            yield PROBLEM, f"{name} is missing", f'run `pip install "{name}{bounds}"`'
            continue
        if not fits(version, bounds):
            wrong = True
            yield PROBLEM, f"{name} is {version}, and cvbuild needs {bounds}", f'run `pip install "{name}{bounds}"`'
            continue
        try:
            import_module(_MODULES.get(name, name))
        except Exception as error:
            wrong = True
            yield PROBLEM, f"{name} {version} cannot be used: {error}", f"run `pip install --force-reinstall {name}`"
            continue
        found.append(f"{name} {version}")
    if found and not wrong:
        yield OK, ", ".join(found), None


_MODULES: Final = {"pyyaml": "yaml"}
# If cvbuild runs without being installed, there is no metadata.
_WITHOUT_METADATA: Final = ("jinja2", "pyyaml", "pylatexenc", "pypdfium2", "typer")


def _required() -> list[tuple[str, str, bool]]:
    """What cvbuild requires: names, versions, and whether only an extra of it does."""
    from importlib import metadata

    try:
        lines = metadata.requires("cvbuild") or []
    except metadata.PackageNotFoundError:
        return [(name, "", False) for name in _WITHOUT_METADATA]
    found: list[tuple[str, str, bool]] = []
    for line in lines:
        requirement, _, marker = line.partition(";")
        split = re.fullmatch(r"([\w.-]+)\s*(.*)", requirement.strip())
        if split is not None and not split[1].startswith("cvbuild"):
            found.append((split[1].lower(), split[2].strip("() "), "extra" in marker))
    return found


def fits(version: str, bounds: str) -> bool:
    """Whether a version is within bounds such as ``<3,>=2.10``; of a version, its numbers count."""
    mine = _numbers(version)
    for bound in filter(None, bounds.split(",")):
        found = re.fullmatch(r"\s*(>=|<=|==|!=|>|<)\s*([\w.]+)\s*", bound)
        if found is None:
            continue
        other = _numbers(found[2])
        length = max(len(mine), len(other))
        a, b = (part + (0,) * (length - len(part)) for part in (mine, other))
        if not {">=": a >= b, "<=": a <= b, "==": a == b, "!=": a != b, ">": a > b, "<": a < b}[found[1]]:
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", re.split(r"[a-z+-]", version, maxsplit=1)[0]))


def _engine() -> Told:
    from cvbuild.engine.machine import obstacle, way_out
    from cvbuild.engine.parts import NO_PROGRAM, status

    found = status()
    if found is None or found.platform == NO_PROGRAM:
        missing = obstacle(found.parts if found else None)
        assert missing is not None
        yield PROBLEM, str(missing), missing.hint
        return
    size = f"{found.bytes / 1e6:.0f} MB"
    if found.damaged:
        what = ", ".join(found.damaged[:3]) + (" and others" if len(found.damaged) > 3 else "")
        yield PROBLEM, f"damaged: {what}, in {found.parts.folder}", way_out(found.parts)
    elif not found.current:
        yield PROBLEM, f"made for another version of cvbuild, in {found.parts.folder}", way_out(found.parts)
    elif found.obstacle is not None:
        yield PROBLEM, str(found.obstacle), found.obstacle.hint
    else:
        yield OK, f"the embedded one is used: whole, {size}, {found.parts.folder}", None


def _scripts() -> Told:
    from cvbuild.engine.scripts import GET, status

    found = status()
    if found is None:
        yield OK, f"no fonts for Hebrew, Arabic, Thai, Hindi, … are installed; to have them, {GET}", None
    elif found.damaged or not found.current:
        yield PROBLEM, f"the extra is {'damaged' if found.damaged else 'made for another version of cvbuild'}", GET
    else:
        yield OK, f"those of the extra too: {found.scripts.folder}", None


def _sandbox() -> Told:
    from cvbuild.engine.sandbox import describe, landlock_version

    confined = landlock_version() > 0 or sys.platform != "linux"
    hint = (
        None
        if confined
        else "on Linux 5.13 or newer, the kernel keeps the engine from your files; see docs/security.md"
    )
    yield (OK if confined else NOTE), describe(), hint


def _typesetting() -> Told:
    """One line, set as every CV is."""
    import time
    from pathlib import Path

    from cvbuild.engine import Typesetter
    from cvbuild.pipeline import render
    from cvbuild.source import Source

    start = time.perf_counter()
    with Typesetter() as typesetter:
        outcome = render(Source("doctor.yaml", "name: Ada Lovelace\n", Path(places.PACKAGE)), typesetter=typesetter)
    took = time.perf_counter() - start
    if outcome.pdf is not None:
        yield OK, f"a line takes {took:.1f} s", None
    for problem in outcome.sink.sorted():
        yield (PROBLEM if problem.is_error else NOTE), f"{problem.code.number}: {problem.message}", problem.hint


def _tex() -> Told:
    from cvbuild.engine.system import PROGRAMS, installed

    found = installed()
    for name, version in found.items():
        yield OK, f"{name}: {version or 'it does not tell its version'}", None
    missing = [name for name in PROGRAMS if name not in found]
    if missing:
        yield OK, f"no {', '.join(missing)}; not needed, but for `--engine`", None


def _cache() -> Told:
    folder = places.cache_folder()
    count = size = 0
    for base, _, names in os.walk(folder):
        for name in names:
            try:
                size += os.lstat(os.path.join(base, name)).st_size
                count += 1
            except OSError:  # it has just been removed
                pass
    problem = _unwritable(folder)
    if problem is not None:
        yield (
            NOTE,
            f"{folder} {problem}: each run does everything anew",
            "set XDG_CACHE_HOME to a folder that you may write",
        )
    else:
        yield OK, f"{folder} ({count} files, {size / 1e6:.1f} MB; it may be deleted at any time)", None


def _unwritable(folder: str) -> str | None:
    """Why nothing can be kept in a folder that is there or can be made; None if it can."""
    if not os.path.isabs(folder):
        return "cannot be found, for HOME is not set"
    place = folder
    while not os.path.lexists(place):
        place = os.path.dirname(place)
    if not os.path.isdir(place):
        return "is no folder" if place == folder else f"cannot be made, for {place} is no folder"
    if not os.access(place, os.W_OK | os.X_OK):
        return "cannot be written" if place == folder else f"cannot be made, for {place} cannot be written"
    return None


def _themes() -> Told:
    from pathlib import Path

    from cvbuild.diagnostics import Sink
    from cvbuild.files import Files
    from cvbuild.model import ThemeChoice
    from cvbuild.theme import find_theme, list_themes, theme_styles

    here = Path.cwd()
    names = list_themes(here)
    sound: list[str] = []
    for name in names:
        sink, files = Sink(), Files()
        theme = find_theme(ThemeChoice(name=name), here, files, sink)
        if theme is not None:
            theme_styles(theme, files, sink)
        problem = next(iter(sink.sorted()), None)
        if problem is None:
            sound.append(name)
        else:
            place = f"{problem.span.source.name}:{problem.span.line}: " if problem.span else ""
            yield NOTE, f"`{name}` cannot be used: {place}{problem.message}", problem.hint
    yield OK, f"{', '.join(sound)}; your own lie in {places.user_themes()}", None


def _schema() -> Told:
    """The JSON Schema that editors read, beside the CVs of this folder."""
    from pathlib import Path

    from cvbuild.starter import SCHEMA, outdated

    if not Path(SCHEMA).is_file():
        yield OK, "no schema for editors in this folder; `cvbuild new` writes one (docs/editors.md)", None
    elif outdated(Path()) is None:
        yield OK, f"{SCHEMA} is up to date", None
    else:
        yield NOTE, f"{SCHEMA} is of another version of cvbuild", f"run `cvbuild schema -o {SCHEMA}`"


def _terminal() -> Told:
    for name, stream in (("standard output", sys.stdout), ("standard error", sys.stderr)):
        encoding = getattr(stream, "encoding", None)
        if encoding and encoding.lower().replace("-", "") != "utf8":
            yield NOTE, f"{name} is in {encoding}, which lacks many letters", "set PYTHONUTF8=1 in the environment"
            return
    yield OK, f"UTF-8; file names in {sys.getfilesystemencoding()}", None


def _environment() -> Told:
    from cvbuild.clock import NoTime, epoch

    names = sorted(name for name in os.environ if name == "SOURCE_DATE_EPOCH" or name.startswith("CVBUILD_"))
    for name in names:
        if name != "SOURCE_DATE_EPOCH":
            yield OK, f"{name} is {os.environ[name]}", None
            continue
        try:
            epoch()
            yield OK, f"{name} is {os.environ[name]}: it dates the PDF, and is what counts as today", None
        except NoTime as error:
            yield PROBLEM, str(error), "unset it, or set it to the output of `date +%s`"
    if not names:
        yield OK, "nothing changes what cvbuild does", None


CHECKS: Final[dict[str, Callable[[], Told]]] = {
    "cvbuild": _cvbuild,
    "Python": _python,
    "libraries": _libraries,
    "engine": _engine,
    "typesetting": _typesetting,
    "scripts": _scripts,
    "sandbox": _sandbox,
    "TeX systems": _tex,
    "cache": _cache,
    "themes": _themes,
    "editors": _schema,
    "terminal": _terminal,
    "environment": _environment,
}


def report(findings: list[Finding]) -> str:
    """The findings for people: what is not well has a sign in front, and what to do below it."""
    lines: list[str] = []
    wide = max(map(len, CHECKS))
    last = ""
    for topic, state, text, hint in findings:
        sign = {OK: " ", NOTE: "-", PROBLEM: "!"}[state]
        lines.append(f"{sign} {topic if topic != last else '':{wide}}  {'' if state == OK else state + ': '}{text}")
        lines += [f"  {'':{wide}}  {hint}"] if hint else []
        last = topic
    count = sum(finding.state == PROBLEM for finding in findings)
    lines.append("")
    lines.append(f"{count} problem{'s' if count != 1 else ''}" if count else "all that is needed works")
    return "\n".join(lines) + "\n"


def as_json(findings: list[Finding]) -> str:
    """The findings for programs."""
    import json

    from cvbuild import __version__

    told = {
        "format": 1,
        "cvbuild": __version__,
        "state": PROBLEM if any(finding.state == PROBLEM for finding in findings) else OK,
        "checks": [finding._asdict() for finding in findings],
    }
    return json.dumps(told, ensure_ascii=True, indent=1) + "\n"


def main(form: str = "human") -> int:
    """Examine, and print what was found; the exit status."""
    findings = list(examine())
    text = as_json(findings) if form == "json" else report(findings)
    text = "".join(c if c.isprintable() or c == "\n" else "?" for c in text)
    if sys.stdout is not None:
        try:
            sys.stdout.write(
                text.encode(sys.stdout.encoding or "ascii", "replace").decode(sys.stdout.encoding or "ascii")
            )
            sys.stdout.flush()
        except OSError:  # whoever listened is gone
            sys.stdout = None
    return 2 if any(finding.state == PROBLEM for finding in findings) else 0
