"""`python -m cvbuild`, and the command `cvbuild`."""

from __future__ import annotations

import os
import signal
import sys


def main() -> None:
    """Run the command line."""
    if sys.argv[1:] == ["--version"]:  # answered before anything is imported
        from cvbuild import __version__

        print(f"cvbuild {__version__}")
        return
    from cvbuild.cli import app

    for name in ("SIGTERM", "SIGHUP"):  # leave as at Ctrl-C, so that nothing is left behind
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda number, _: sys.exit(128 + number))
    try:
        app(prog_name="cvbuild")
    except Exception as error:
        if "CVBUILD_DEBUG" in os.environ:
            raise
        what = f"{type(error).__name__}: {error}".split("\n", 1)[0]
        print(f"cvbuild: this is a mistake in cvbuild itself, please report it: {what}", file=sys.stderr)
        print("  hint: with CVBUILD_DEBUG=1 in the environment it tells more", file=sys.stderr)
        sys.exit(3)


if __name__ == "__main__":
    main()
