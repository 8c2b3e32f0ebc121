"""What was found in one entry that could not be understood, for the warnings."""

from __future__ import annotations

from cvbuild.source import Span


class Notes:
    """Collects what the fields of an entry say that has no meaning here; `here` is the field that is being read."""

    def __init__(self) -> None:
        self.commands: dict[str, Span | None] = {}
        self.formulas: list[tuple[str, str, Span | None]] = []
        self.problems: list[tuple[str, str | None, Span]] = []
        self.here: Span | None = None  # the field that is being read

    def command(self, name: str) -> None:
        """A command that is not known."""
        self.commands.setdefault(name, self.find(f"\\{name}"))

    def formula(self, tex: str, problem: str) -> None:
        """A formula that is not allowed."""
        self.formulas.append((tex, problem, self.find(tex)))

    def find(self, text: str) -> Span | None:
        """Where these characters stand in the field that is being read; all of it, if they don't."""
        if self.here is None:
            return None
        at = self.here.text.find(text)
        return self.here if at < 0 else self.here.part(at, at + len(text))

    def problem(self, message: str, hint: str | None) -> None:
        """Something else in the field that is being read."""
        if self.here is not None:
            self.problems.append((message, hint, self.here))
