"""Publications: the database, and the lists that are printed from it."""

from cvbuild.publications.citations import Cited, make_citation
from cvbuild.publications.database import Database, make_database
from cvbuild.publications.legend import make_legend
from cvbuild.publications.listing import Group, LegendLine, Listing, ListItem
from cvbuild.publications.lists import make_listings
from cvbuild.publications.select import selected
from cvbuild.publications.typeset import Typesetter
from cvbuild.publications.who import Who

__all__ = [
    "Cited",
    "Database",
    "Group",
    "LegendLine",
    "ListItem",
    "Listing",
    "Typesetter",
    "Who",
    "make_citation",
    "make_database",
    "make_legend",
    "make_listings",
    "selected",
]
