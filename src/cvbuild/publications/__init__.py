"""Publications: the database, and the lists that are printed from it."""

from cvbuild.publications.database import Database, make_database
from cvbuild.publications.legend import make_legend
from cvbuild.publications.listing import Group, LegendLine, Listing, ListItem
from cvbuild.publications.lists import make_listings
from cvbuild.publications.people import People, make_people
from cvbuild.publications.registry import check_registry
from cvbuild.publications.typeset import Typesetter
from cvbuild.publications.who import Who

__all__ = [
    "Database",
    "Group",
    "LegendLine",
    "ListItem",
    "Listing",
    "People",
    "Typesetter",
    "Who",
    "check_registry",
    "make_database",
    "make_legend",
    "make_listings",
    "make_people",
]
