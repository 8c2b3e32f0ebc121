"""The texts of a first CV, from the parts beside this module."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cvbuild.bibliography.yaml_scalars import scalar
from cvbuild.files import Files
from cvbuild.frozen import frozen
from cvbuild.names import AuthorsError, Identity, Match, parse_name, split_authors, split_marks
from cvbuild.names.writing import write_name
from cvbuild.source import CONTROL
from cvbuild.starter.editor import SCHEMA, editor_schema
from cvbuild.starter.found import Found

WORKFLOW: Final = ".github/workflows/cv.yml"
_PARTS: Final = Path(__file__).parent
_PLACE: Final = re.compile(r"@([a-z]+)@")
# Two of them write works with the owner: the first two that nobody could take for the owner.
_OTHERS: Final = ("Grace Sample", "Carl Instance", "Emma Muster", "Jean Exemple")
_PLAIN_KEY: Final = re.compile(r"[\w:./+-]+")
_PLAIN: Final = re.compile(r"(?!-)[\w.,+/-]+")


class Unwritable(Exception):
    """What was wished cannot be written; the message says why."""


@frozen
class Wish:
    """What a first CV shall be. `file` is its name; `works` are files beside it, or in folders there, in which `found` was found.

    `path` is how the owner calls the file, for the commands in its comments; `themes` are all that there are, `options`
    those of `theme`.
    """

    name: str
    file: str = "cv.yaml"
    path: str = "cv.yaml"
    theme: str = "noether"
    themes: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    works: tuple[str, ...] = ()
    found: Found | None = None
    makefile: bool = False
    github: bool = False
    version: str = ""


def clean_name(given: str) -> str:
    """A name as it can stand in a CV: without needless spaces. Raises `Unwritable`."""
    name = " ".join(given.split())
    if not name:
        raise Unwritable('the name is empty; write `cvbuild new "Ada Lovelace"`')
    if CONTROL.search(name) or re.search("[\ud800-\udfff\ufeff\ufffe\uffff]", name):
        raise Unwritable("there are characters in the name that no text can hold")
    return name


def starter(wish: Wish) -> dict[str, str]:
    """The files by their names, the CV first. Raises `Unwritable`."""
    texts = {wish.file: _cv(wish), SCHEMA: editor_schema()}
    stem = Path(wish.file).stem
    for name in (wish.file, *wish.works) if wish.makefile or wish.github else ():
        if not _PLAIN.fullmatch(name):
            raise Unwritable(f"`{name}` cannot stand in a Makefile or a workflow; use letters, digits, and no spaces")
    if wish.makefile:
        texts["Makefile"] = _fill("Makefile", file=wish.file, stem=stem, inputs=" ".join((wish.file, *wish.works)))
    if wish.github:
        texts[WORKFLOW] = _fill("github.yml", file=wish.file, version=wish.version)
        texts[".gitignore"] = _fill("gitignore.txt", file=wish.file, stem=stem)
    return texts


def _cv(wish: Wish) -> str:
    found = wish.found
    themes = [theme for theme in wish.themes if theme != wish.theme]
    identity = Identity.of(wish.name)
    first, second, *_ = (one for one in _OTHERS if identity.match(parse_name(one)) is Match.NO)
    if wish.works and found is not None:
        key = found.key if _PLAIN_KEY.fullmatch(found.key) else "key-of-a-work"
        who = f"author: {scalar(wish.name, flow=True)}" if 0 < found.others < found.works else ""
        files = [scalar(file, flow=True) for file in wish.works]
        names = files[0] if len(files) == 1 else f"[{', '.join(files)}]"
        lists = _fill("lists_of_file.yaml", key=key, who=who and f"{who}, ")
        works = _fill("works_of_file.yaml", key=key, names=names)
        every, aliases = f"{{{who}}}" if who else "all", found.aliases
    else:
        lists, works = _part("lists.yaml"), _works(wish.name, first, second)
        every, aliases = "all", ()
    return _fill(
        "cv.yaml",
        schema=SCHEMA,
        path=_in_comment(wish.path),
        stem=_in_comment(Path(wish.file).stem),
        name=scalar(wish.name, width=None),
        aliases=_aliases(aliases),
        theme=scalar(wish.theme, width=None),
        options=_options(wish.options),
        themes=_in_comment(f" # or {', '.join(themes)}") if themes else "",
        first=first,
        second=second,
        lists=lists.rstrip("\n"),
        works=works.rstrip("\n"),
        all=every,
    )


def _works(name: str, first: str, second: str) -> str:
    """The works of the example. A line with authors is quoted where YAML would read it otherwise with these names in it."""
    lines = []
    for line in _part("works.yaml").splitlines():
        head, is_authors, rest = line.partition("authors: ")
        value, sharp, comment = rest.partition(" #")
        if is_authors:
            line = f"{head}{is_authors}{_authors(value, name, first, second)}{sharp}{comment}"
        lines.append(line)
    return "\n".join(lines)


def _authors(value: str, name: str, first: str, second: str) -> str:
    """Authors as one text that is read as these; for the rare name with which none is, a list that says who the owner is."""
    identity = Identity.of(name)
    items = value.split(", ")
    wanted = [_replaced(item, {"owner": "", "first": first, "second": second}) for item in items]
    owner = write_name(parse_name(name))
    for separator in (", ", "; "):
        text = _replaced(separator.join(items), {"owner": owner, "first": first, "second": second})
        if _reads(text, wanted, identity):
            return scalar(text, width=None)
    one = scalar(f"{{{name.translate(_NO_BRACES)}}}", flow=True)
    marks = "marks: equal, "
    listed = (
        f"{{name: {one}, {marks if text else ''}me: true}}" if not text.strip("*") else scalar(text, flow=True)
        for text in wanted
    )
    return f"[{', '.join(listed)}]"


def _reads(text: str, wanted: list[str], owner: Identity) -> bool:
    """Whether a text is read as these authors with their marks; the owner is the one without a name."""
    try:
        pieces = split_authors(text)
    except AuthorsError:
        return False
    if len(pieces) != len(wanted):
        return False
    pairs = [(piece, split_marks(one)) for piece, one in zip(pieces, wanted, strict=True)]
    return all(
        piece.marks == marks and (piece.name == name if name else owner.match(parse_name(piece.name)) is Match.SURE)
        for piece, (name, marks) in pairs
    )


_NO_BRACES: Final = str.maketrans("", "", "{}")


def _options(known: tuple[str, ...]) -> str:
    """Some options of the theme, if it has them."""
    size = "  font-size: 10.5pt\n" if "font-size" in known else ""
    accent = "  # accent: teal # take away the first # of a line, and it counts\n" if "accent" in known else ""
    return size + accent


def _aliases(aliases: tuple[str, ...]) -> str:
    if not aliases:
        return "# aliases: [L. Wu, Wu Lei]   # other forms of your name in lists of authors, if there are any\n"
    lines = "".join(f"  - {scalar(alias, width=None)}\n" for alias in aliases)
    return f"aliases: # forms of your name in the works; delete those that are somebody else\n{lines}"


def _in_comment(text: str) -> str:
    """A text of the world outside that does not leave the comment in which it stands."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _fill(part: str, **words: str) -> str:
    return _replaced(_part(part), words)


def _replaced(text: str, words: Mapping[str, str]) -> str:
    """Put words into their places, all at once: a word may look like a place itself."""
    return _PLACE.sub(lambda found: words.get(found[1], found[0]), text)


def _part(name: str) -> str:
    return Files().text(_PARTS / name)
