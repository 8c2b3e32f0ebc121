"""The table of codes, and the only one: the reports, docs/diagnostics.md and the tests are made from it."""

from __future__ import annotations

from cvbuild.diagnostics.finding import Code, Severity

CODES: dict[str, Code] = {}


def _code(number: str, severity: Severity, title: str, about: str) -> Code:
    code = Code(number, severity, title, about)
    CODES[number] = code
    return code


# 0xx: reading files
CANNOT_READ = _code(
    "CV001",
    "error",
    "file cannot be read",
    "The file is missing, is a folder or a device, or may not be read. Look at its name; files that a CV names are looked"
    " for in the folder of the CV.",
)
NOT_UTF8 = _code(
    "CV002",
    "error",
    "file is not UTF-8",
    "CV files are UTF-8 text. The place of the first byte that is not UTF-8 is shown. Editors offer the encoding where a"
    " file is saved, or at the lower edge of the window; choose UTF-8.",
)
CONTROL_CHARACTER = _code(
    "CV003",
    "error",
    "control character",
    "Control characters other than tab and line ends cannot be printed; delete them.",
)
TOO_LARGE = _code(
    "CV004",
    "error",
    "file is too large",
    "A CV file, or a file that it names, may have at most 8 MiB, and be nested"
    " at most 40 deep. Is it the right file? Works can stand in several .bib files.",
)
EMPTY = _code("CV005", "error", "file is empty", "A CV needs at least a `name:`.")
CANNOT_WRITE = _code(
    "CV006",
    "error",
    "output cannot be written",
    "The output file or its folder cannot be written to, or the disk is full."
    " `-o FILE` writes to another place. What was there before is still there, whole.",
)

NOT_TEXT = _code(
    "CV007",
    "error",
    "not a text file",
    "The file is a PDF, a picture, a document of a word processor, an archive or the like. cvbuild reads the YAML text of"
    " which a CV is made.",
)
OTHER_KIND = _code(
    "CV008",
    "error",
    "another kind of file",
    "The file is a text, but no YAML: BibTeX, LaTeX, HTML, Markdown, TOML. Works of a .bib file are brought into a CV by"
    " `publications: refs.bib`, or turned into YAML by `cvbuild import`.",
)
BAD_TIME = _code(
    "CV013",
    "error",
    "SOURCE_DATE_EPOCH is no time",
    "The environment has a `SOURCE_DATE_EPOCH` that is not a whole number of seconds since 1970, before the year 10000.",
)
OWNER_NOT_FOUND = _code(
    "CV014",
    "warning",
    "owner not found in files of works",
    "`cvbuild new --from` compares your name with the authors in the files, so that it is printed in bold there. Nobody has it. Add"
    " the form of your name that stands there to `aliases:` in the CV, or see whether it is the right file.",
)
NO_FOLDER = _code(
    "CV016",
    "error",
    "folder is gone",
    "The folder in which `cvbuild watch` was started has been removed. It goes on when there is a folder of that name"
    " again.",
)
BROKEN_OFF = _code(
    "CV018",
    "error",
    "work was broken off",
    "The machine had not enough memory for this CV, or something else for the process that worked on it, or somebody ended"
    " that process. The CV itself is not to blame. Of several CVs at once, try fewer: `-j 1`.",
)
MISTAKE = _code(
    "CV019",
    "error",
    "mistake in cvbuild",
    "Something went wrong in cvbuild itself. Please report it, with the CV if you can. With `CVBUILD_DEBUG=1` in the"
    " environment, cvbuild tells where it happened.",
)

# 1xx: YAML
YAML_SYNTAX = _code("CV101", "error", "YAML syntax", "The file is not valid YAML at this place.")
DUPLICATE_KEY = _code(
    "CV102", "error", "duplicate key", "A mapping has the same key twice; YAML would silently drop one of the values."
)
YAML_TAG = _code("CV103", "error", "YAML tag", "Tags such as `!!python/object` have no meaning in a CV.")
YAML_ALIAS = _code(
    "CV104", "error", "YAML alias", "An alias refers to itself, or the aliases of the file expand to too much."
)
COMMENT_CUTS_VALUE = _code(
    "CV105",
    "warning",
    "value cut by a comment",
    "In YAML, a `#` after a space starts a comment, even inside a sentence. Quote the value to keep the words behind it.",
)
SWALLOWED_ITEM = _code(
    "CV120",
    "warning",
    "item of a list became text",
    "A line that begins with `- ` is indented more than the `-` above it, so YAML reads it as part of the text above.",
)
LOST_COLON = _code(
    "CV121",
    "warning",
    "colon lost",
    "What stands under a heading is a key and its value without a colon, and would print.",
)
UNKNOWN_VARIANT = _code(
    "CV130",
    "error",
    "unknown variant",
    "`--variant` calls one of the names below `variants:` in the CV, or `all` of them.",
)
UNKNOWN_SECTION = _code(
    "CV131",
    "error",
    "unknown section",
    "A variant prints a section of the CV by its title, and the CV has none with this title. A section of the variant's own"
    " needs something below its title.",
)
BAD_VARIANT = _code(
    "CV132",
    "error",
    "variant cannot be called so",
    "The name of a variant, and its `file`, become a part of the name of a file: letters, digits, `-`, `_` and `.`. `all` is"
    " taken, and no two variants may write one file.",
)
BAD_INCLUDE = _code(
    "CV134",
    "error",
    "file cannot be included",
    "`include:` names YAML files in the folder of the CV, or below it. A file may not include itself, and all files"
    " together are bounded.",
)
NOT_JOINED = _code(
    "CV135",
    "error",
    "included file does not fit",
    "What a file brings is joined with what stands beside `include:`: a mapping with a mapping, a list with a list. Single"
    " values of the file that includes win; two included files may not both say one.",
)
BAD_SETTING = _code(
    "CV136",
    "error",
    "nothing to set",
    "`--set path=value` sets a value of the CV for this run. The path has the keys that lead there, with dots between them;"
    " items of a list are called by their number, from 0, or by their title.",
)
CITED_LEFT_OUT = _code(
    "CV137",
    "warning",
    "work that is left out is cited",
    "A text cites a work that this document leaves out: it is private, or bears a tag of `without`, or appeared after the day"
    " of `--as-of`. The citation is left out too.",
)
UNUSED_TAG = _code(
    "CV138",
    "warning",
    "tag that nothing bears",
    "`without` or `only` of a variant names a tag that no section, no entry and no work has.",
)
KEY_NOT_TEXT = _code("CV106", "error", "key is not plain text", "A key must be plain text, not a list or a mapping.")

TAB = _code(
    "CV107",
    "error",
    "tab in the indentation",
    "YAML is indented with spaces, never with tabs. Editors can turn them into spaces, and type spaces for the tab key.",
)
COLON_IN_TEXT = _code(
    "CV108",
    "error",
    "colon in a text without quotes",
    "In YAML, a colon with a space behind it ends a key, even inside a title. A text that has one stands in quotes.",
)
OPEN_QUOTE = _code(
    "CV109",
    "error",
    "quotes do not match",
    "A quote is not closed, or closed too early. Inside of single quotes, an apostrophe is written twice; inside of"
    " double quotes, a double quote is written with a backslash before it.",
)
OPEN_BRACKET = _code(
    "CV110",
    "error",
    "brackets do not match",
    "A `[` or `{` is not closed, is closed twice, or a comma is missing inside.",
)
INDENTATION = _code(
    "CV111",
    "error",
    "indentation",
    "The keys of one mapping begin in one column, and so do the `-` of one list; what belongs to a key begins further in.",
)
MISSING_SPACE = _code(
    "CV112",
    "error",
    "colon or space missing",
    "A key is followed by a colon and a space, and the `-` of a list by a space: `email: ada@example.org`, `- position: …`.",
)
NEEDS_QUOTES = _code(
    "CV113",
    "error",
    "text must stand in quotes",
    "A text that begins with a character that has a meaning in YAML must stand in quotes: `@`, `*`, `&`, `!`, `%`, `|`,"
    " `>`, `[`, `{` or a backtick.",
)
SEVERAL_DOCUMENTS = _code(
    "CV114",
    "error",
    "several documents",
    "A line `---` begins another YAML document. A CV file holds one; a `---` in its first line does no harm.",
)
STRANGE_SPACE = _code(
    "CV115",
    "error",
    "space that is none",
    "A character that looks like a space, or cannot be seen at all, stands where YAML needs a plain space: a no-break"
    " space, an ideographic space, a space of no width. They come along when text is copied.",
)

# 2xx: the shape of the CV
UNKNOWN_KEY = _code("CV201", "error", "unknown key", "The key is not one that cvbuild knows at this place.")
WRONG_SHAPE = _code("CV202", "error", "wrong shape", "A list was written where a text is expected, or the like.")
MISSING_KEY = _code("CV203", "error", "missing key", "A key that is needed here is not there.")
UNKNOWN_ENTRY = _code(
    "CV204",
    "error",
    "kind of entry not recognised",
    "An entry's kind is seen from the key that names it: `position`, `degree`, `award`, … This one has none of them.",
)
TWO_KINDS = _code("CV205", "error", "entry of two kinds", "The entry has the naming keys of two kinds at once.")
BAD_CHOICE = _code("CV206", "error", "value is not one of the choices", "Only certain words are allowed here.")
BAD_NUMBER = _code("CV207", "error", "number expected", "A whole number, or `true` or `false`, is expected here.")
BAD_EMAIL = _code("CV208", "error", "e-mail address", "This does not look like an e-mail address.")
BAD_URL = _code(
    "CV209", "error", "web address", "An address begins with https://, http://, mailto:, tel:, ftp:// or doi:."
)
BAD_DATE = _code(
    "CV210",
    "error",
    "date not understood",
    "A date is a year (2020), a month (2020-07, 2020.7, July 2020), a day (2020-07-31), a season (Summer 2020),"
    " or a range of two of these; `Present` may end a range.",
)
BAD_IDENTIFIER = _code("CV211", "error", "identifier", "An ORCID, DOI or arXiv number is malformed.")
UNKNOWN_NETWORK = _code(
    "CV213", "error", "unknown network", "A profile names a network that cvbuild does not know, without an address."
)
REVERSED_RANGE = _code(
    "CV212", "error", "range ends before it begins", "The end of a range of dates lies before its start."
)
BAD_PICTURE_FILE = _code(
    "CV230",
    "error",
    "picture may not be used",
    "A picture is a file in the folder of the CV or in a folder there, so that a CV of somebody else reads nothing else.",
)
NO_PICTURE = _code(
    "CV231",
    "error",
    "not a PNG or JPEG picture",
    "A picture is a PNG or a JPEG file; its first bytes tell, not its name. PDF, SVG and EPS files may hold programs, "
    "or parts of other files, and other kinds, even some of JPEG, cannot be printed by all "
    "engines.",
)
BROKEN_PICTURE = _code(
    "CV232", "error", "picture is damaged", "The file breaks off, or is not put together as its kind prescribes."
)
LARGE_PICTURE = _code(
    "CV233",
    "error",
    "picture is too large",
    "A picture may have at most 20 MiB, 30,000 pixels in a row or column, and 64 million pixels in all, which take "
    "at most 200 MB.",
)
RESOLUTION = _code(
    "CV234",
    "warning",
    "too few pixels, or far too many",
    "A picture of less than 150 pixels to the inch looks blurred, and a very large file makes the PDF so large too.",
)
PHOTO_NOT_PRINTED = _code(
    "CV235", "warning", "picture is not printed", "The CV has a photo, and the theme prints none, or has `photo: none`."
)
BAD_LENGTH = _code("CV236", "error", "length", "A length has a unit, and is not too small or too large for its use.")

# 3xx: text
BAD_MATH = _code(
    "CV301",
    "error",
    "formula not allowed",
    "Formulas between dollars may use the mathematical commands of LaTeX and amsmath, with balanced braces; nothing else.",
)
UNCLOSED_MARKUP = _code(
    "CV302",
    "warning",
    "markup not closed",
    "A `**`, a backtick or a `[…](` is opened and not closed; it is printed as written.",
)
RAW_LATEX = _code(
    "CV303",
    "error",
    "raw LaTeX",
    "A text holds LaTeX of its own, as in `` `\\LaTeX`{=latex} ``. TeX is a programming language: it is only passed on if"
    " `--raw-latex` is given, and only from a CV file, not from a theme's `styles.yaml` (docs/raw-latex.md).",
)

# 4xx: publications
UNKNOWN_WORK = _code(
    "CV401", "error", "unknown work", "A citation or a list names a key that is not in the database `publications:`."
)
CITED_NOWHERE = _code(
    "CV402",
    "error",
    "cited work is in no numbered list",
    "A citation prints a number, so its work must stand in a numbered list.",
)
DUPLICATE_WORK = _code("CV403", "error", "work selected twice", "One list names the same work twice.")
EMPTY_LIST = _code(
    "CV404", "warning", "list of publications is empty", "Nothing in the database matches the selection."
)
BAD_AUTHORS = _code("CV405", "error", "author list not understood", "The list of authors cannot be split into names.")
DOUBTFUL_OWNER = _code(
    "CV406",
    "warning",
    "perhaps the owner",
    "Only the initials of this author agree with the owner of the CV. Add the form to `aliases:` if it is the owner.",
)
UNKNOWN_STYLE = _code("CV407", "error", "unknown publication style", "No style of this name is defined.")
BAD_STYLE = _code("CV408", "error", "publication style not understood", "The pattern of a style is malformed.")
UNEXPLAINED_MARK = _code(
    "CV409", "warning", "mark without a meaning", "A mark is printed in a list, but no legend can explain it."
)
DOUBTFUL_PERSON = _code(
    "CV420",
    "warning",
    "perhaps somebody of `people:`",
    "The name of an author does not agree in full with the person of `people:` whom it fits best: only initials agree,"
    " or there is a further given name. The author is counted as nobody. Add the form to the person's `aliases:`, or"
    " register the other person.",
)
AMBIGUOUS_AUTHOR = _code(
    "CV421",
    "warning",
    "author fits two people",
    "The name of an author fits two people equally well, or two authors of one work fit the same person. The author is"
    " counted as nobody. Say who it is: `{name: Wei Wang, person: wang-pku}`, or `me: true`; for a work that a file"
    " brings, `people: {Wei Wang: wang-pku}` below the work's key.",
)
UNKNOWN_PERSON = _code(
    "CV422", "error", "unknown person", "The `person` of an author is no key of `people:` at the top level of the file."
)
REGISTERED_TWICE = _code(
    "CV423",
    "warning",
    "two entries of one name",
    "Two entries of `people:` have a name or an alias that fits both, so an author of that name is counted as nobody."
    " Make one entry of them; or, if they are two people, give each a key of its own with `name:`.",
)
REGISTERED_OWNER = _code(
    "CV424",
    "warning",
    "the owner in `people:`",
    "An entry of `people:` has the name of the owner of the CV, or an alias that fits the owner too. An author of the"
    " owner's name is the owner; somebody else of the same name needs a key of his own, with `name:`, and is found only"
    " where an author's `person` names it.",
)
PERHAPS_THE_SAME = _code(
    "CV425",
    "warning",
    "perhaps the same co-author",
    "Two forms of a name in the lists of authors may mean one person or two. They are counted as two. Register the"
    " person with the other form as an alias: `people: {Yi Ma: {aliases: [Y. Ma]}}`.",
)
EMPTY_PEOPLE = _code("CV426", "warning", "list of people is empty", "Nobody in the CV is selected by `people:` here.")
NO_AFFILIATION = _code(
    "CV427",
    "warning",
    "affiliation not known",
    "`cvbuild collaborators` knows affiliations from `people:` only. Register these people.",
)
UNDATED_WORK = _code(
    "CV428",
    "warning",
    "work without a date",
    "`cvbuild collaborators` counts works of the last months. A work that has appeared and has no date is counted, to"
    " be on the safe side, but tells no last active date. Give the work a `date` or `year`.",
)

UNKNOWN_NAME = _code(
    "CV430",
    "warning",
    "no work has this",
    "A list, a count or a style asks for a venue, tag, author, group or link that occurs in no work of the database.",
)
SAME_NUMBER = _code(
    "CV431",
    "warning",
    "two works have the same number",
    "A pattern gives two works of one list the same number, or a citation prints a number that stands for two works.",
)
BAD_LABEL = _code(
    "CV432",
    "error",
    "pattern of numbers not understood",
    "The `label` of a list is malformed, or names an unknown field.",
)
UNKNOWN_COUNT = _code(
    "CV433", "error", "unknown count", "A text has `[#name]`, but no count of this name stands in `counts:`."
)
BAD_CITATION = _code(
    "CV434",
    "warning",
    "citation not understood",
    "Something in brackets looks like a citation and is malformed; it is printed as written.",
)
NOT_RESOLVED = _code(
    "CV435",
    "warning",
    "no citation here",
    "Names, telephone numbers and labels are printed as written: a citation or a count in them stays what it is.",
)
NO_EFFECT = _code(
    "CV436",
    "warning",
    "key of a list without effect",
    "A list of publications has headings or `restart` but no groups, says how to number works that have no numbers, or"
    " goes on with numbers that are not there.",
)
NOTHING_PRINTED = _code(
    "CV437",
    "warning",
    "work prints nothing",
    "The pattern of a style has only fields that a work of the list does not have, so that its place is empty.",
)
UNKNOWN_MARK = _code(
    "CV440", "error", "unknown mark", "An author is marked with a word that is neither the name of a mark nor a sign."
)
ONE_SIGN = _code(
    "CV441",
    "warning",
    "one sign for two marks",
    "Two marks with different meanings look the same in lists that one legend explains.",
)
MARK_NOT_SHOWN = _code(
    "CV442", "error", "mark cannot be shown", "A mark has no sign, or cannot be shown in the way that is asked for."
)
UNUSED_MARK = _code(
    "CV443",
    "warning",
    "mark that nobody has",
    "The key `marks:` tells of a mark that no author has, and whose name is nearly that of another one.",
)
BAD_DATABASE = _code(
    "CV450",
    "error",
    "file of works cannot be used",
    "A file of works is a .bib file, or a .json file of CSL-JSON, in the folder of the CV or in a folder there.",
)
BAD_ENTRY = _code(
    "CV451",
    "error",
    "file of works is malformed",
    "An entry of a .bib file has a brace, a comma or a key too few or too many, or a .json file is not valid JSON."
    " All other entries are read.",
)
TWO_ENTRIES = _code(
    "CV452", "error", "two works with one key", "The files of works have two entries with the same key."
)
BAD_FIELD = _code(
    "CV453",
    "warning",
    "field not understood",
    "A field of a file of works does not hold what it should: a DOI, an address, a date. The message says what becomes of it.",
)
UNKNOWN_LATEX = _code(
    "CV454",
    "warning",
    "LaTeX not understood",
    "A .bib file uses a command that cvbuild does not know, or a formula that is not allowed. What stands in it is printed.",
)
UNKNOWN_TYPE = _code(
    "CV455", "warning", "type of entry not known", "The type of the entry is none of BibTeX, biblatex or CSL."
)
NO_WORKS = _code("CV456", "warning", "file without works", "A file of works has no entries.")

# 5xx: themes
UNKNOWN_THEME = _code("CV501", "error", "unknown theme", "No theme of this name is installed or stands beside the CV.")
BAD_THEME = _code(
    "CV502",
    "error",
    "theme is broken",
    "A file of the theme is missing or malformed. The message names it; correct"
    " it, or use another theme, as `--theme noether`.",
)
BAD_OPTION = _code(
    "CV503", "error", "theme option", "The theme has no such option, or the value is not one that it takes."
)
TEMPLATE_FAILED = _code(
    "CV504",
    "error",
    "template failed",
    "A template of the theme could not be filled in. The message names its"
    " file and line. A theme that only changes some templates of another one breaks less easily: see docs/themes.md.",
)
NO_SUCH_SECTION = _code(
    "CV510",
    "warning",
    "no such section for the side column",
    "An option of the theme names a section for the side column, and the CV has none with this title. Titles are those"
    " below `sections:`; capitals do not matter. Sections of sections go with the one around them.",
)
UNKNOWN_TEMPLATE = _code(
    "CV515",
    "error",
    "unknown template",
    "Neither the theme nor those that it extends have such a file. `cvbuild theme which NAME` lists what they have.",
)
BAD_THEME_NAME = _code(
    "CV516",
    "error",
    "no name for a theme",
    "A theme has the name of its folder: letters, digits, `-` and `_`, at most 64 of them; and none that another"
    " theme has already.",
)
THEME_EXISTS = _code(
    "CV517",
    "error",
    "theme file exists",
    "What `cvbuild theme` makes takes the place of no file. Give it another place, or `--force` where there is such an option.",
)

# 6xx: the engine
NO_ENGINE = _code(
    "CV601",
    "error",
    "engine not found",
    "The program that typesets the CV is not installed, or cannot run here."
    " `cvbuild engine install` gets the embedded one; `--engine xelatex` takes that of a TeX system.",
)
ENGINE_FAILED = _code(
    "CV602",
    "error",
    "typesetting failed",
    "The engine stopped with an error. With a theme that comes with cvbuild this"
    " should not happen: please report it, with the .tex file and the log that `--keep-tex` keeps.",
)
ENGINE_TIMEOUT = _code(
    "CV603",
    "error",
    "typesetting took too long",
    "The engine was stopped at its time limit. `--timeout 300` gives it more seconds.",
)
MISSING_GLYPH = _code(
    "CV604",
    "warning",
    "character not in the font",
    "The fonts of the theme do not have this character; it is missing in the PDF. The hint says"
    " which fonts have it, if there are some; or write it in another way.",
)
OVERFULL = _code(
    "CV605",
    "warning",
    "line too wide",
    "A line stands out into the margin because it could not be broken."
    " Put it in other words; in long words, a soft hyphen (U+00AD) shows where they may be broken.",
)
TOO_HIGH = _code(
    "CV606",
    "warning",
    "higher than the page",
    "Something that cannot be broken is higher than a page has room for, and stands out at its foot: a formula, a header,"
    " a box of raw LaTeX or of a theme.",
)

# 62x: what `cvbuild render --verify` finds when it reads the PDF back
TEXT_LOST = _code(
    "CV620",
    "error",
    "text not in the PDF",
    "`--verify` did not find a text of the CV where it belongs in the PDF. A template of the theme forgets a field, or"
    " cuts it off.",
)
TEXT_ALTERED = _code(
    "CV621",
    "error",
    "text altered in the PDF",
    "`--verify` found a text of the CV in the PDF with other characters, words that run together, or a formula without"
    " some of its letters. People may still read it; a search for it fails.",
)
TEXT_MOVED = _code(
    "CV622",
    "error",
    "text out of order in the PDF",
    "`--verify` found a text of the CV in the PDF, but before or behind its place: sections, entries, paragraphs, points"
    " and works stand in the PDF in the order of the CV.",
)
LINK_LOST = _code(
    "CV623",
    "error",
    "link not in the PDF",
    "`--verify` found that words which lead to an address, or to a work, do not lead there in the PDF.",
)
PDF_INFORMATION = _code(
    "CV624",
    "error",
    "information about the PDF differs",
    "`--verify` found another title or author in what the PDF says about itself, or bookmarks that are not the headings.",
)
NEVER_PRINTED = _code(
    "CV625",
    "error",
    "text that is never printed",
    "`--verify` found a text in the CV that nothing prints, though it is of a kind that is printed.",
)
TEXT_FROM_NOWHERE = _code(
    "CV626",
    "warning",
    "text from nowhere",
    "`--verify` found words in the PDF that neither the CV has nor the theme, or more often than the CV has them.",
)
UNREADABLE_PDF = _code(
    "CV627", "error", "PDF cannot be read back", "`--verify` could not read the PDF that the engine made."
)
TOO_LONG = _code(
    "CV630",
    "warning",
    "too many pages",
    "The document has more pages than `pages:` allows. The PDF is written, so that you can see what to shorten; the command"
    " ends with status 1, so that nothing that is too long is sent off unseen.",
)
OUTSIDE_FILE = _code(
    "CV610",
    "error",
    "file out of reach",
    "TeX asked for a file that lies elsewhere than the engine's own files and the job's. TeX code of a theme may neither"
    " read nor write there.",
)
ENGINE_BOUND = _code(
    "CV611", "error", "typesetting took too much", "The engine was stopped because it took too much memory or space."
)
RAW_LEFT_OUT = _code(
    "CV640",
    "warning",
    "raw LaTeX is not shown",
    "LaTeX that `--raw-latex` passes on is code for TeX, and no other program can set it. Where a CV is written in another"
    " format than PDF or LaTeX, it is left out.",
)

# 7xx: what `cvbuild validate --lint` remarks on in a CV that is valid
NO_OWNER = _code(
    "CV701",
    "warning",
    "owner not among the authors",
    "A work is printed of which the owner of the CV is no author. Names are compared as persons: another form of the"
    " name belongs to `aliases:`. Nothing is said where an organisation is an author, a .bib file says “and others”, or"
    " the owner is an editor.",
)
LONE_MARK = _code(
    "CV702",
    "warning",
    "mark of equal contribution that stands alone",
    "Only one author of a work has the mark of equal contribution: `*`, `#`, `§` or `‡`, the names `equal`, `equal-2`, …,"
    " or what `marks:` or `legend:` give this meaning. A sign to which they give another meaning does not count.",
)
NOT_ALPHABETICAL = _code(
    "CV703",
    "warning",
    "order is not alphabetical",
    "The authors are said to stand in alphabetical order (`alphabetical: true`, the mark `alphabetical` or its sign ‖; or a star behind all of them, in a list"
    " whose legend says “or alphabetical author order”), and they do not. Family names are compared, without accents;"
    " a particle such as “van” counts or does not, whichever is right.",
)
OUT_OF_ORDER = _code(
    "CV704",
    "warning",
    "order broken",
    "Nearly all dated entries of a section, or works of a list in the order written, stand newest first, or oldest"
    " first; one does not, or two of ten or more. There must be four degrees and positions, five other entries, seven"
    " people or works, of three dates. A list with `order: newest` is always in order.",
)
SAME_WORK = _code(
    "CV705",
    "warning",
    "same work twice",
    "Two works have one DOI; one title and mostly the same authors; or one arXiv number. They are a preprint and what"
    " was published of it, or two of one kind. A conference paper and the article of the same title are two works.",
)
LONG_UNDER_REVIEW = _code(
    "CV706",
    "warning",
    "long under review",
    "A work has been submitted, under review, accepted or in press for more than two years, by its date or else the"
    " month of its arXiv number. Today is `--today`, or SOURCE_DATE_EPOCH, or the day on which cvbuild runs.",
)
ONLY_SELECTED = _code(
    "CV707",
    "warning",
    "selected work is in no full list",
    "A work that is selected (`selected: true`, the tag `selected`, or a list of keys or tags) is missing in the full"
    " list, which prints others of its kind. A full list selects all works, or by kind, status and year alone.",
)
BAD_NUMBERING = _code(
    "CV708",
    "warning",
    "DOI or arXiv number is not right",
    "A DOI ends with a sign of the sentence it was taken from, or an arXiv number is one that arXiv cannot have given:"
    " a month 13, a month to come, or a number of digits that was not in use then.",
)
MISPLACED_IDENTIFIER = _code(
    "CV709",
    "warning",
    "DOI or arXiv number in the wrong field",
    "A DOI or arXiv number stands in `url`, `note`, `journal`, `pages`, …, or an arXiv number in the form of a DOI in"
    " `doi`. In `doi:` and `arxiv:` it makes a link, in the form that the style has for it.",
)
NO_YEAR = _code(
    "CV710",
    "warning",
    "year missing",
    "A published work has neither `year` nor `date`. Preprints, talks, software and data may do without; and a CV in"
    " which no work has a year.",
)
VENUE_TWICE = _code(
    "CV711",
    "warning",
    "venue spelt in two ways",
    "A journal or conference is written in two ways: “Phys. Rev. E” and “Physical Review E”, “NeurIPS” and “Neural"
    " Information Processing Systems”. Years and ordinals may differ, and `short:` may give the short name.",
)
NOT_PRINTED = _code(
    "CV712",
    "warning",
    "work in no list",
    "No list prints a work of yours, though there is a full list: one that selects all works, or by kind, status and"
    " year alone. Works of others that a .bib file brings do not count.",
)
AUTHOR_TWICE = _code(
    "CV713",
    "warning",
    "author spelt in two ways",
    "One author is written in two ways that differ only in accents, capitals, hyphens or points, in ü and ue, or in a"
    " middle initial. Initials in place of a given name are not reported.",
)
BACKWARD_PAGES = _code(
    "CV714",
    "warning",
    "pages end before they begin",
    "The last page is before the first. `1234-56` means 1234 to 1256 and is right.",
)
FUTURE_DATE = _code(
    "CV715",
    "warning",
    "date in the future",
    "A published work has a date more than three months ahead of today (see CV706); or a work to come, more than three"
    " years.",
)
TITLE_FORM = _code(
    "CV716",
    "warning",
    "title in capitals, or with a full stop",
    "A title is all in capitals, or ends with the full stop that styles put there themselves.",
)
LATEX_IN_TEXT = _code(
    "CV717",
    "warning",
    "traces of LaTeX",
    "A title or venue in YAML has braces or commands, as .bib files do: `{SGD}`, `\\'e`. They are printed as they stand."
    " Formulas stand between dollars.",
)
STATUS_ELSEWHERE = _code(
    "CV718",
    "warning",
    "status in another field",
    "A `note`, or the field of the venue, says “to appear”, “submitted” or the like, but the work counts as published:"
    " `status:` says it so that lists can select by it.",
)
IGNORED_IN_VAIN = _code(
    "CV719",
    "warning",
    "ignored in vain",
    "`lint: {ignore: …}` has a code for which nothing is found (any more), or that there is not.",
)
