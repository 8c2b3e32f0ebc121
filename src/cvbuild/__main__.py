"""`python -m cvbuild`, and the command `cvbuild`.

Most of the time of a small command is Python importing things. So what can be
told without them is told first; and while they are imported, the engine starts.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cvbuild.engine import Typesetter


def main() -> None:
    """Run the command line, and leave without tidying up memory that is given back anyway."""
    while (
        spare := os.open(os.devnull, os.O_RDWR)
    ) < 3:  # started with closed streams: a pipe must not get their numbers
        pass
    os.close(spare)
    try:
        status = _run(sys.argv[1:])
    except KeyboardInterrupt:  # before `cvbuild.cli` was there to answer
        status = 130
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 1
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:  # whoever listened is gone
            status = status or 1
    if "CVBUILD_DEBUG" in os.environ:  # profilers want to see the end
        sys.exit(status)
    os._exit(status)


def _run(arguments: list[str]) -> int:
    """The exit status of a command."""
    if arguments == ["--version"]:
        from cvbuild import __version__

        print(f"cvbuild {__version__}")
        return 0
    if arguments[:1] == ["render"]:
        return _render(arguments)
    if arguments[:1] in (["completion"], ["man"]):
        from cvbuild.shell import answer

        told = answer(arguments)
        if told is not None:
            return _print(told)
    if arguments[:1] == ["doctor"] and not _is_whole():
        from cvbuild.doctor import main as examine

        return examine("json" if "json" in arguments or "--format=json" in arguments else "human")
    return _call(arguments, None)


def _print(text: str) -> int:
    """Write to standard output; the exit status."""
    try:
        if sys.stdout is None:
            raise OSError("standard output is closed")
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
    except BrokenPipeError:  # whoever listened has read enough
        return 1
    except OSError as error:
        return _tell(error)
    return 0


def _is_whole() -> bool:
    """Whether the command line can be imported: a library may be missing, which is what `doctor` is to tell."""
    try:
        import cvbuild.cli
    except Exception:
        return False
    return bool(cvbuild.cli)


def _render(arguments: list[str]) -> int:
    from cvbuild import record

    forced = "--force" in arguments
    command = [argument for argument in arguments if argument != "--force"]
    last = record.recall_command(command) if not forced else None
    said = last.answer() if last is not None else None
    if said is not None:
        if sys.stderr is not None:
            sys.stderr.write(said.found + said.last + said.pointer)
        if said.printed and sys.stdout is not None:
            sys.stdout.buffer.write(said.printed.encode("utf-8", "surrogateescape"))
        return 0
    return _call(arguments, command)


def _call(arguments: list[str], command: list[str] | None) -> int:
    """Hand the command to `cvbuild.cli`; nothing that goes wrong there leaves as a traceback."""
    import gc
    import signal

    gc.disable()  # one command makes little garbage, and then the process ends
    for name in ("SIGTERM", "SIGHUP"):  # leave as at Ctrl-C, so that nothing is left behind
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` has it
            signal.signal(number, lambda number, _: sys.exit(128 + number))
    typesetter: Typesetter | None = None
    try:
        typesetter = _begin(arguments) if command else None
        from cvbuild.cli import Begun, app

        app(arguments, prog_name="cvbuild", obj=Begun(command, typesetter) if command else None)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if "CVBUILD_DEBUG" in os.environ:
            raise
        return _tell(error)
    finally:
        if typesetter is not None:
            typesetter.stop()
    return 0


def _tell(error: Exception) -> int:
    """Say what no lower room could deal with; the exit status."""
    what = "".join(c if c.isprintable() else "?" for c in str(error).split("\n", 1)[0])
    if isinstance(error, MemoryError):
        status, said = 2, "there is not enough memory"
    elif isinstance(error, ModuleNotFoundError) and not (error.name or "cvbuild").startswith("cvbuild"):
        status, said = 2, f"the library `{error.name}` is missing\n  hint: `cvbuild doctor` tells what to do"
    elif isinstance(error, OSError):  # of the machine: a full disk behind standard output, no more processes
        status, said = 2, what
    else:
        status = 3
        said = f"this is a mistake in cvbuild itself, please report it: {type(error).__name__}: {what}"
        said += "\n  hint: with CVBUILD_DEBUG=1 in the environment it tells more"
    try:
        print(f"cvbuild: {said}", file=sys.stderr)
    except OSError:  # whoever listened is gone
        pass
    return status


def _is_text(arguments: list[str]) -> bool:
    """Whether no page is to be typeset, as far as that can be told at a glance: a wrong guess costs some time, no more."""
    to = output = None
    for given, value in zip(arguments, [*arguments[1:], ""], strict=True):
        name, equals, attached = given.partition("=")
        if name == "--verify":
            return False
        if name == "--to":
            to = attached if equals else value
        elif name in ("-o", "--output"):
            output = attached if equals else value
    if to is not None:
        return not any(typeset in to.lower() for typeset in ("pdf", "png"))
    return output is not None and output.lower().endswith((".html", ".tex"))


def _begin(arguments: list[str]) -> Typesetter | None:
    """Start the default engine for a CV that has not been read yet: most have the preamble of the base theme."""
    if len(arguments) < 2 or any(a == "--help" or a.startswith("--engine") for a in arguments) or _is_text(arguments):
        return None
    if sum(a.endswith((".yaml", ".yml")) for a in arguments) > 1:  # for other processes to do
        return None
    from cvbuild.clock import NoTime, epoch
    from cvbuild.engine import Typesetter
    from cvbuild.files import Files
    from cvbuild.places import builtin_themes

    try:
        now = epoch()
    except NoTime:  # told when the CV is there
        return None
    typesetter = Typesetter()
    typesetter.prepare(Files().text(os.path.join(builtin_themes(), "base", "preamble.tex")), now)
    return typesetter


if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # the folder in which `python -m` was called: a file jinja2.py beside a CV is no library
    main()
