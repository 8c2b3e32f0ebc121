"""`cvbuild new`: a first CV."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cvbuild import __version__
from cvbuild.cli.options import ForceOption
from cvbuild.cli.output import WRONG_USAGE, Voice, counted, say, status
from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.frozen import frozen
from cvbuild.report import Output
from cvbuild.source import Source

if TYPE_CHECKING:
    from cvbuild.starter import Found

_KEPT = (".gitignore",)
"""Files that may be there before, with lines of their own."""


@frozen
class _Works:
    """A file of works as the CV names it, and its text if it lies elsewhere and is copied."""

    name: str
    source: Source
    copied: bytes | None = None


def new(
    name: Annotated[str, typer.Argument(metavar='"YOUR NAME"', help="Your name, as it shall be printed.")],
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="The file to write, or its folder (default: cv.yaml here).")
    ] = None,
    works: Annotated[
        list[str] | None,
        typer.Option("--from", metavar="refs.bib", help="Take your works from this .bib or CSL-JSON file; repeatable."),
    ] = None,
    theme: Annotated[str, typer.Option("--theme", help="The look.")] = "noether",
    makefile: Annotated[bool, typer.Option("--makefile", help="Write a Makefile too.")] = False,
    github: Annotated[
        bool,
        typer.Option("--github", help="Write a workflow for GitHub too, which puts the CV on the web at each push."),
    ] = False,
    force: ForceOption = False,
) -> None:
    """Write a first CV, with comments that say how to go on."""
    from cvbuild.model import ThemeChoice
    from cvbuild.starter import Unwritable, Wish, clean_name, look, starter
    from cvbuild.theme import find_theme, list_themes

    target = _target(output)
    folder, sink, files = target.parent, Sink(), Files()
    look_of = find_theme(ThemeChoice(name=theme), folder, files, sink)
    if look_of is None:
        _give_up(sink)
    try:
        name = clean_name(name)
        found = None
        taken = _taken(works or [], folder, files, sink)
        if taken:
            found = look(name, (one.source for one in taken), sink)
        wish = Wish(
            name,
            file=target.name,
            path=shlex.quote(str(target)),
            theme=theme,
            themes=tuple(list_themes(folder)),
            options=tuple(look_of.specs),
            works=tuple(one.name for one in taken),
            found=found,
            makefile=makefile,
            github=github,
            version=__version__,
        )
        texts = starter(wish)
    except Unwritable as error:
        _refuse(str(error))
    outputs = {folder / file: text.encode() for file, text in texts.items()}
    outputs |= {folder / one.name: one.copied for one in taken if one.copied is not None}
    others = [path for path, data in outputs.items() if _is_other(path, data) and not force]
    kept = [path for path in others if path.name in _KEPT]
    there = [path for path in others if path not in kept and not _is_own_schema(path)]
    if there:
        is_there = "exists; --force writes over it" if len(there) == 1 else "exist; --force writes over them"
        _refuse(f"{_listed(there)} {is_there}, and `-o FOLDER` writes to another place")
    _write({path: data for path, data in outputs.items() if path not in kept}, target, sink)
    copies = {folder / one.name for one in taken if one.copied is not None}
    wrote = [f"{path} (a copy)" if path in copies else str(path) for path in outputs if path not in kept]
    last = f"cvbuild: wrote {_listed(wrote)}\n"
    last += "".join(f"cvbuild: {path} was there, and is left as it is\n" for path in kept)
    last += _told(found) if found is not None else ""
    last += "cvbuild: mend the errors first, or no PDF can be made\n" if sink.failed else ""
    written = tuple(Output(str(path)) for path in outputs if path not in kept)
    Voice("new").tell(sink, last + _next(target), status=status(sink), outputs=written)
    if sink.failed:
        raise typer.Exit(status(sink))


def _target(output: str | None) -> Path:
    """The CV that shall be written. What is no name of a YAML file is a folder."""
    path = Path(output if output is not None else "cv.yaml")
    if path.suffix.lower() not in (".yaml", ".yml") or path.is_dir():
        if path.is_file() or (path.suffix and not path.is_dir()):
            _refuse(f"{path} is no name for a CV, which is a YAML file; write {path.with_suffix('.yaml')}")
        path = path / "cv.yaml"
    return path


def _taken(names: list[str], folder: Path, files: Files, sink: Sink) -> list[_Works]:
    """The files of works, each in the folder of the CV or below it: what lies elsewhere is copied."""
    from cvbuild.reading import WORKS, read_file

    taken: list[_Works] = []
    home = os.path.realpath(folder)
    for name in dict.fromkeys(names):
        path = Path(name)
        if path.suffix.lower() not in WORKS:
            _refuse(f"{name} is neither a .bib file nor a .json file of CSL-JSON")
        source = read_file(path, name, files, sink, kinds=WORKS)
        if source is None:
            _give_up(sink)
        real = os.path.realpath(path)
        inside = real.startswith(home + os.sep)
        called = Path(os.path.relpath(real, home)).as_posix() if inside else path.name
        if any(one.name == called for one in taken):
            _refuse(f"two files are called {called}; put them beside the CV, under different names")
        if not inside and (folder / called).is_symlink():  # a CV is not followed out of its folder
            _refuse(f"{folder / called} leads out of the folder of the CV; put the file itself there")
        taken.append(_Works(called, source, None if inside else files.read(path, -1)))
    return taken


def _is_other(path: Path, data: bytes) -> bool:
    """Whether something else is there than what would be written."""
    try:
        return path.exists() and Files().read(path, len(data) + 1) != data
    except OSError:
        return True


def _is_own_schema(path: Path) -> bool:
    """Whether a file is a schema that cvbuild wrote, which may be renewed."""
    from cvbuild.starter import is_schema

    try:
        return is_schema(Files().text(path))
    except (OSError, UnicodeDecodeError):
        return False


def _write(outputs: dict[Path, bytes], target: Path, sink: Sink) -> None:
    """Write all, the CV last: if it is there, all is."""
    from cvbuild.outputs import write_files

    path = target
    try:
        for path in outputs:
            path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _refuse(f"the folder {path.parent} cannot be made: {error.strerror}")
    ordered = sorted(outputs, key=lambda path: path == target)
    if not write_files({path: outputs[path] for path in ordered}, sink):
        _give_up(sink)


def _told(found: Found) -> str:
    """What was found in the files of works."""
    said = [f"{counted(found.works, 'work')} found"]
    if found.aliases:
        said.append(f"in some you are {_listed(list(found.aliases))}, which stands below `aliases:` now")
    if 0 < found.others < found.works:
        said.append(f"{found.others} {'is' if found.others == 1 else 'are'} not by you, and in no list")
    return f"cvbuild: {'; '.join(said)}\n"


def _next(target: Path) -> str:
    """What to do now."""
    from cvbuild.engine import EngineError
    from cvbuild.engine.parts import locate

    try:
        ready = locate() is not None
    except EngineError:
        ready = False
    first = "" if ready else "  cvbuild engine install  # once: fetches the engine\n"
    return f"\nNow:\n{first}  cvbuild watch {shlex.quote(str(target))} --preview\n\nIt makes {target.with_suffix('.pdf')}, again each time that you save, and prints an address at which your browser shows it.\n"


def _listed(names: Sequence[object]) -> str:
    words = [str(name) for name in names]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _give_up(sink: Sink) -> NoReturn:
    Voice("new").tell(sink, "cvbuild: nothing is written\n", status=WRONG_USAGE)
    raise typer.Exit(WRONG_USAGE)


def _refuse(what: str) -> NoReturn:
    say(f"cvbuild: {what}")
    raise typer.Exit(WRONG_USAGE)
