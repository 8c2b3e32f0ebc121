"""The names of persons: read, shorten, split a list of them, and tell whose they are.

Floor 2, and a room of its own: strings come in, frozen values go out, and nothing here knows of YAML or
LaTeX. Names are read by the grammar of BibTeX; where people write otherwise, the function that departs from
the grammar says so.
"""

from cvbuild.names.authors import ET_AL, MARKS, AuthorText, is_et_al, split_authors, split_marks
from cvbuild.names.braces import AuthorsError
from cvbuild.names.crowd import Crowd, Fit
from cvbuild.names.folding import fold, spelled_letters
from cvbuild.names.forms import NameForm, format_name, printed
from cvbuild.names.given import Match
from cvbuild.names.identity import Identity
from cvbuild.names.name import Name, parse_name

__all__ = [
    "ET_AL",
    "MARKS",
    "AuthorText",
    "AuthorsError",
    "Crowd",
    "Fit",
    "Identity",
    "Match",
    "Name",
    "NameForm",
    "fold",
    "format_name",
    "is_et_al",
    "parse_name",
    "printed",
    "spelled_letters",
    "split_authors",
    "split_marks",
]  # `writing` is imported by whoever needs it
