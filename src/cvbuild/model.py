"""The typed document: what a CV file says, with nothing left to check.

This is the one description of the YAML shape. Each class is a mapping in the
file, each field a key in it (``last_sep`` is written ``last-sep``), its type
says what is accepted, and its `Doc` says what it is for. `cvbuild.schema`
reads files by it; the JSON Schema and docs/reference.md are made from it.

Five things besides types describe how a class is written:

``SHORT``     what a bare text, a list or nothing means in place of a mapping;
``REST``      the `Keyed` field that takes every key which is no field;
``NAMED_BY``  the keys that tell an entry's kind (only for `Entry` classes);
``LAST``      the fields that stand behind those of the classes made from it;
`Keyed`       a list that may be written as a mapping, whose keys fill a field.
"""

from __future__ import annotations

from dataclasses import field
from typing import Annotated, ClassVar, Final, Literal, NewType

from cvbuild.dates import PartialDate, Today, When
from cvbuild.frozen import frozen
from cvbuild.names import Name
from cvbuild.source import Span
from cvbuild.text import Text, Url

Email = NewType("Email", str)
Orcid = NewType("Orcid", str)
Doi = NewType("Doi", str)
ArxivId = NewType("ArxivId", str)
Length = NewType("Length", float)
"""In TeX's points."""
Verbatim = NewType("Verbatim", str)
"""Text of which every character counts, white space included."""
Prose = NewType("Prose", tuple[Text, ...])
"""Paragraphs."""
NO_PROSE: Final = Prose(())
Lines = NewType("Lines", tuple[Text, ...])
"""Lines, as of an address."""
NO_LINES: Final = Lines(())
NO_TEXT: Final = Text(())


@frozen
class Doc:
    """What a field is for, in one sentence, and how it may look in YAML."""

    about: str
    example: str = ""


@frozen
class Keyed:
    """The list may be written as a mapping; each key fills the field `by` of its item."""

    by: str
    unique: bool = True


@frozen
class Short:
    """The field that a bare scalar, a bare list or nothing at all stands for; `item`: a bare scalar in a list."""

    scalar: str | None = None
    item: str | None = None
    sequence: str | None = None
    null: bool = False


@frozen(kw_only=True)
class Record:
    """Anything written as a mapping. `span` is its place; `written` the fields that were given, in order."""

    SHORT: ClassVar[Short] = Short()
    REST: ClassVar[str | None] = None
    LAST: ClassVar[tuple[str, ...]] = ()
    span: Span | None = field(default=None, compare=False, repr=False)
    written: tuple[str, ...] = field(default=(), compare=False, repr=False)


# --- entries -----------------------------------------------------------------


@frozen(kw_only=True)
class Entry(Record):
    """One thing in a section. Its kind is seen from the key that names it."""

    NAMED_BY: ClassVar[tuple[str, ...]] = ()
    LAST: ClassVar[tuple[str, ...]] = ("tags", "private")
    tags: Annotated[tuple[str, ...], Doc("Words of your own by which variants choose.", "[service]")] = ()
    private: Annotated[
        bool, Doc("Whether to leave it out, without a trace, unless private things are asked for.", "true")
    ] = False


@frozen(kw_only=True)
class Bullet(Entry):
    """A point, with a bold label if it has one, and points below it."""

    SHORT: ClassVar[Short] = Short(scalar="text")
    NAMED_BY: ClassVar[tuple[str, ...]] = ("label", "text")
    label: Annotated[
        Text | None, Doc("A word or two in bold before the text; the theme adds the colon.", "Languages")
    ] = None
    text: Annotated[Prose, Doc("The point itself.", "Python, C, C++")] = NO_PROSE
    bullets: Annotated[tuple[Bullet, ...], Doc("Points below this one, some twenty deep.")] = ()


@frozen(kw_only=True)
class Fact(Record):
    """A labelled line under an entry, such as *GPA: 4.0*."""

    SHORT: ClassVar[Short] = Short(scalar="text")
    label: Annotated[Text, Doc("What the line tells.", "Committee")]
    text: Annotated[Text, Doc("What there is to tell.", "A. Noether, D. Hilbert")]


@frozen(kw_only=True)
class Dated(Entry):
    """What all dated entries have in common."""

    at: Annotated[Text | None, Doc("The institution, company or society.", "Princeton University")] = None
    location: Annotated[Text | None, Doc("Where that is.", "Princeton, NJ")] = None
    date: Annotated[When | None, Doc("When: a date, a range, or several of them.", "2018.11 - Present")] = None
    when: Annotated[Text | None, Doc("Free words to print where the date stands.", "expected in spring")] = None
    url: Annotated[Url | None, Doc("Where the name of the entry leads.", "https://example.org")] = None
    note: Annotated[Text | None, Doc("A short remark, printed in parentheses.", "Summer course")] = None
    facts: Annotated[
        tuple[Fact, ...],
        Keyed("label", unique=False),
        Doc("Labelled lines below the entry.", "{Grade: summa cum laude}"),
    ] = ()
    text: Annotated[Prose, Doc("Paragraphs below the entry.")] = NO_PROSE
    bullets: Annotated[tuple[Bullet, ...], Doc("Points below the entry.")] = ()


@frozen(kw_only=True)
class Supervised(Dated):
    """A dated entry with people who guided it."""

    advisor: Annotated[tuple[Text, ...], Doc("Who advised it, one or several.", "Prof. Weinan E")] = ()
    mentor: Annotated[tuple[Text, ...], Doc("Who mentored it, one or several.", "Guang Lin")] = ()


@frozen(kw_only=True)
class Position(Supervised):
    """A job or a stay."""

    NAMED_BY: ClassVar[tuple[str, ...]] = ("position",)
    position: Annotated[Text, Doc("What one was there.", "Postdoctoral Research Associate")]


@frozen(kw_only=True)
class Degree(Supervised):
    """A degree, or studies towards one."""

    NAMED_BY: ClassVar[tuple[str, ...]] = ("degree",)
    degree: Annotated[Text, Doc("The degree and its subject.", "Ph.D. in Computational Mathematics")]
    thesis: Annotated[Text | None, Doc("The title of the thesis.")] = None


@frozen(kw_only=True)
class Course(Dated):
    """Something taught."""

    NAMED_BY: ClassVar[tuple[str, ...]] = ("course",)
    course: Annotated[Text, Doc("The title of the course.", "DSC 240 — Machine Learning")]
    role: Annotated[Text | None, Doc("What one did in it.", "Teaching Assistant")] = None


@frozen(kw_only=True)
class Award(Dated):
    """An award, a grant, a scholarship."""

    NAMED_BY: ClassVar[tuple[str, ...]] = ("award",)
    award: Annotated[Text, Doc("Its name.", "Google Research Credits Program")]
    amount: Annotated[Text | None, Doc("How much, with the currency.", "$5,000 equivalent")] = None


@frozen(kw_only=True)
class Venue(Record):
    """One occasion on which a talk was given."""

    SHORT: ClassVar[Short] = Short(scalar="event")
    event: Annotated[Text, Doc("The seminar, conference or group.", "One World ML Seminar")]
    location: Annotated[Text | None, Doc("Where.", "Beijing")] = None
    date: Annotated[When | None, Doc("When.", "Aug. 2020")] = None
    url: Annotated[Url | None, Doc("Where the name of the event leads.")] = None
    note: Annotated[Text | None, Doc("A short remark, printed in parentheses.", "Virtually")] = None


@frozen(kw_only=True)
class Talk(Entry):
    """A talk: with a title and one or several venues, or only the event at which it was given."""

    NAMED_BY: ClassVar[tuple[str, ...]] = ("talk", "event", "venues")
    talk: Annotated[Text | None, Doc("The title of the talk.")] = None
    event: Annotated[
        Text | None, Doc("The seminar, conference or group, if there is only one.", "Joint Mathematics Meetings")
    ] = None
    venues: Annotated[tuple[Venue, ...], Doc("All occasions, if there are several.")] = ()
    location: Annotated[Text | None, Doc("Where.", "Caltech")] = None
    date: Annotated[When | None, Doc("When.", "2025")] = None
    url: Annotated[Url | None, Doc("Where the title leads.")] = None
    note: Annotated[Text | None, Doc("A short remark, printed in parentheses.", "Virtually")] = None
    text: Annotated[Prose, Doc("Paragraphs below the talk.")] = NO_PROSE
    bullets: Annotated[tuple[Bullet, ...], Doc("Points below the talk.")] = ()

    @property
    def occasions(self) -> tuple[Venue, ...]:
        """Every venue of the talk, however it was written."""
        if self.event is None:
            return self.venues
        single = Venue(event=self.event, location=self.location, date=self.date, note=self.note, span=self.span)
        return (single, *self.venues)


@frozen(kw_only=True)
class Person(Entry):
    """A person: a co-author, a student, a referee."""

    NAMED_BY: ClassVar[tuple[str, ...]] = ("person",)
    person: Annotated[Text, Doc("The name.", "Weijie J. Su")]
    role: Annotated[Text | None, Doc("What the person is or does.", "Graduate student at UW")] = None
    affiliations: Annotated[tuple[Text, ...], Doc("One or several.", "[Peking University, Princeton University]")] = ()
    email: Annotated[Email | None, Doc("An e-mail address.")] = None
    date: Annotated[When | None, Doc("From when until when.", "2024–present")] = None
    url: Annotated[Url | None, Doc("Where the name leads.")] = None
    note: Annotated[Text | None, Doc("A short remark, printed in parentheses.")] = None
    text: Annotated[Prose, Doc("Paragraphs below the name.")] = NO_PROSE
    bullets: Annotated[tuple[Bullet, ...], Doc("Points below the name.")] = ()


@frozen(kw_only=True)
class Item(Dated):
    """Anything else that has a name and perhaps a date."""

    NAMED_BY: ClassVar[tuple[str, ...]] = ("title",)
    title: Annotated[Text, Doc("What it is.", "IFDS weekly seminar")]
    role: Annotated[Text | None, Doc("What one did in it.", "Organizer")] = None


AnyEntry = Bullet | Position | Degree | Course | Award | Talk | Person | Item


# --- publications ------------------------------------------------------------

WorkKind = Literal[
    "article", "conference", "workshop", "preprint", "chapter", "book", "thesis", "report", "patent",
    "software", "dataset", "talk", "other",
]  # fmt: skip
Status = Literal["published", "accepted", "in press", "submitted", "under review", "in preparation"]


@frozen(kw_only=True)
class Ignored(Record):
    """A finding that is meant so."""

    SHORT: ClassVar[Short] = Short(scalar="what")
    what: Annotated[
        str,
        Doc(
            "A code; behind it, if not every such finding is meant, the work, section, venue or author.",
            "CV704 wu2018sgd",
        ),
    ]


@frozen(kw_only=True)
class Lint(Record):
    """Findings of `cvbuild validate --lint` that are meant so."""

    SHORT: ClassVar[Short] = Short(scalar="ignore", sequence="ignore")
    ignore: Annotated[
        tuple[Ignored, ...],
        Doc("Codes, or codes with the key of a work, the title of a section, …", "[CV701, 'CV704 wu2018sgd']"),
    ] = ()


@frozen(kw_only=True)
class Author(Record):
    """One author of a work."""

    SHORT: ClassVar[Short] = Short(scalar="name")
    name: Annotated[Name, Doc("The name, with marks such as * behind it.", "Weinan E*")]
    marks: Annotated[
        tuple[str, ...],
        Doc("Marks that don't stand behind the name: signs, or names of marks.", "[equal, corresponding]"),
    ] = ()
    me: Annotated[bool, Doc("Whether this is the owner of the CV, where the name alone does not tell.", "true")] = False
    person: Annotated[
        str | None, Doc("The key in `people:` of who this is, where the name alone does not tell.", "wang-pku")
    ] = None


@frozen(kw_only=True)
class AuthorMarks(Record):
    """Marks for one author of a work whose authors are listed elsewhere, as in a .bib file."""

    SHORT: ClassVar[Short] = Short(scalar="marks", sequence="marks")
    author: Annotated[str, Doc("The author: the name, the family name alone, or the number in the list.", "Weinan E")]
    marks: Annotated[tuple[str, ...], Doc("Signs, or names of marks.", "[equal, corresponding]")]


@frozen(kw_only=True)
class AuthorIs(Record):
    """Who one author of a work is whose authors are listed elsewhere, as in a .bib file."""

    SHORT: ClassVar[Short] = Short(scalar="person")
    author: Annotated[str, Doc("The author: the name, the family name alone, or the number in the list.", "Wei Wang")]
    person: Annotated[str | None, Doc("The key in `people:`.", "wang-pku")] = None
    me: Annotated[bool, Doc("Whether this is the owner of the CV.", "true")] = False


@frozen(kw_only=True)
class Work(Record):
    """A publication. Its kind is seen from its fields (`journal`, `conference`, …) unless `kind` says it.

    For a work that a file brings, these are the fields that say something else than the file does.
    """

    key: Annotated[str, Doc("The name by which lists and citations call it.", "e2020barron")]
    title: Annotated[Text, Doc("The title; only a work that a file brings can do without it here.")] = NO_TEXT
    authors: Annotated[
        tuple[Author, ...],
        Doc(
            "Names in the order printed, as one text or as a list; a mark such as * behind a name.",
            "Chao Ma*, Lei Wu*, Weinan E",
        ),
    ] = ()
    marks: Annotated[
        tuple[AuthorMarks, ...],
        Keyed("author"),
        Doc("Marks for authors whom a file lists.", "{Weinan E: corresponding}"),
    ] = ()
    people: Annotated[
        tuple[AuthorIs, ...],
        Keyed("author"),
        Doc("Who authors are whom a file lists, where the names alone do not tell.", "{Wei Wang: wang-pku}"),
    ] = ()
    alphabetical: Annotated[
        bool, Doc("Whether to mark the authors as standing in the order of the alphabet.", "true")
    ] = False
    kind: Annotated[WorkKind | None, Doc("What it is, where its fields don't tell.", "report")] = None
    type: Annotated[Text | None, Doc("What it is called: of a thesis, report or patent.", "Ph.D. thesis")] = None
    status: Annotated[Status, Doc("How far it has got.", "submitted")] = "published"
    date: Annotated[PartialDate | None, Doc("When it appeared.", "2020-07")] = None
    year: Annotated[PartialDate | None, Doc("The year, if that is all.", "2020")] = None
    journal: Annotated[Text | None, Doc("The journal of an article.", "Physical Review E")] = None
    conference: Annotated[
        Text | None, Doc("The conference of a paper.", "Advances in Neural Information Processing Systems")
    ] = None
    workshop: Annotated[Text | None, Doc("The workshop of a paper.")] = None
    book: Annotated[Text | None, Doc("The book of a chapter.")] = None
    venue: Annotated[Text | None, Doc("Where it appeared, for every other kind.")] = None
    short: Annotated[Text | None, Doc("The short name of the journal, conference or book.", "NeurIPS")] = None
    series: Annotated[Text | None, Doc("The series of a book.", "Springer Series in Statistics")] = None
    publisher: Annotated[Text | None, Doc("The publisher.")] = None
    institution: Annotated[Text | None, Doc("The university of a thesis, the institute of a report.")] = None
    location: Annotated[Text | None, Doc("Where the conference or the talk was, or the publisher is.", "Vienna")] = None
    editors: Annotated[Text | None, Doc("The editors, as printed.")] = None
    edition: Annotated[Text | None, Doc("The edition.", "2nd")] = None
    version: Annotated[str | None, Doc("The version of software or data.", "1.2.0")] = None
    volume: Annotated[str | None, Doc("The volume.", "102")] = None
    issue: Annotated[str | None, Doc("The issue or number.", "4")] = None
    number: Annotated[str | None, Doc("The number of a report or patent, or in a series.", "US 10,000,000")] = None
    chapter: Annotated[str | None, Doc("The number of the chapter.", "7")] = None
    pages: Annotated[str | None, Doc("Pages, or the number of the article.", "12-30")] = None
    isbn: Annotated[str | None, Doc("The ISBN of a book.", "978-0-387-84857-0")] = None
    doi: Annotated[Doi | None, Doc("The DOI.", "10.1103/PhysRevE.102.043309")] = None
    arxiv: Annotated[ArxivId | None, Doc("The arXiv number.", "2009.06125")] = None
    url: Annotated[Url | None, Doc("The address, if no DOI or arXiv number gives it.")] = None
    links: Annotated[
        tuple[NamedLink, ...], Keyed("label"), Doc("Further addresses under a label.", "{code: https://…}")
    ] = ()
    note: Annotated[Text | None, Doc("A distinction or remark, printed in parentheses.", "Spotlight")] = None
    badges: Annotated[tuple[Text, ...], Doc("Distinctions that stand out.", "[Oral, Best Paper Award]")] = ()
    selected: Annotated[bool, Doc("The same as the tag `selected`.", "true")] = False
    rank: Annotated[int | None, Doc("Its place among your best, from 1.", "1")] = None
    topic: Annotated[str | None, Doc("What it is about, for lists in groups.", "Optimization")] = None
    tags: Annotated[
        tuple[str, ...], Doc("Words of your own by which lists select, and variants choose.", "[deep-learning]")
    ] = ()
    private: Annotated[
        bool, Doc("Whether to leave it out, without a trace, unless private things are asked for.", "true")
    ] = False
    lint: Annotated[Lint | None, Doc("What `cvbuild validate --lint` shall pass over in this work.", "CV701")] = None


@frozen(kw_only=True)
class DatabaseFile(Record):
    """A file of works."""

    SHORT: ClassVar[Short] = Short(scalar="file")
    file: Annotated[
        str, Doc("A .bib file, or a .json file of CSL-JSON, beside the CV or in a folder there.", "refs.bib")
    ]
    fields: Annotated[
        tuple[FieldMapping, ...],
        Keyed("name"),
        Doc("Where fields of your own in this file belong.", "{keywords: tags, poster: links.poster}"),
    ] = ()


@frozen(kw_only=True)
class FieldMapping(Record):
    """What a field of a .bib or CSL-JSON file is for."""

    SHORT: ClassVar[Short] = Short(scalar="target")
    name: Annotated[str, Doc("The field in the file.", "poster")]
    target: Annotated[str, Doc("A key of a work, `links.` with a label, or `ignore`.", "links.poster")]


@frozen(kw_only=True)
class Publications(Record):
    """The database of works: files, and works below their keys.

    A key that a file brings too says what differs from the file.
    """

    SHORT: ClassVar[Short] = Short(scalar="files", sequence="files")
    REST: ClassVar[str | None] = "works"
    files: Annotated[
        tuple[DatabaseFile, ...], Doc("One or several .bib or CSL-JSON files.", "[refs.bib, talks.json]")
    ] = ()
    fields: Annotated[
        tuple[FieldMapping, ...],
        Keyed("name"),
        Doc("Where fields of your own in all the files belong.", "{keywords: tags, poster: links.poster}"),
    ] = ()
    works: Annotated[tuple[Work, ...], Keyed("key"), Doc("Works, each a key of its own beside `files`.")] = ()


@frozen(kw_only=True)
class NamedLink(Record):
    """An address under a label."""

    SHORT: ClassVar[Short] = Short(scalar="url")
    label: Annotated[str, Doc("The word that is printed.", "code")]
    url: Annotated[Url, Doc("Where it leads.")]


NameForm = Literal["full", "initials", "family-first", "family-initials"]


@frozen(kw_only=True)
class Pattern(Record):
    """How works of one kind are set."""

    SHORT: ClassVar[Short] = Short(scalar="pattern")
    kind: Annotated[
        Literal[WorkKind, "unpublished", "default"],
        Doc(
            "The kind of work; `unpublished`: what is submitted, under review or in preparation, of any kind;"
            " `default`: every other, also where the style below has a pattern for it."
        ),
    ]
    pattern: Annotated[
        Verbatim, Doc("Fields in braces, optional parts in angle brackets.", "{authors}. {title}.< *{venue}*,> {year}.")
    ]


@frozen(kw_only=True)
class StyleSpec(Record):
    """A way to print works: another style (`base`) and what differs from it."""

    SHORT: ClassVar[Short] = Short(scalar="base")
    name: Annotated[str | None, Doc("The name by which lists call it.")] = None
    base: Annotated[
        str | None,
        Doc(
            "The style it starts from: `plain`, `initials`, `with`, `apa`, `ieee`, `ams`, or one of your own or of the"
            " theme.",
            "plain",
        ),
    ] = None
    names: Annotated[NameForm | None, Doc("How authors are printed.", "initials")] = None
    separator: Annotated[Verbatim | None, Doc("Between authors.", '", "')] = None
    last_separator: Annotated[Verbatim | None, Doc("Before the last of three or more authors.", '", & "')] = None
    pair_separator: Annotated[Verbatim | None, Doc("Between two authors.", '" & "')] = None
    gap_separator: Annotated[Verbatim | None, Doc("Between two authors where others are left out.", '", … "')] = None
    max_authors: Annotated[
        int | None,
        Doc("Print at most so many authors; you, equal first authors and people with marks are never left out.", "10"),
    ] = None
    min_authors: Annotated[int | None, Doc("How many of the first to print when there are more than that.", "1")] = None
    keep_last: Annotated[bool | None, Doc("Whether the last is printed too when some are left out.", "true")] = None
    owner: Annotated[Literal["show", "hide"] | None, Doc("Whether the owner stands among the authors.", "hide")] = None
    marks: Annotated[bool | None, Doc("Whether marks such as * are printed.", "false")] = None
    venue: Annotated[
        Literal["long", "short", "both"] | None,
        Doc("Which name of the venue is printed, where there are two.", "short"),
    ] = None
    link: Annotated[Literal["title", "venue", "none"] | None, Doc("What leads to the work's address.", "venue")] = None
    links: Annotated[
        Literal["labels", "icons"] | None, Doc("Whether `{links}` prints labels in brackets, or icons.", "icons")
    ] = None
    show_links: Annotated[
        tuple[str, ...],
        Doc(
            "Which links `{links}` prints, in this order; `doi`, `arxiv`, `url`, or labels of the work's `links`.",
            "[doi, arxiv, pdf, code]",
        ),
    ] = ()
    position: Annotated[
        bool | None,
        Doc("Whether your place among many authors is told where some are left out, as in “(4th of 23)”.", "true"),
    ] = None
    words: Annotated[
        tuple[WordChoice, ...],
        Keyed("word"),
        Doc("Words that this style prints instead; `words:` of the document say more.", "{edition: ed.}"),
    ] = ()
    patterns: Annotated[tuple[Pattern, ...], Keyed("kind"), Doc("How works are set, by kind.")] = ()


@frozen(kw_only=True)
class ThemeStyles(Record):
    """The file `styles.yaml` of a theme: styles, each below its name."""

    REST: ClassVar[str | None] = "styles"
    styles: Annotated[tuple[StyleSpec, ...], Keyed("name"), Doc("Styles, each a key of its own.")] = ()


@frozen(kw_only=True)
class Legend(Record):
    """The line that explains the marks. Where it is written decides for which lists it speaks."""

    SHORT: ClassVar[Short] = Short(scalar="place")
    place: Annotated[Literal["above", "below", "none"], Doc("Above or below the lists, or nowhere.", "above")] = "above"
    alphabetical: Annotated[bool, Doc("Add “or alphabetical author order” to the words for `equal`.", "true")] = False
    words: Annotated[
        tuple[MarkWords, ...],
        Keyed("mark"),
        Doc("Your own words behind a mark.", '{"*": indicates joint first authors}'),
    ] = ()


@frozen(kw_only=True)
class MarkWords(Record):
    """What a mark means."""

    SHORT: ClassVar[Short] = Short(scalar="text")
    mark: Annotated[str, Doc("The mark: its sign, or its name.", "†")]
    text: Annotated[Text, Doc("The words behind it.", "corresponding author")]


MarkShow = Literal["symbol", "words", "underline", "none"]


@frozen(kw_only=True)
class MarkSpec(Record):
    """A mark: what it is called, how it looks, what it means."""

    SHORT: ClassVar[Short] = Short(scalar="symbol")
    name: Annotated[
        str,
        Doc(
            "`equal`, `equal-2`, `equal-3`, `equal-last`, `corresponding`, `alphabetical`, `advisee`, or a word of your own.",
            "equal",
        ),
    ]
    symbol: Annotated[str | None, Doc("The sign that is printed.", "◊")] = None
    show: Annotated[
        MarkShow | None,
        Doc("Whether a sign stands behind the name, or words in parentheses, or the name is underlined.", "words"),
    ] = None
    legend: Annotated[Text | None, Doc("What the legend says of the sign.", "indicates equal contribution")] = None
    words: Annotated[Text | None, Doc("What `show: words` prints.", "corresponding author")] = None


@frozen(kw_only=True)
class Heading(Record):
    """The heading of a group in a list."""

    SHORT: ClassVar[Short] = Short(scalar="text")
    value: Annotated[
        str, Doc("The kind, status, year, venue, topic or tag; `Undated` or `Other` for the rest.", "conference")
    ]
    text: Annotated[Text, Doc("The heading.", "Conference proceedings")]


@frozen(kw_only=True)
class WorkRef(Record):
    """A work of the database, called by its key."""

    SHORT: ClassVar[Short] = Short(scalar="key")
    key: Annotated[str, Doc("The key.", "e2020barron")]


OwnerRole = Literal["first", "last", "sole", "corresponding", "equal", "equal-last", "advising"]
OrderKey = Literal["newest", "oldest", "written", "rank", "title", "author", "venue", "kind", "status", "key"]


@frozen(kw_only=True)
class Selection(Record):
    """Which works: those that are all that is said here."""

    SHORT: ClassVar[Short] = Short(sequence="keys")
    keys: Annotated[tuple[WorkRef, ...], Doc("Just these, in the order written.", "[e2020barron, wu2018sgd]")] = ()
    kind: Annotated[tuple[WorkKind, ...], Doc("Of one of these kinds.", "[article, conference]")] = ()
    status: Annotated[tuple[Status, ...], Doc("That have got so far.", "published")] = ()
    venue: Annotated[
        tuple[str, ...], Doc("In one of these venues, by the long name or the short.", "[NeurIPS, ICML]")
    ] = ()
    year: Annotated[When | None, Doc("That appeared then; works without a date did not.", "2020 - Present")] = None
    tag: Annotated[tuple[str, ...], Doc("With one of these tags.", "selected")] = ()
    author: Annotated[tuple[str, ...], Doc("With one of these people among the authors.", "Weinan E")] = ()
    role: Annotated[
        tuple[OwnerRole, ...],
        Doc("In which you are one of these; `advising`: an advisee of yours is an author.", "[first, equal]"),
    ] = ()
    any_of: Annotated[
        tuple[Selection, ...], Doc("That one of these selections has.", "[{kind: book}, {tag: survey}]")
    ] = ()
    without: Annotated[Selection | None, Doc("But not these.", "{kind: thesis}")] = None


@frozen(kw_only=True)
class GroupLabel(Record):
    """How the numbers of one group look."""

    SHORT: ClassVar[Short] = Short(scalar="label")
    value: Annotated[str, Doc("The kind, status, year, venue or topic.", "article")]
    label: Annotated[Verbatim, Doc("The number in a pattern.", "'J{n}'")]


@frozen(kw_only=True)
class ListSpec(Selection):
    """A list of publications: which, in which order, how numbered, in which style."""

    SHORT: ClassVar[Short] = Short(scalar="select", sequence="keys")
    select: Annotated[Literal["all"] | None, Doc("`all` works of the database.", "all")] = None
    order: Annotated[
        tuple[OrderKey, ...],
        Doc(
            "Newest first, oldest first, as written in the database or in `keys`, …; several decide one after the other.",
            "[rank, newest]",
        ),
    ] = ()
    limit: Annotated[int | None, Doc("At most so many: the first in this order.", "10")] = None
    group: Annotated[
        Literal["kind", "year", "status", "venue", "topic", "none"] | None, Doc("Groups with headings.", "year")
    ] = None
    headings: Annotated[
        tuple[Heading, ...], Keyed("value"), Doc("Your own headings of groups.", "{article: Journal articles}")
    ] = ()
    number: Annotated[Literal["up", "down", "none"] | None, Doc("Numbers that rise, that fall, or none.", "up")] = None
    label: Annotated[
        Verbatim | None,
        Doc("The pattern of a number; brackets belong to it. Its fields are n, year, yy and key.", "'[J{n}]'"),
    ] = None
    labels: Annotated[
        tuple[GroupLabel, ...],
        Keyed("value"),
        Doc(
            "The same for each group or kind; each pattern counts on its own.", "{article: 'J{n}', conference: 'C{n}'}"
        ),
    ] = ()
    restart: Annotated[
        bool | None,
        Doc("`true`: numbers begin again in each group; `false`: one count for all patterns.", "true"),
    ] = None
    resume: Annotated[
        bool | None, Doc("Go on with the numbers of the list before instead of starting at 1.", "true")
    ] = None
    margin: Annotated[
        Literal["year", "none"] | None, Doc("Whether the year stands where other entries have dates.", "year")
    ] = None
    style: Annotated[StyleSpec | None, Doc("How works are printed.", "initials")] = None
    legend: Annotated[Legend | None, Doc("The line that explains the marks of this list.", "below")] = None


@frozen(kw_only=True)
class Count(Selection):
    """A number of works, for use in any text as `[#name]`."""

    SHORT: ClassVar[Short] = Short(scalar="select", sequence="keys")
    name: Annotated[str, Doc("The word by which texts call it.", "papers")]
    select: Annotated[Literal["all"] | None, Doc("`all` works of the database.", "all")] = None


@frozen(kw_only=True)
class Citations(Record):
    """How citations of works are printed."""

    SHORT: ClassVar[Short] = Short(scalar="form")
    form: Annotated[Literal["together", "apart"], Doc("`[2, 4]`, or `[2][4]`.", "apart")] = "together"
    ranges: Annotated[bool, Doc("Whether three or more in a row are printed as `11–13`.", "false")] = True


# --- people ------------------------------------------------------------------

PersonRole = Literal["advisee", "advisor", "co-author", "colleague"]


@frozen(kw_only=True)
class KnownPerson(Record):
    """Somebody who occurs in the CV, told once."""

    SHORT: ClassVar[Short] = Short(scalar="affiliations", sequence="affiliations", null=True)
    key: Annotated[str, Doc("The name; or a word of your own, if `name` tells the name.", "Weinan E")]
    name: Annotated[str | None, Doc("The name, if the key is not.", "Wei Wang")] = None
    aliases: Annotated[tuple[str, ...], Doc("Other forms of the name, in other scripts too.", "[W. E, 鄂维南]")] = ()
    affiliations: Annotated[tuple[Text, ...], Doc("One or several, the present one first.", "[Peking University]")] = ()
    url: Annotated[Url | None, Doc("Where the name leads.", "https://example.org")] = None
    email: Annotated[Email | None, Doc("An e-mail address.")] = None
    role: Annotated[tuple[PersonRole, ...], Doc("What the person is to you.", "advisee")] = ()
    date: Annotated[When | None, Doc("From when until when.", "2021 - Present")] = None
    position: Annotated[Text | None, Doc("What the person is or was with you.", "Ph.D. student")] = None
    now: Annotated[Text | None, Doc("Where an advisee went.", "Assistant Professor at UCLA")] = None
    note: Annotated[Text | None, Doc("A short remark, printed in parentheses.")] = None
    private: Annotated[
        bool, Doc("Whether to leave all this out, without a trace, unless private things are asked for.", "true")
    ] = False


@frozen(kw_only=True)
class PeopleSpec(Record):
    """A list of people: co-authors with their affiliations, or advisees."""

    SHORT: ClassVar[Short] = Short(scalar="select")
    select: Annotated[
        Literal["co-authors", "advisees", "advisors", "colleagues", "all"],
        Doc(
            "Who: `co-authors` are those of all works, registered or not; `all` are all of `people:`.",
            "advisees",
        ),
    ]
    works: Annotated[Selection | None, Doc("Only co-authors of these works.", "{status: published}")] = None
    order: Annotated[
        Literal["name", "newest", "works", "written"] | None,
        Doc(
            "By family name, newest first, by how many works together, or as written in `people:`;"
            " co-authors by name, others as written unless you say so.",
            "works",
        ),
    ] = None
    show: Annotated[
        tuple[Literal["affiliations", "works", "years", "dates"], ...],
        Doc(
            "What stands behind the names: also how many works together, their years, and the dates of `people:`.",
            "[affiliations, works, years]",
        ),
    ] = ()
    layout: Annotated[
        Literal["lines", "paragraph"] | None,
        Doc("Each on a line, or all in one paragraph, as more than 20 co-authors are unless `lines` is said.", "lines"),
    ] = None


# --- the document ------------------------------------------------------------


@frozen(kw_only=True)
class Section(Record):
    """A heading and what stands under it, in the order written."""

    SHORT: ClassVar[Short] = Short(scalar="text", sequence="entries", null=True)
    title: Annotated[Text | None, Doc("The heading; none prints the content alone.", "Education")] = None
    text: Annotated[Prose, Doc("Paragraphs.")] = NO_PROSE
    entries: Annotated[tuple[AnyEntry, ...], Doc("Dated entries, points, people, …")] = ()
    publications: Annotated[ListSpec | None, Doc("A list of publications.")] = None
    people: Annotated[PeopleSpec | None, Doc("A list of people from `people:` and the works.", "co-authors")] = None
    sections: Annotated[tuple[Section, ...], Keyed("title", unique=False), Doc("Sections inside this one.")] = ()
    legend: Annotated[Legend | None, Doc("One legend for all lists in this section.", "above")] = None
    tags: Annotated[tuple[str, ...], Doc("Words of your own by which variants choose.", "[service]")] = ()
    private: Annotated[
        bool, Doc("Whether to leave it out, without a trace, unless private things are asked for.", "true")
    ] = False


@frozen(kw_only=True)
class Profile(Record):
    """An account in a network."""

    SHORT: ClassVar[Short] = Short(scalar="user")
    network: Annotated[str, Doc("The network.", "github")]
    user: Annotated[str, Doc("The name or number there, or the whole address.", "leiwu0")]
    url: Annotated[Url | None, Doc("The address, for networks that cvbuild does not know.")] = None
    label: Annotated[str | None, Doc("What is printed instead of the user name.")] = None


@frozen(kw_only=True)
class Photo(Record):
    """A picture of the owner."""

    SHORT: ClassVar[Short] = Short(scalar="file")
    file: Annotated[str, Doc("A PNG or JPEG picture beside the CV or in a folder there.", "me.jpg")]
    width: Annotated[
        Length | None,
        Doc(
            "How wide it is printed; if neither this nor the height is said, it is about as high as the header.", "3cm"
        ),
    ] = None
    height: Annotated[
        Length | None, Doc("How high it is printed; together with the width, what does not fit is cut off.", "4cm")
    ] = None
    shape: Annotated[
        Literal["rectangle", "rounded", "circle"], Doc("Its shape; a circle is cut out of the picture.", "circle")
    ] = "rectangle"
    alt: Annotated[
        str | None, Doc("What it shows, for people who cannot see it; your name unless you say so.", "Lei Wu on a hike")
    ] = None


@frozen(kw_only=True)
class Option(Record):
    """One option of a theme; its value is checked by the theme."""

    SHORT: ClassVar[Short] = Short(scalar="value", sequence="items")
    name: Annotated[str, Doc("The option.", "accent")]
    value: Annotated[Verbatim | None, Doc("Its value.", "'#1a4f8a'")] = None
    items: Annotated[tuple[Text, ...], Doc("Its values, if it takes several.", "[Awards, Skills]")] = ()


@frozen(kw_only=True)
class ThemeChoice(Record):
    """A theme and its options."""

    SHORT: ClassVar[Short] = Short(scalar="name")
    REST: ClassVar[str | None] = "options"
    name: Annotated[str, Doc("The theme.", "noether")] = "noether"
    options: Annotated[tuple[Option, ...], Keyed("name"), Doc("Its options, each a key of its own beside `name`.")] = ()


@frozen(kw_only=True)
class Document(Record):
    """A whole CV file."""

    name: Annotated[str, Doc("Your name, as it is printed.", "Lei Wu")]
    aliases: Annotated[tuple[str, ...], Doc("Other forms of your name in lists of authors.", "[L. Wu, 吴磊]")] = ()
    headline: Annotated[Text | None, Doc("A line under the name.", "Assistant Professor of Mathematics")] = None
    title: Annotated[
        Text | None, Doc("What the document is, for the header and the PDF's title.", "Curriculum Vitae")
    ] = None
    photo: Annotated[Photo | None, Doc("A picture of you, for the header.", "me.jpg")] = None
    address: Annotated[Lines, Doc("Lines of the postal address.", "[221 Fine Hall, 'Princeton, NJ 08544']")] = NO_LINES
    phone: Annotated[tuple[str, ...], Doc("One or several telephone numbers.", "(+1) 555-010-0100")] = ()
    email: Annotated[tuple[Email, ...], Doc("One or several e-mail addresses.", "leiwu@example.org")] = ()
    website: Annotated[tuple[Url, ...], Doc("One or several addresses.", "https://leiwu0.github.io/")] = ()
    profiles: Annotated[
        tuple[Profile, ...], Keyed("network", unique=False), Doc("Accounts in networks.", "{github: leiwu0}")
    ] = ()
    summary: Annotated[Prose, Doc("Paragraphs before the first section.")] = NO_PROSE
    sections: Annotated[
        tuple[Section, ...], Keyed("title", unique=False), Doc("The sections, in the order in which they are printed.")
    ] = ()
    people: Annotated[
        tuple[KnownPerson, ...], Keyed("key"), Doc("People who occur in the CV.", "{Weinan E: Peking University}")
    ] = ()
    publications: Annotated[
        Publications, Doc("The database of works: .bib and CSL-JSON files, and works below their keys.", "refs.bib")
    ] = field(default_factory=Publications)
    lists: Annotated[
        ListSpec | None, Doc("What all lists of publications have in common.", "{style: initials, number: up}")
    ] = None
    styles: Annotated[tuple[StyleSpec, ...], Keyed("name"), Doc("Styles of your own.")] = ()
    legend: Annotated[Legend | None, Doc("One legend for all lists of the document.", "below")] = None
    marks: Annotated[
        tuple[MarkSpec, ...], Keyed("name"), Doc("Marks behind names, in the order of the legend.", "{equal: ◊}")
    ] = ()
    counts: Annotated[
        tuple[Count, ...], Keyed("name"), Doc("Numbers of works for use in texts.", "{first: {role: first}}")
    ] = ()
    citations: Annotated[Citations, Doc("How citations are printed.", "apart")] = field(default_factory=Citations)
    lint: Annotated[Lint, Doc("What `cvbuild validate --lint` shall pass over.", "{ignore: [CV701]}")] = field(
        default_factory=Lint
    )
    theme: Annotated[ThemeChoice, Doc("The look.", "turing")] = field(default_factory=ThemeChoice)
    language: Annotated[str, Doc("The language of the document, as a BCP 47 tag.", "en")] = "en"
    words: Annotated[
        tuple[WordChoice, ...],
        Keyed("word"),
        Doc("Words that cvbuild prints itself, replaced by yours.", "{Present: heute}"),
    ] = ()
    updated: Annotated[
        PartialDate | Today | None,
        Doc("The date of the document, for its foot; `today` is the day on which it is typeset.", "2026-11-21"),
    ] = None
    pages: Annotated[int | None, Doc("How many pages it may have at the most; more are told.", "2")] = None
    private: Annotated[
        tuple[HeadField, ...],
        Doc("What to leave out of the header, without a trace, unless private things are asked for.", "[phone, photo]"),
    ] = ()
    variants: Annotated[
        tuple[Variant, ...],
        Keyed("name"),
        Doc("Other documents from this file; `--variant` asks for them.", "{short: {without: service, pages: 2}}"),
    ] = ()


HeadField = Literal[
    "headline", "title", "photo", "address", "phone", "email", "website", "profiles", "summary", "updated"
]


@frozen(kw_only=True)
class VariantSection(Section):
    """A section of a variant: one of the CV, called by its title, with what differs; or one of its own."""

    SHORT: ClassVar[Short] = Short(scalar="text", item="title", sequence="entries", null=True)


@frozen(kw_only=True)
class Variant(Record):
    """A document from the same file: what it says stands in place of what the CV says."""

    SHORT: ClassVar[Short] = Short(null=True)
    name: Annotated[str, Doc("What `--variant` calls it: letters, digits, `-` and `_`.", "short")]
    about: Annotated[str | None, Doc("What it is for; a remark for you, printed nowhere.", "for the NSF")] = None
    file: Annotated[
        str | None,
        Doc("The name of its files, without ending; the name of the CV, `-` and its own unless said.", "wu-2p"),
    ] = None
    without: Annotated[tuple[str, ...], Doc("Leave out what has one of these tags.", "[service, talks]")] = ()
    only: Annotated[
        tuple[str, ...], Doc("Of sections and entries, print only those with one of these tags.", "teaching")
    ] = ()
    sections: Annotated[
        tuple[VariantSection, ...],
        Keyed("title", unique=False),
        Doc(
            "Print just these, in this order: sections of the CV by title, or sections of its own.",
            "[Education, Awards]",
        ),
    ] = ()
    hide: Annotated[tuple[HeadField, ...], Doc("What to leave out of the header.", "[photo, phone]")] = ()
    headline: Annotated[Text | None, Doc("Another line under the name.", "Applicant for the position of …")] = None
    title: Annotated[Text | None, Doc("What this document is.", "List of Publications")] = None
    summary: Annotated[Prose, Doc("Other paragraphs before the first section.")] = NO_PROSE
    lists: Annotated[
        ListSpec | None, Doc("What all lists of publications have in common here.", "{tag: selected, limit: 10}")
    ] = None
    legend: Annotated[Legend | None, Doc("One legend for all lists of this document.", "below")] = None
    theme: Annotated[ThemeChoice | None, Doc("Another look; options of the same theme are added.", "turing")] = None
    language: Annotated[str | None, Doc("The language of this document, as a BCP 47 tag.", "de")] = None
    words: Annotated[
        tuple[WordChoice, ...],
        Keyed("word"),
        Doc("Words that cvbuild prints itself, replaced here.", "{Present: heute}"),
    ] = ()
    updated: Annotated[PartialDate | Today | None, Doc("The date of this document.", "2026-11-21")] = None
    pages: Annotated[int | None, Doc("How many pages it may have at the most; more are told.", "2")] = None
    private: Annotated[Literal["show"] | None, Doc("`show` prints private things too.", "show")] = None


@frozen(kw_only=True)
class WordChoice(Record):
    """A word of cvbuild's own, and what to print instead."""

    SHORT: ClassVar[Short] = Short(scalar="text")
    word: Annotated[str, Doc("The word as it is printed otherwise.", "Present")]
    text: Annotated[str, Doc("The word to print.", "heute")]
