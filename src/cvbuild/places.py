"""Where things lie on this machine.

This module, `cache`, `files` and `record` are imported before anything else is
known to be needed: they import next to nothing, and name paths by text.
"""

from __future__ import annotations

import os
import sys

PACKAGE = os.path.dirname(os.path.abspath(__file__))


def builtin_themes() -> str:
    """The folder of the LaTeX themes that come with cvbuild: in the package, or beside it in a checkout."""
    packaged = os.path.join(PACKAGE, "templates", "latex")
    checkout = os.path.join(os.path.dirname(os.path.dirname(PACKAGE)), "templates", "latex")
    return packaged if os.path.isdir(packaged) else checkout


def user_themes() -> str:
    """The folder of the user's own themes."""
    return os.path.join(_named("XDG_CONFIG_HOME") or _home(".config"), "cvbuild", "themes")


def data_folder() -> str:
    """The folder of what is installed for this user."""
    if sys.platform == "darwin":
        data = _home("Library", "Application Support")
    elif os.name == "nt":
        data = os.environ.get("LOCALAPPDATA") or _home("AppData", "Local")
    else:
        data = _named("XDG_DATA_HOME") or _home(".local", "share")
    return os.path.join(data, "cvbuild")


def cache_folder() -> str:
    """The folder of what can be made again at any time."""
    if os.name == "nt":
        return os.path.join(data_folder(), "cache")
    caches = _home("Library", "Caches") if sys.platform == "darwin" else _home(".cache")
    return os.path.join(_named("XDG_CACHE_HOME") or caches, "cvbuild")


def _named(variable: str) -> str | None:
    """The folder that a variable names. One that is relative counts for nothing, as the XDG specification has it."""
    given = os.environ.get(variable, "")
    return given if os.path.isabs(given) else None


def _home(*below: str) -> str:
    return os.path.join(os.path.expanduser("~"), *below)
