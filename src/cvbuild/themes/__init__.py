"""Themes to look at, and to make: which there are, where their files come from, new ones, and what they look like."""

from cvbuild.themes.catalogue import Listed, catalogue
from cvbuild.themes.chain import Member, find_member, members
from cvbuild.themes.making import Drafts, eject, new_theme, put

__all__ = ["Drafts", "Listed", "Member", "catalogue", "eject", "find_member", "members", "new_theme", "put"]
