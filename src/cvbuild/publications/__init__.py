"""Publications: the database, and the lists that are printed from it."""

from cvbuild.publications.database import Database, make_database
from cvbuild.publications.legend import make_legend
from cvbuild.publications.listing import Group, LegendLine, Listing, ListItem
from cvbuild.publications.lists import make_listings
from cvbuild.publications.styles import Styles, check_styles
from cvbuild.publications.typeset import Typesetter
from cvbuild.publications.who import Who

__all__ = [
    "Database",
    "Group",
    "LegendLine",
    "ListItem",
    "Listing",
    "Styles",
    "Typesetter",
    "Who",
    "check_styles",
    "make_database",
    "make_legend",
    "make_listings",
]
