"""Who an author is: the owner of the CV, somebody of `people:`, or neither."""

from __future__ import annotations

from dataclasses import dataclass, field

from cvbuild.diagnostics import DOUBTFUL_OWNER, Sink
from cvbuild.model import Author, KnownPerson
from cvbuild.names import Match, Name, Owner


@dataclass(slots=True)
class Who:
    """Knows whose CV it is and who occurs in it, and compares each name only once."""

    owner: Owner
    sink: Sink
    _matches: dict[Name, Match] = field(default_factory=dict)

    def is_owner(self, author: Author, others: tuple[Author, ...] = ()) -> bool:
        """Whether an author is the owner of the CV; a doubtful one is reported unless the owner is among `others`."""
        if author.me:
            return True
        match = self._match(author.name)
        if match is Match.DOUBTFUL and not any(a.me or self._match(a.name) is Match.SURE for a in others):
            self.sink.add(
                DOUBTFUL_OWNER,
                f"is “{author.name}” the owner of this CV, “{self.owner.name}”? Only the initials agree",
                author.span,
                hint=f"if so, add `aliases: [{author.name}]` below `name:`; if not, write the name in full",
            )
        return match is Match.SURE

    def person(self, author: Author) -> KnownPerson | None:
        """Who of `people:` an author is; None if nobody, or if that is not sure."""
        return None

    def _match(self, name: Name) -> Match:
        known = self._matches.get(name)
        if known is None:
            known = self._matches[name] = self.owner.match(name)
        return known
