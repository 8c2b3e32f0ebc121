"""A first CV: commented, complete, and rendered as it stands.

In: the owner's name, and what is wished. Out: texts by the names of their files; nothing is written here.
The texts are the files beside these modules, in which `@word@` stands for what differs from CV to CV.
"""

from cvbuild.starter.editor import SCHEMA, editor_schema, is_schema, outdated
from cvbuild.starter.found import Found, look
from cvbuild.starter.texts import Unwritable, Wish, clean_name, starter

__all__ = [
    "SCHEMA",
    "Found",
    "Unwritable",
    "Wish",
    "clean_name",
    "editor_schema",
    "is_schema",
    "look",
    "outdated",
    "starter",
]
