"""`python -m cvbuild`, and the command `cvbuild`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    if sys.argv[1:] == ["--version"]:  # answered before anything is imported
        from cvbuild import __version__

        print(f"cvbuild {__version__}")
        return
    from cvbuild.cli import app

    app(prog_name="cvbuild")


if __name__ == "__main__":
    main()
