"""`cvbuild watch`: a CV becomes a PDF again at each save; its state is shown at the terminal, and on a page."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Annotated

import typer

from cvbuild.cli.options import (
    AsOfOption,
    EngineOption,
    FormatOption,
    Input,
    OutputOption,
    PrivateOption,
    RawLatexOption,
    SetOption,
    ThemeOption,
    TimeoutOption,
    TodayOption,
    VariantOption,
    choices_of,
    day_of,
    path_of,
    seconds,
)
from cvbuild.cli.output import Format, Voice, refuse, say, status
from cvbuild.cli.task import ending, outputs_of

if TYPE_CHECKING:
    from pathlib import Path

    from cvbuild.diagnostics import Diagnostic
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
    variant: VariantOption = None,
    settings: SetOption = None,
    private: PrivateOption = False,
    as_of: AsOfOption = None,
    form: FormatOption = Format.human,
) -> None:
    """Typeset a CV again each time that it, its theme, or anything else that it is made of is saved."""
    import gc

    from cvbuild.engine import Typesetter
    from cvbuild.jobs import all_jobs
    from cvbuild.targets import Refused
    from cvbuild.watch import follow

    choices, wanted = choices_of(theme, settings, private, as_of), variant or ()
    try:
        jobs = all_jobs([cv], None, output, choices, variants=wanted, timeout=seconds(timeout), raw_latex=raw_latex)
    except Refused as why:
        refuse(str(why))
    day, path = day_of(today) or day_of(as_of, "--as-of"), path_of(cv)
    if path is None or any(job.main is None for job in jobs):
        refuse("a stream cannot be watched; name files")
    if not path.is_file():
        refuse(f"there is no file {path}")
    gc.enable()
    _renew_schema(path.parent)
    with suppress(KeyboardInterrupt), ExitStack() as stack:
        page = stack.enter_context(_page(jobs[0], port)) if preview or browse or port is not None else None
        head = []
        if page is not None:
            sys.setswitchinterval(0.001)  # what the page asks for waits less for what is done between two builds
            head.append(f"cvbuild: the preview is at {page.address}")
            if browse and not open_page(page.once()):
                head.append("cvbuild: no browser was found; open the address yourself")
        teller = Teller(Voice("watch", form, pointer=False), path, page, head)
        typesetter = stack.enter_context(Typesetter(engine.value if engine else None))
        follow(Rounds(jobs, typesetter, day, teller, page).once)


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
        self,
        jobs: Sequence[Job],
        typesetter: Typesetter,
        day: tuple[int, int, int] | None,
        teller: Teller,
        page: Preview | None,
    ) -> None:
        self._jobs = jobs
        self._typesetter = typesetter
        self._day = day
        self._teller = teller
        self._page = page
        self._pages: dict[str | None, int] = {}  # of each variant
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
        states: dict[str, str] = {}
        all_made: list[tuple[Job, Made]] = []
        for job in self._jobs:
            files = Files(self._day)
            try:
                self._go_home()
                made = make(job, self._typesetter, files, self._pages.get(job.choices.variant))
            except OSError:
                if _is_here():
                    raise
                made = self._lost()
            all_made.append((job, made))
            if made.outcome.pages:
                self._pages[job.choices.variant] = made.outcome.pages
            states |= {**files.states, **(made.outcome.inputs or {})}
            if made.outcome.tex is not None:  # so that the engine is there before the next edit is
                self._typesetter.prepare(made.outcome.tex.preamble, epoch())
        self._teller.tell(all_made, time.strftime("%H:%M:%S"), time.monotonic() - begin)
        found = [d for _, made in all_made for d in made.outcome.sink.diagnostics]
        self._teller.explain(found)
        if not _is_here():
            return Seen(self._states, RETURN)
        self._states = states
        machine = any(d.code in (CANNOT_WRITE, NO_ENGINE) for d in found)
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

    def __init__(self, voice: Voice, cv: Path, page: Preview | None, head: list[str]) -> None:
        from cvbuild.cli.screen import Screen, is_screen

        self._voice = voice
        self._cv = cv
        self._page = page
        self._screen = Screen() if voice.form is Format.human and is_screen() else None
        self._before: tuple[object, ...] = ()
        self._head = head
        if self._screen is not None:
            self._screen.draw(self._head, [], ["typesetting …"], "")
        else:
            for line in self._head:
                say(line)

    def tell(self, all_made: Sequence[tuple[Job, Made]], at: str, took: float) -> None:
        """Tell what came of a round that ended `at` a time, and took so many seconds. The page shows the first job."""
        first = all_made[0][1].outcome
        found = tuple(dict.fromkeys(d for _, made in all_made for d in made.outcome.sink.sorted()))
        if self._page is not None:
            self._page.built(None if first.sink.failed else first.pdf, found, at, took)
        said = [ending(made, job) for job, made in all_made]
        failed = any(made.outcome.sink.failed for _, made in all_made)
        lines = [f"{at} {words}" for words in said]
        if not failed:
            lines[-1] += f" in {took:.2f} s"
        if self._screen is not None:
            from cvbuild.report import human

            colour = "NO_COLOR" not in os.environ
            more = f"… and more: `cvbuild validate {self._cv}` tells all"
            self._screen.draw(self._head, human(found, colour=colour).splitlines(), [*map(_line, lines)], more)
        elif not failed or self._before != (*found, *said):  # what is tried again is told once
            for (job, made), line in zip(all_made, lines, strict=True):
                self._voice.tell(
                    made.outcome.sink,
                    f"{line}\n",
                    status=status(made.outcome.sink),
                    outputs=outputs_of(made, job, written=True),
                    pages=made.outcome.pages or None,
                )
        self._before = (*found, *said)

    def explain(self, found: Iterable[Diagnostic]) -> None:
        """Have at hand what the codes mean, for who asks on the page."""
        if self._page is None:
            return
        from cvbuild.explain import explanation

        codes = {d.code.number: d.code for d in found}
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
