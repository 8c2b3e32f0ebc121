"""Diagnostics for people (`human`), for programs (`json`), and for GitHub's pages (`github`)."""

from cvbuild.report.human import human, printable
from cvbuild.report.result import Output, Result, summary

__all__ = [
    "Output",
    "Result",
    "human",
    "printable",
    "summary",
]  # `json` and `github` are imported by whoever needs them
