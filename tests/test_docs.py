"""The documentation: each of its code blocks is tried, its links lead somewhere, and it names all commands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs import Block, blocks, tried
from tests.support import ROOT

PAGES = ["README.md", "CONTRIBUTING.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]
# Pages that tools write, whose blocks come from files that are tests already.
WRITTEN = {
    f"docs/{name}.md"
    for name in "characters diagnostics engine foreign-bib gallery performance reliability wheel".split()
}


@pytest.mark.engine
@pytest.mark.parametrize("page", [page for page in PAGES if page not in WRITTEN])
def test_every_code_block_works(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    for name in ("GITHUB_WORKSPACE", "SOURCE_DATE_EPOCH"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "page"
    folder.mkdir()
    wrong = [
        f"{page}:{block.line}: {problem}"
        for block in blocks((ROOT / page).read_text(encoding="utf-8"))
        if (problem := tried(block, folder)) is not None
    ]
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("yaml", "sections: {A: {publicatons: all}}\n"),
        ("yaml", "name: N\nsections: {A: {publications: [none]}}\n"),
        ("console", "$ echo two\none\n"),
        ("console", "$ cvbuild explain CV999\ncvbuild: fine\n"),
        ("console", "cvbuild render me.yaml\n"),
        ("python", "1 / 0\n"),
        ("", "anything\n"),
        ("make", "all:\n"),
    ],
)
def test_a_wrong_block_is_told(kind: str, text: str, tmp_path: Path) -> None:
    assert tried(Block(kind, None, text, 1), tmp_path)


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        path = ROOT / page
        words = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s…]+)", words):
            assert (path.parent / target).exists(), f"{page}: {target}"


@pytest.mark.engine
def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    """All pages are in its table of contents, and all links and anchors lead somewhere."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    ran = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "<h1" in (tmp_path / "site" / "tutorial.html").read_text(encoding="utf-8")


def test_the_readme_names_every_command() -> None:
    from cvbuild.cli.commands import COMMANDS

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [command for command in COMMANDS if f"cvbuild {command}" not in readme] == []
