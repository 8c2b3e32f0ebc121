"""Hooks of mkdocs: what the site shows that does not lie in docs/.

The first page is the README, and CONTRIBUTING.md is a page too; the examples go along. Links are turned to where these
stand in the site.
"""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
PAGES = {"README.md": "index.md", "CONTRIBUTING.md": "CONTRIBUTING.md"}
_LINK = re.compile(r"(\]\()(?!https?:|mailto:|#)([^)\s]+)(\))")


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add what lies outside of docs/."""
    for name, page in PAGES.items():
        text = _LINK.sub(lambda m: m[1] + _from_root(m[2]) + m[3], (ROOT / name).read_text(encoding="utf-8"))
        files.append(File.generated(config, page, content=text))
    for path in sorted((ROOT / "examples").iterdir()):
        if path.suffix in (".yaml", ".bib"):
            files.append(File.generated(config, f"examples/{path.name}", abs_src_path=str(path)))
    files.append(File.generated(config, "LICENSE.txt", abs_src_path=str(ROOT / "LICENSE")))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """A page of docs/, with its links."""
    return _LINK.sub(lambda m: m[1] + _from_docs(m[2]) + m[3], markdown)


def _from_root(target: str) -> str:
    return target.removeprefix("docs/").replace("README.md", "index.md") if target != "LICENSE" else "LICENSE.txt"


def _from_docs(target: str) -> str:
    return re.sub(r"^\.\./(?=examples/|CONTRIBUTING)", "", target).replace("../README.md", "index.md")
