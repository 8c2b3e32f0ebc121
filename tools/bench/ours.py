"""What the bench uses of cvbuild's insides: a CV on its way to LaTeX, and the engine's own command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cvbuild.checked import Checked
from cvbuild.clock import epoch
from cvbuild.dates import When
from cvbuild.diagnostics import Sink
from cvbuild.engine.base import MAIN_FILE
from cvbuild.engine.parts import PLAIN_FORMAT, Parts
from cvbuild.files import Files
from cvbuild.pipeline import check, write_latex
from cvbuild.reading import read_file
from cvbuild.writers import LatexWriter
from tools.bench.timing import Command, Failed


@dataclass(frozen=True, slots=True)
class Prepared:
    """A CV that is about to be typeset."""

    checked: Checked
    preamble: str
    document: str


def prepare(file: Path) -> Prepared:
    """Read, check and write a CV. Raises `Failed` if anything at all is said about it."""
    files, sink = Files(), Sink()
    source = read_file(file, file.name, files, sink)
    checked = check(source, files, sink) if source is not None else None
    tex = write_latex(checked, sink) if checked is not None else None
    if checked is None or tex is None or sink.diagnostics:
        raise Failed(f"{file}: " + "; ".join(found.message for found in sink.sorted()))
    return Prepared(checked, tex.preamble, tex.written.text)


def dates(checked: Checked) -> Callable[[When], str]:
    """How the theme prints a date."""
    return LatexWriter(checked.theme, checked.outline.words, checked.files).when


def engine_alone(engine: Path, prepared: Prepared, folder: Path) -> Command:
    """The very command that cvbuild runs, on the file that it writes, now in `folder`."""
    parts = Parts(engine)
    format = parts.format(prepared.preamble)
    folder.mkdir(exist_ok=True)
    tex = prepared.document if format else prepared.preamble + prepared.document
    (folder / MAIN_FILE).write_text(tex, encoding="utf-8")
    words = tuple(map(str, parts.command(format or PLAIN_FORMAT)))
    return Command(words, folder, parts.environment(epoch=epoch()))


def engine_on(whole: Command, document: str, folder: Path) -> Command:
    """The same command on another document, in another folder."""
    folder.mkdir(exist_ok=True)
    (folder / MAIN_FILE).write_text(document, encoding="utf-8")
    return Command(whole.words, folder, whole.environment, may_fail=True)
