"""What the words mean among which a key lets one choose, for editors, where the words alone do not tell."""

from __future__ import annotations

from typing import Final

CHOICES: Final[tuple[dict[str, str], ...]] = (
    {
        "article": "In a journal.",
        "conference": "In the proceedings of a conference.",
        "workshop": "At a workshop.",
        "preprint": "On arXiv or elsewhere, and nowhere else yet.",
        "chapter": "In a book.",
        "book": "A whole book.",
        "thesis": "A thesis; `type:` says of which degree.",
        "report": "A report of an institute.",
        "patent": "A patent.",
        "software": "A program.",
        "dataset": "Data.",
        "talk": "A talk.",
        "other": "Anything else.",
        "unpublished": "Each work that has not appeared, of whatever kind.",
        "default": "Each work for which nothing else is said.",
    },
    {
        "published": "It has appeared. (Need not be said.)",
        "accepted": "It will appear.",
        "in press": "It is being printed.",
        "submitted": "It was sent in.",
        "under review": "It is with the referees.",
        "in preparation": "It is being written.",
    },
    {
        "first": "You stand first.",
        "last": "You stand last, behind others.",
        "sole": "There is nobody else.",
        "corresponding": "You are marked as corresponding author.",
        "equal": "You are marked as an equal contributor.",
        "equal-last": "You are marked as an equal last author.",
        "advising": "An advisee of yours is among the authors.",
    },
    {
        "newest": "The newest first.",
        "oldest": "The oldest first.",
        "written": "As they are written: in `keys`, or in the database.",
        "rank": "By `rank:`, from 1 on.",
        "title": "By title.",
        "author": "By the names of the authors, family names first.",
        "venue": "By the name of the journal, conference or book.",
        "kind": "By kind.",
        "status": "By how far they have got.",
        "key": "By the key in the database.",
    },
    {
        "full": "Guy L. Steele Jr.",
        "initials": "G. L. Steele Jr.",
        "family-first": "Steele, Guy L., Jr.",
        "family-initials": "Steele, G. L., Jr.",
    },
)


def meanings(words: tuple[str, ...]) -> list[str] | None:
    """What each of the words means that may stand in one place; None if that is not told."""
    table = next((table for table in CHOICES if table.keys() >= set(words)), None)
    return [table[word] for word in words] if table is not None else None
