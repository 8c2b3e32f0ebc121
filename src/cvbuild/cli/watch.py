"""`cvbuild watch`: a CV becomes a PDF again at each save; its state is shown at the terminal, and on a page."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Annotated

import typer

from cvbuild.cli.options import (
    EngineOption,
    FormatOption,
    Input,
    OutputOption,
    RawLatexOption,
    ThemeOption,
    TimeoutOption,
    TodayOption,
    day_of,
    seconds,
)
from cvbuild.cli.output import Format, Voice, refuse, say, status
from cvbuild.cli.task import ending, outputs_of

if TYPE_CHECKING:
    from pathlib import Path

    from cvbuild.diagnostics import Sink
    from cvbuild.engine import Typesetter
    from cvbuild.job import Job, Made
    from cvbuild.preview import Preview
    from cvbuild.watch import Seen

RETRY = 5.0
"""Seconds after which to try again what the machine did not do: its disk may have space again."""
RETURN = 1.0
"""Seconds after which to look again for a folder that is gone."""


def watch(
    cv: Input,
    output: OutputOption = None,
    theme: ThemeOption = None,
    engine: EngineOption = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show the PDF, and what is wrong, on a page that renews itself.")
    ] = False,
    browse: Annotated[bool, typer.Option("--open", help="Open that page in the browser.")] = False,
    port: Annotated[
        int | None,
        typer.Option(
            "--port", help="The port of that page (default: 5284, or the next that is free).", min=1, max=65535
        ),
    ] = None,
    timeout: TimeoutOption = 60.0,
    raw_latex: RawLatexOption = False,
    today: TodayOption = None,
    form: FormatOption = Format.human,
) -> None:
    """Typeset a CV again each time that it, its theme, or anything else that it is made of is saved."""
    import gc

    from cvbuild.checked import Choices
    from cvbuild.engine import Typesetter
    from cvbuild.jobs import all_jobs
    from cvbuild.targets import Refused
    from cvbuild.watch import follow

    try:
        (job,) = all_jobs([cv], None, output, Choices(theme=theme), timeout=seconds(timeout), raw_latex=raw_latex)
    except Refused as why:
        refuse(str(why))
    day = day_of(today)
    if job.cv is None or job.main is None:
        refuse("a stream cannot be watched; name files")
    if not job.cv.is_file():
        refuse(f"there is no file {job.cv}")
    gc.enable()
    _renew_schema(job.cv.parent)
    with suppress(KeyboardInterrupt), ExitStack() as stack:
        page = stack.enter_context(_page(job, port)) if preview or browse or port is not None else None
        head = []
        if page is not None:
            sys.setswitchinterval(0.001)  # what the page asks for waits less for what is done between two builds
            head.append(f"cvbuild: the preview is at {page.address}")
            if browse and not open_page(page.once()):
                head.append("cvbuild: no browser was found; open the address yourself")
        teller = Teller(Voice("watch", form, pointer=False), job, page, head)
        typesetter = stack.enter_context(Typesetter(engine.value if engine else None))
        follow(Rounds(job, typesetter, day, teller, page).once)


def _renew_schema(folder: Path) -> None:
    """Whoever watches, writes: give the editor the schema of this version, if it has one of another."""
    if not (folder / ".cvbuild").is_dir():
        return
    from cvbuild.diagnostics import Sink
    from cvbuild.outputs import write_file
    from cvbuild.starter import editor_schema, outdated

    path = outdated(folder)
    if path is not None and write_file(path, editor_schema().encode(), Sink()):  # if not, the editor knows a bit less
        say(f"cvbuild: {path} was of another version, and is renewed for your editor")


class Rounds:
    """The builds of one `watch`."""

    def __init__(
        self, job: Job, typesetter: Typesetter, day: tuple[int, int, int] | None, teller: Teller, page: Preview | None
    ) -> None:
        self._job = job
        self._typesetter = typesetter
        self._day = day
        self._teller = teller
        self._page = page
        self._pages: int | None = None
        self._home = os.getcwd()  # noqa: PTH109
        self._states: dict[str, str] = {}

    def once(self) -> Seen:
        """Build, and tell what came of it."""
        import time

        from cvbuild.clock import epoch
        from cvbuild.diagnostics import CANNOT_WRITE, NO_ENGINE
        from cvbuild.files import Files
        from cvbuild.job import make
        from cvbuild.watch import Seen

        if self._page is not None:
            self._page.building()
        begin = time.monotonic()
        files = Files(self._day)
        try:
            self._go_home()
            made = make(self._job, self._typesetter, files, self._pages)
        except OSError:
            if _is_here():
                raise
            made = self._lost()
        self._teller.tell(made, time.strftime("%H:%M:%S"), time.monotonic() - begin)
        outcome = made.outcome
        self._pages = outcome.pages or self._pages
        if outcome.tex is not None:  # so that the engine is there before the next edit is
            self._typesetter.prepare(outcome.tex.preamble, epoch())
        self._teller.explain(outcome.sink)
        if not _is_here():
            return Seen(self._states, RETURN)
        self._states = {**files.states, **(outcome.inputs or {})}
        machine = any(d.code in (CANNOT_WRITE, NO_ENGINE) for d in outcome.sink.diagnostics)
        return Seen(self._states, RETRY if machine else None)

    def _go_home(self) -> None:
        """If the folder in which this runs was removed, go into the one that has its name now. Raises OSError."""
        if not _is_here():
            os.chdir(self._home)

    def _lost(self) -> Made:
        from cvbuild.diagnostics import NO_FOLDER, Sink
        from cvbuild.job import Made
        from cvbuild.pipeline import Outcome

        sink = Sink()
        sink.add(NO_FOLDER, f"the folder `{self._home}` is gone", hint="it goes on when the folder is there again")
        return Made(Outcome(sink=sink), {})


def _is_here() -> bool:
    """Whether the folder in which this runs still has a name."""
    try:
        os.getcwd()  # noqa: PTH109
    except OSError:
        return False
    return True


class Teller:
    """Tells what comes of builds: at the terminal in place, or else as lines; and on the page, if there is one."""

    def __init__(self, voice: Voice, job: Job, page: Preview | None, head: list[str]) -> None:
        from cvbuild.cli.screen import Screen, is_screen

        self._voice = voice
        self._job = job
        self._page = page
        self._screen = Screen() if voice.form is Format.human and is_screen() else None
        self._before: tuple[object, ...] = ()
        self._head = head
        if self._screen is not None:
            self._screen.draw(self._head, [], ["typesetting …"], "")
        else:
            for line in self._head:
                say(line)

    def tell(self, made: Made, at: str, took: float) -> None:
        """Tell what came of a build that ended `at` a time, and took so many seconds."""
        sink, outcome = made.outcome.sink, made.outcome
        found = tuple(sink.sorted())
        if self._page is not None:
            self._page.built(None if sink.failed else outcome.pdf, found, at, took)
        said = ending(made, self._job)
        last = f"{at} {said}" + ("" if sink.failed else f" in {took:.2f} s")
        if self._screen is not None:
            from cvbuild.report import human

            colour = "NO_COLOR" not in os.environ
            more = f"… and more: `cvbuild validate {self._job.cv}` tells all"
            self._screen.draw(self._head, human(found, colour=colour).splitlines(), [_line(last)], more)
        elif not sink.failed or self._before != (*found, said):  # what is tried again is told once
            self._voice.tell(
                sink,
                f"{last}\n",
                status=status(sink),
                outputs=outputs_of(made, self._job, written=True),
                pages=outcome.pages or None,
            )
        self._before = (*found, said)

    def explain(self, sink: Sink) -> None:
        """Have at hand what the codes mean, for who asks on the page."""
        if self._page is None:
            return
        from cvbuild.explain import explanation

        codes = {d.code.number: d.code for d in sink.diagnostics}
        self._page.explain({n: explanation(code) for n, code in codes.items() if n not in self._page.explained})


def _line(text: str) -> str:
    """A line that cannot steer the terminal."""
    from cvbuild.report import printable

    return printable(text)


def _page(job: Job, port: int | None) -> Preview:
    from cvbuild.preview import NoPort, Preview

    target = job.targets.get("pdf")
    if target is None:
        refuse("the preview shows a PDF, and none is made")
    try:
        return Preview(target.name, os.path.realpath(target), port)
    except NoPort as error:
        refuse(str(error))


def open_page(address: str) -> bool:
    """Open an address in the user's browser; whether there is one, and it does not need this terminal."""
    import webbrowser
    from threading import Thread

    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        browser = None
    if browser is None or (type(browser) is webbrowser.GenericBrowser and "BROWSER" not in os.environ):
        return False
    Thread(target=browser.open, args=(address,), daemon=True).start()
    return True
