"""The types of entries of BibTeX and biblatex, and what they are for a CV."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cvbuild.frozen import frozen
from cvbuild.model import WorkKind


@frozen
class Type:
    """What a type stands for: the kind, the key of the venue, the fields that may name it, what it is called.

    `where` is None for kinds that appear nowhere: books, theses, reports.
    """

    kind: WorkKind
    where: str | None = None
    venues: tuple[str, ...] = ()
    called: str | None = None


_JOURNAL = ("journaltitle", "journal", "booktitle", "howpublished")
_BOOK = ("booktitle", "eventtitle", "journaltitle", "journal", "howpublished")
_EVENT = ("eventtitle", "booktitle", "howpublished", "organization", "institution", "publisher")
_ANY = ("howpublished", "journaltitle", "journal", "booktitle", "eventtitle", "organization", "institution")

_ARTICLE = Type("article", "journal", _JOURNAL)
_PAPER = Type("conference", "conference", _BOOK)
_CHAPTER = Type("chapter", "book", _BOOK)
_WHOLE = Type("book")
_OTHER = Type("other", "venue", _ANY)
_UNPUBLISHED = Type("preprint", "venue", _ANY)
_TALK = Type("talk", "venue", _EVENT)

TYPES: Final[Mapping[str, Type]] = {
    **dict.fromkeys(("article", "review", "suppperiodical", "periodical"), _ARTICLE),
    **dict.fromkeys(("inproceedings", "conference", "paper"), _PAPER),
    "workshop": Type("workshop", "workshop", _BOOK),
    **dict.fromkeys(
        ("incollection", "inbook", "bookinbook", "suppbook", "suppcollection", "inreference", "chapter", "bookpart"),
        _CHAPTER,
    ),
    **dict.fromkeys(
        ("book", "mvbook", "collection", "mvcollection", "proceedings", "mvproceedings", "reference", "mvreference",
         "booklet"),
        _WHOLE,
    ),
    "phdthesis": Type("thesis", called="Ph.D. thesis"),
    "mastersthesis": Type("thesis", called="Master’s thesis"),
    "bachelorsthesis": Type("thesis", called="Bachelor’s thesis"),
    "thesis": Type("thesis"),
    "techreport": Type("report", called="Technical report"),
    "report": Type("report"),
    "manual": Type("report", called="Manual"),
    "patent": Type("patent"),
    **dict.fromkeys(("software", "code", "program"), Type("software", "venue", ("howpublished", "journaltitle", "journal"))),
    **dict.fromkeys(("dataset", "data"), Type("dataset", "venue", ("howpublished", "journaltitle", "journal"))),
    **dict.fromkeys(("unpublished", "preprint", "eprint"), _UNPUBLISHED),
    **dict.fromkeys(("presentation", "talk", "lecture", "speech", "poster", "slides"), _TALK),
    **dict.fromkeys(
        ("misc", "online", "electronic", "www", "webpage", "artwork", "audio", "bibnote", "commentary", "image",
         "jurisdiction", "legislation", "legal", "letter", "movie", "music", "performance", "standard", "video",
         "hardware", "newspaper", "customa", "customb", "customc", "customd", "custome", "customf"),
        _OTHER,
    ),
}  # fmt: skip

NO_WORKS: Final = frozenset(("xdata", "set", "bstctl", "ieeetranbstctl", "control", "jabref-meta"))
"""Types of entries that stand for no work."""

CALLED: Final[Mapping[str, str]] = {
    "phdthesis": "Ph.D. thesis",
    "mathesis": "Master’s thesis",
    "mastersthesis": "Master’s thesis",
    "bathesis": "Bachelor’s thesis",
    "candthesis": "Candidate thesis",
    "techreport": "Technical report",
    "resreport": "Research report",
    "software": "Software",
    "datacd": "Data CD",
    "audiocd": "Audio CD",
    "patent": "Patent",
    "patentde": "German patent",
    "patenteu": "European patent",
    "patentfr": "French patent",
    "patentuk": "British patent",
    "patentus": "U.S. patent",
    "patreq": "Patent request",
    "patreqde": "German patent request",
    "patreqeu": "European patent request",
    "patreqfr": "French patent request",
    "patrequk": "British patent request",
    "patrequs": "U.S. patent request",
}
"""biblatex's keys for `type`, in words."""
