"""The few words that cvbuild prints by itself, and how a document replaces them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from cvbuild.frozen import frozen

ENGLISH = (
    "Present", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December", "Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    "Spring", "Summer", "Fall", "Autumn", "Winter",
    "Phone", "Email", "Website", "Address", "Contents", "Skip to content", "Advisor", "Advisors", "Mentor", "Mentors", "Thesis",
    "and", "of", "now", "work", "works", "Last updated", "et al.",
    "To appear in", "Submitted to", "Under review at", "In preparation for",
    "Accepted", "In press", "Submitted", "Under review", "In preparation",
    "Journal articles", "Conference papers", "Workshop papers", "Preprints", "Book chapters", "Books", "Theses",
    "Reports", "Patents", "Software", "Datasets", "Talks", "Other publications", "Published", "Undated", "Other",
    "In", "edition", "ed.", "eds.", "vol.", "no.", "chap.", "p.", "pp.", "Article", "Version", "presented at", "Online",
    "Available", "arXiv preprint", "Technical report", "Patent", "Computer software", "Data set", "Talk",
    "indicates equal contribution", "indicates a second group of equal contributors",
    "indicates a third group of equal contributors", "indicates equal last authorship", "indicates corresponding author",
    "indicates alphabetical author order", "indicates an advisee", "or alphabetical author order", "underlining",
    "equal contribution", "second group of equal contributors", "third group of equal contributors",
    "equal last author", "corresponding author", "alphabetical order", "advisee", "st", "nd", "rd", "th",
)  # fmt: skip


@frozen
class Words:
    """Call it with an English word of `ENGLISH` to get the word that the document prints."""

    own: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, english: str) -> str:
        """The word to print for an English one."""
        return self.own.get(english, english)


def ordinal(number: int, words: Words) -> str:
    """1st, 2nd, 3rd, 4th, …, 11th, …, 21st: the number and one of four endings, which a document may replace."""
    teens = number // 10 % 10 == 1
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{words(ending)}"
