"""Publications: the database, and the lists that are printed from it."""

from cvbuild.publications.citations import Cited, make_citation
from cvbuild.publications.coauthors import CoAuthor, co_authors
from cvbuild.publications.database import Database, date_of, make_database
from cvbuild.publications.legend import make_legend
from cvbuild.publications.listing import Group, LegendLine, Listing, ListItem
from cvbuild.publications.lists import make_listings
from cvbuild.publications.marks import Marks
from cvbuild.publications.people import People, make_people, name_key
from cvbuild.publications.registry import check_registry, name_of
from cvbuild.publications.select import selected
from cvbuild.publications.styles import Styles, check_styles
from cvbuild.publications.typeset import Typesetter
from cvbuild.publications.who import Who

__all__ = [
    "Cited",
    "CoAuthor",
    "Database",
    "Group",
    "LegendLine",
    "ListItem",
    "Listing",
    "Marks",
    "People",
    "Styles",
    "Typesetter",
    "Who",
    "check_registry",
    "check_styles",
    "co_authors",
    "date_of",
    "make_citation",
    "make_database",
    "make_legend",
    "make_listings",
    "make_people",
    "name_key",
    "name_of",
    "selected",
]
