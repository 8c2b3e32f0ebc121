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
    from cvbuild.record import Record


def main() -> None:
    """Run the command line, and leave without tidying up memory that is given back anyway."""
    while (
        spare := os.open(os.devnull, os.O_RDWR)
    ) < 3:  # started with closed streams: a pipe must not get their numbers
        pass
    os.close(spare)
    status = _run(sys.argv[1:])
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
    return _call(arguments, None)


def _render(arguments: list[str]) -> int:
    from cvbuild import record

    forced = "--force" in arguments
    command = [argument for argument in arguments if argument != "--force"]
    last = record.recall(command)
    if last is not None and not forced and last.holds():
        last.refresh()
        if sys.stderr is not None:
            sys.stderr.write(last.said)
        return 0
    return _call(arguments, (command, last))


def _call(arguments: list[str], command: tuple[list[str], Record | None] | None) -> int:
    """Hand the command to `cvbuild.cli`; nothing that goes wrong there leaves as a traceback."""
    import gc
    import signal

    gc.disable()  # one command makes little garbage, and then the process ends
    for name in ("SIGTERM", "SIGHUP"):  # leave as at Ctrl-C, so that nothing is left behind
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda number, _: sys.exit(128 + number))
    typesetter = _begin(arguments) if command else None
    try:
        from cvbuild.cli import Begun, app

        app(arguments, prog_name="cvbuild", obj=Begun(*command, typesetter) if command else None)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except Exception as error:
        if "CVBUILD_DEBUG" in os.environ:
            raise
        what = f"{type(error).__name__}: {error}".split("\n", 1)[0]
        print(f"cvbuild: this is a mistake in cvbuild itself, please report it: {what}", file=sys.stderr)
        print("  hint: with CVBUILD_DEBUG=1 in the environment it tells more", file=sys.stderr)
        return 3
    finally:
        if typesetter is not None:
            typesetter.stop()
    return 0


def _begin(arguments: list[str]) -> Typesetter | None:
    """Start the default engine for a CV that has not been read yet: most have the preamble of the base theme."""
    if len(arguments) < 2 or any(a == "--help" or a.startswith("--engine") for a in arguments):
        return None
    from cvbuild.engine import Typesetter, epoch
    from cvbuild.files import Files
    from cvbuild.places import builtin_themes

    typesetter = Typesetter()
    typesetter.prepare(Files().text(os.path.join(builtin_themes(), "base", "preamble.tex")), epoch())
    return typesetter


if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # the folder in which `python -m` was called: a file jinja2.py beside a CV is no library
    main()
