"""The YAML that the documentation shows is YAML that cvbuild takes."""

from __future__ import annotations

import re

import pytest

from tests.support import ROOT, problems

PAGES = [
    "README.md",
    "docs/tutorial.md",
    "docs/publications.md",
    "docs/databases.md",
    "docs/marks.md",
    "docs/people.md",
    "docs/styles.md",
    "docs/lint.md",
    "docs/themes.md",
]
BLOCKS = [
    pytest.param(block, id=f"{page}-{number}")
    for page in PAGES
    for number, block in enumerate(
        re.findall(r"```yaml\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    )
]
# A fragment may show the same key in several forms, and refer to works and files that are elsewhere.
FRAGMENT = {"CV001", "CV102", "CV401", "CV404", "CV426"}


@pytest.mark.parametrize("block", BLOCKS)
def test_yaml_is_valid(block: str) -> None:
    whole = re.search(r"^name:", block, re.MULTILINE) is not None
    found = {problem.split()[-1] for problem in problems(block if whole else "name: N\n" + block)}
    assert found <= (set() if whole else FRAGMENT)


def test_links_between_pages_lead_somewhere() -> None:
    for page in [
        *PAGES,
        "CONTRIBUTING.md",
        "docs/raw-latex.md",
        "docs/seeds.md",
        "docs/formats.md",
        "docs/architecture.md",
        "docs/engine.md",
        "docs/wheel.md",
        "docs/performance.md",
        "docs/examples.md",
        "docs/make.md",
        "docs/ci.md",
        "docs/python-api.md",
    ]:
        path = ROOT / page
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s…]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{page}: {target}"


def test_the_readme_names_every_command() -> None:
    from cvbuild.cli import app

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in app.registered_commands:
        assert command.callback is not None
        assert f"cvbuild {command.name or command.callback.__name__}" in readme
