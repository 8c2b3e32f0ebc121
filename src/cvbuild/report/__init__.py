"""Diagnostics for people (`human`), for programs (`json`), and for GitHub's pages (`github`)."""

from cvbuild.report.excerpt import Excerpt, excerpt
from cvbuild.report.human import human, printable, width
from cvbuild.report.result import Output, Result, summary

__all__ = [
    "Excerpt",
    "Output",
    "Result",
    "excerpt",
    "human",
    "printable",
    "summary",
    "width",
]  # `json` and `github` are imported by whoever needs them
