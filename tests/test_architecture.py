"""The floors of the house: a module imports only from floors below its own."""

from __future__ import annotations

import ast
import re
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "src" / "cvbuild"

# The one list of rooms. A package is one room: inside it, modules may import each other.
FLOORS: list[set[str]] = [
    {"frozen", "places", "clock", "locks"},
    {"source", "dates", "formats", "formulas", "lengths", "recognise", "scripts", "words"},
    {"diagnostics", "raster", "text", "cache", "files", "spreadsheets"},
    {"reading", "tree", "markup", "names", "record", "outputs", "depfile", "shell"},
    {"model", "includes"},
    {"schema", "publications", "pictures"},
    {"profiles", "theme", "bibliography", "settings", "variants"},
    {"outline", "databases", "collaborators", "starter"},
    {"checked"},
    {"choosing", "lengthy", "writers", "engine"},
    {"blame"},
    {"pipeline", "report", "watch", "lint", "exchange", "verify"},
    {"job", "explain", "targets", "batch", "themes", "doctor", "preview"},
    {"jobs"},
    {"cli", "api"},
    {"__main__", "__init__"},
]
FLOOR = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    """Rooms of cvbuild that a module imports, wherever in its text."""
    rooms: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            if node.module == "cvbuild":
                rooms |= {a.name if a.name in FLOOR else "__init__" for a in node.names}
            elif (node.module or "").startswith("cvbuild."):
                rooms.add((node.module or "").split(".")[1])
        elif isinstance(node, ast.Import):
            rooms |= {a.name.split(".")[1] for a in node.names if a.name.startswith("cvbuild.")}
    return rooms


def test_every_import_goes_downstairs() -> None:
    wrong = []
    for path in modules():
        room = room_of(path)
        for other in imported_rooms(path) - {room}:
            if other == "__init__" and room in ("cli", "doctor", "__main__"):
                continue  # the version number
            if FLOOR[other] >= FLOOR[room]:
                wrong.append(
                    f"{path.relative_to(PACKAGE)} (floor {FLOOR[room]}) imports {other} (floor {FLOOR[other]})"
                )
    assert wrong == []


def test_every_room_was_seen() -> None:
    seen = {room_of(path) for path in modules()}
    assert seen == set(FLOOR)
    assert len(modules()) >= 85  # so that the tests below look at all of them


def test_escaping_has_one_place_for_each_output() -> None:
    """Only the LaTeX writer, and the writer of .bib files, know how TeX's special characters are written."""
    knowing = [str(p.relative_to(PACKAGE)) for p in modules() if "textbackslash" in p.read_text(encoding="utf-8")]
    assert knowing == ["bibliography/tex.py", "writers/latex.py"]


def test_what_a_pdf_depends_on_is_read_by_files_alone() -> None:
    """A file that is read in another way would not be seen to change, neither by a record nor by `watch`."""
    reads = re.compile(r"(?<!os\.)\bopen\(|\.read_text\(|\.read_bytes\(|\.glob\(")
    elsewhere = {"files", "cache", "record", "engine", "outputs"}
    reading = {
        f"{path.relative_to(PACKAGE)}: {line.strip()}"
        for path in modules()
        if room_of(path) not in elsewhere
        for line in path.read_text(encoding="utf-8").splitlines()
        if reads.search(line)
    }
    assert reading == {
        # The installer's, and a list of names for a hint.
        'pipeline.py: files = sorted(Path(builtin_themes()).glob("*/preamble.tex"))',
        'pipeline.py: return tuple(file.read_text(encoding="utf-8") for file in files)',
        'theme.py: found = {p.parent.name for folder in search_folders(cv_folder) for p in folder.glob("*/theme.toml")}',
    }
