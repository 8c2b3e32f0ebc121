"""The few words that cvbuild prints by itself, and how a document replaces them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from cvbuild.frozen import frozen

ENGLISH = (
    "Present", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December", "Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    "Spring", "Summer", "Fall", "Autumn", "Winter",
    "Phone", "Email", "Website", "Address", "Advisor", "Advisors", "Mentor", "Mentors", "Thesis",
    "and", "of", "Last updated", "et al.",
    "To appear in", "Submitted to", "Under review at", "In preparation for",
    "Accepted", "In press", "Submitted", "Under review", "In preparation",
    "Journal articles", "Conference papers", "Workshop papers", "Preprints", "Book chapters", "Books", "Theses",
    "Reports", "Patents", "Software", "Datasets", "Talks", "Other publications", "Published", "Undated",
    "In", "edition", "ed.", "eds.", "vol.", "no.", "chap.", "p.", "pp.", "Article", "Version", "presented at", "Online",
    "Available", "arXiv preprint", "Technical report", "Patent", "Computer software", "Data set", "Talk",
    "indicates equal contribution", "indicates corresponding author", "or alphabetical author order",
)  # fmt: skip


@frozen
class Words:
    """Call it with an English word of `ENGLISH` to get the word that the document prints."""

    own: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, english: str) -> str:
        """The word to print for an English one."""
        return self.own.get(english, english)
