"""The names of persons: read, shorten, split a list of them, and find the owner of the CV among them.

Floor 2, and a room of its own: strings come in, frozen values go out, and nothing here knows of YAML or
LaTeX. Names are read by the grammar of BibTeX; where people write otherwise, the function that departs from
the grammar says so.
"""

from cvbuild.names.authors import ET_AL, MARKS, AuthorText, split_authors, split_marks
from cvbuild.names.braces import AuthorsError
from cvbuild.names.folding import fold
from cvbuild.names.forms import NameForm, format_name
from cvbuild.names.given import Match
from cvbuild.names.name import Name, parse_name
from cvbuild.names.owner import Owner
from cvbuild.names.writing import write_name

__all__ = [
    "ET_AL",
    "MARKS",
    "AuthorText",
    "AuthorsError",
    "Match",
    "Name",
    "NameForm",
    "Owner",
    "fold",
    "format_name",
    "parse_name",
    "split_authors",
    "split_marks",
    "write_name",
]
