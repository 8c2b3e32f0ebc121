"""What the files of works hold that a first CV shall name: how many works, and which authors are its owner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches

from cvbuild.bibliography import to_model
from cvbuild.bibliography.load import Opened, merge_files
from cvbuild.diagnostics import OWNER_NOT_FOUND, Sink
from cvbuild.frozen import frozen
from cvbuild.model import Author, Work
from cvbuild.names import Crowd, Fit, Identity, fold, is_et_al, parse_name
from cvbuild.names.writing import write_name
from cvbuild.source import Source


@frozen
class Found:
    """What was found in files of works.

    `aliases` are the forms of the owner's name that occur, and would be in doubt; `others` counts the works of which
    the owner is no author; `first` those of which he is the first; `key` is a work to show as an example.
    """

    works: int
    aliases: tuple[str, ...] = ()
    others: int = 0
    key: str = ""


def look(name: str, sources: Iterable[Source], sink: Sink) -> Found:
    """Look for the owner in files of works. Errors in these are told, and if nobody there has the owner's name.

    Warnings are not: there may be many in an old file, and whoever has just begun will read them with the first PDF.
    """
    own_sink = Sink()
    read = merge_files(map(Opened, sources), own_sink)
    works = to_model((e for e in read.entries if not e.parent or e.work.get("authors") is not None), own_sink)
    for found in own_sink.diagnostics:
        if found.is_error:
            sink.add(found.code, found.message, found.span, hint=found.hint, labels=found.labels)
    crowd = Crowd((Identity.of(name),))
    fits = {work.key: [(author, crowd.best(author.name).fit) for author in _people(work)] for work in works}
    # A form beside a sure one is somebody else: no work has the same author twice.
    doubtful = Counter(str(a.name) for who in fits.values() if not _is_sure(who) for a, fit in who if fit)
    beside = {str(a.name) for who in fits.values() if _is_sure(who) for a, fit in who if fit is Fit.DOUBTFUL}
    forms = [form for form, _ in doubtful.most_common() if form not in beside]
    own = [w for w in works if _is_sure(fits[w.key]) or any(str(a.name) in forms for a in _people(w))]
    if works and not own:
        _tell(name, works, sink)
    key = next((work.key for work in reversed(own or works)), "")
    aliases = tuple(write_name(parse_name(form)) for form in forms)
    return Found(len(works), aliases, len(works) - len(own), key)


def _people(work: Work) -> list[Author]:
    return [author for author in work.authors if not is_et_al(author.name)]


def _is_sure(found: list[tuple[Author, Fit]]) -> bool:
    return any(fit >= Fit.SURE for _, fit in found)


def _tell(name: str, works: tuple[Work, ...], sink: Sink) -> None:
    """That nobody has the owner's name, and who comes nearest: the same family name first, and the most works."""
    count = Counter(str(author.name) for work in works for author in _people(work))
    family = fold(parse_name(name).family)
    authors = {str(author.name): author for work in works for author in _people(work)}
    same = [form for form, _ in count.most_common() if fold(authors[form].name.family) == family]
    nearest = list(dict.fromkeys([*same, *get_close_matches(name, list(count), 3, 0.5)]))[:3]
    if nearest:
        listed = " or ".join(f"“{form}”" for form in nearest)
        hint = f"are you {listed}? Then add that form to `aliases:` in the CV"
    else:
        hint = "add the form of your name that stands there to `aliases:` in the CV"
    place = authors[nearest[0]].span if nearest else works[0].span
    message = (
        f"“{name}” is among the authors of none of the {len(works)} works"
        if len(works) > 1
        else (f"“{name}” is not among the authors of the only work")
    )
    sink.add(OWNER_NOT_FOUND, message, place, hint=hint)
