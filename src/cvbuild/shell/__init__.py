"""What a shell wants to know of cvbuild: how its commands are completed, and the manual page.

The files beside this one are made by `make docs` from the commands themselves, so that nothing of cvbuild need run at a TAB.
"""

from __future__ import annotations

from cvbuild.files import Files
from cvbuild.places import PACKAGE

SCRIPTS = {"bash": "cvbuild.bash", "zsh": "_cvbuild", "fish": "cvbuild.fish"}
"""For each shell, the file that completes commands."""
MANUAL = "cvbuild.1"


def text_of(name: str) -> str:
    """One of the files. Raises OSError if the package is not whole."""
    return Files().text(f"{PACKAGE}/shell/{name}")


def answer(arguments: list[str]) -> str | None:
    """What is printed for a command line that asks for one of the files; None for any other, which the command line knows."""
    if arguments == ["man"]:
        return text_of(MANUAL)
    if len(arguments) == 2 and arguments[0] == "completion" and arguments[1] in SCRIPTS:
        return text_of(SCRIPTS[arguments[1]])
    return None
