"""The formats in which a CV can be had, and what their files are called."""

from __future__ import annotations

from typing import Final

from cvbuild.frozen import frozen


@frozen
class OutputFormat:
    """A format: its `name` for `--to`, and what one file of it is `called`."""

    name: str
    called: str

    @property
    def ending(self) -> str:
        """How names of its files end."""
        return f".{self.name}"


FORMATS: Final = {
    made.name: made
    for made in (
        OutputFormat("pdf", "a PDF"),
        OutputFormat("tex", "a LaTeX file"),
        OutputFormat("html", "an HTML page"),
        OutputFormat("md", "a Markdown file"),
        OutputFormat("txt", "a text file"),
        OutputFormat("json", "a JSON file"),
        OutputFormat("png", "a picture"),
    )
}
