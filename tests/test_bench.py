"""The benchmark compares like with like, and reckons right. What it measures is no test's business."""

from __future__ import annotations

import random
import re
import shutil
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from tools.bench.figures import fit, quartiles, ratio
from tools.bench.inputs import OWNER, make_cv
from tools.bench.ours import prepare
from tools.bench.page import page, picture
from tools.bench.peer import to_rendercv
from tools.bench.places import ICONS, LOCK, find_icons, find_python
from tools.bench.plot import plot
from tools.bench.stage_child import WRAPPED
from tools.bench.stages import package
from tools.bench.timing import Command, Failed, in_turn, once, spent_by
from tools.bench.watching import Watch, edited
from tools.bench.words import agreement

from cvbuild.publications import Listing
from tests.support import EXAMPLES, blocks, problems

# --- inputs ---


@pytest.mark.parametrize("works", [1, 10, 300])
def test_generated_cvs_are_valid(works: int) -> None:
    text = make_cv(works)
    assert problems(text) == []
    assert text == make_cv(works)
    database = yaml.safe_load(text)["publications"]
    assert len(database) == works
    assert all(OWNER in work["authors"] for work in database.values())


def test_generated_works_are_varied() -> None:
    works = list(yaml.safe_load(make_cv(300))["publications"].values())
    assert len({work["title"] for work in works}) > 250
    assert {key for work in works for key in work} >= {"journal", "conference", "arxiv", "doi", "note", "url"}
    assert any("*" in work["authors"] for work in works)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_examples_become_rendercv(file: Path) -> None:
    checked = prepare(file).checked
    cv = yaml.safe_load(to_rendercv(checked))["cv"]
    printed = [item for block in blocks(checked.outline) if isinstance(block, Listing) for item in block.items]
    entries = [entry for entries in cv["sections"].values() for entry in entries]
    works = [entry for entry in entries if isinstance(entry, dict) and "authors" in entry]
    assert cv["name"] == checked.outline.name
    assert len(works) == len(printed)
    for work, item in zip(works, printed, strict=True):
        whole = " ".join([work["title"], *work["authors"], work.get("journal", ""), str(work.get("date", ""))])
        missing = Counter(letters(str(item.body))) - Counter(letters(whole))
        assert set(missing) <= {"and", "with"}, item.body
    for kind in ("entries", "texts"):
        for entries in yaml.safe_load(to_rendercv(checked, kind))["cv"]["sections"].values():
            assert len({type(entry) for entry in entries}) <= 1  # RenderCV takes one kind of entry in a section


def letters(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.replace("\\", ""))


def test_every_work_becomes_a_text(tmp_path: Path) -> None:
    file = tmp_path / "cv.yaml"
    file.write_text(make_cv(25), encoding="utf-8")
    checked = prepare(file).checked
    texts = yaml.safe_load(to_rendercv(checked, "texts"))["cv"]["sections"]["Publications"]
    assert sum(text.startswith("+ ") for text in texts) == 25
    assert all(f"**{OWNER}**" in text for text in texts if text.startswith("+ "))


def test_a_cv_that_is_wrong_is_not_measured(tmp_path: Path) -> None:
    file = tmp_path / "cv.yaml"
    file.write_text("name: N\nsectoins: {}\n", encoding="utf-8")
    with pytest.raises(Failed, match="sectoins"):
        prepare(file)


def test_what_rendercv_needs_is_pinned() -> None:
    lock = LOCK.read_text(encoding="utf-8")
    assert "rendercv==2.8 " in lock
    for requirement in re.split(r"\n(?=\S)", lock.strip()):
        assert re.match(r"[\w.-]+==[\w.]+ .*\\\n    --hash=sha256:", requirement), requirement
    assert "://" not in lock


def test_words_in_common() -> None:
    one, other = Counter("a rose is a rose".split()), Counter("a rose was a rose".split())
    assert agreement(one, one) == 1.0
    assert agreement(one, other) == 0.8
    assert agreement(one, Counter()) == 0.0


def test_the_typst_package_is_taken_from_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    monkeypatch.setenv("XDG_CACHE_HOME", str(theirs))
    assert not find_icons(ours)
    (theirs / ICONS).mkdir(parents=True)
    (theirs / ICONS / "typst.toml").write_text("[package]", encoding="utf-8")
    assert find_icons(ours)
    assert (ours / ICONS / "typst.toml").read_text(encoding="utf-8") == "[package]"


def test_a_python_that_is_not_there() -> None:
    with pytest.raises(Failed, match=r"no Python `python9\.99`"):
        find_python("python9.99")
    assert find_python(sys.executable).exists()


# --- figures ---


def test_ratios_are_of_medians_and_of_rounds() -> None:
    found = ratio([1.0, 2.0, 9.0], [4.0, 4.0, 4.0])
    assert found.of_medians == 0.5
    assert (found.low, found.high) == (0.375, 1.375)
    assert quartiles([3.0]) == (3.0, 3.0, 3.0)


def test_a_line_is_found_again() -> None:
    line = fit([(x, 7 + 3 * x) for x in (10, 60, 100, 5000)])
    assert (round(line.base, 9), round(line.slope, 9), round(line.unexplained, 9)) == (7, 3, 0)
    bent = fit([(x, x * x) for x in range(10)])
    assert 0.05 < bent.unexplained < 0.2


def test_imports_are_counted_by_package() -> None:
    found = {name: package(name) for name in ("yaml._yaml", "markupsafe", "cvbuild.cli", "zipfile._path")}
    assert list(found.values()) == ["yaml", "jinja2", "cvbuild", "standard library"]


@pytest.mark.parametrize(("stage", "module", "name"), WRAPPED)
def test_stages_are_functions_of_cvbuild(stage: str, module: str, name: str) -> None:
    assert callable(getattr(import_module(module), name))


# --- programs ---


def test_memory_and_status_of_a_program(tmp_path: Path) -> None:
    small = Command((sys.executable, "-I", "-S", "-c", "pass"), tmp_path, {})
    large = Command((sys.executable, "-I", "-S", "-c", "x = bytearray(10**8)"), tmp_path, {})
    assert 0.8e8 < spent_by(large).memory - spent_by(small).memory < 1.2e8
    with pytest.raises(Failed):
        spent_by(Command((sys.executable, "-c", "raise SystemExit(4)"), tmp_path, {}))


@pytest.mark.skipif(shutil.which("hyperfine") is None, reason="needs hyperfine")
def test_commands_take_turns(tmp_path: Path) -> None:
    def command(name: str) -> Command:
        words = (sys.executable, "-I", "-S", "-c", f"print({name!r}, end='', file=open('log', 'a'))")
        return Command(words, tmp_path, {})

    times = in_turn({name: command(name) for name in "abc"}, rounds=2, warm_ups=1)
    assert (tmp_path / "log").read_text() == "abc" + "bca" + "cab"
    assert {name: len(taken) for name, taken in times.items()} == {"a": 2, "b": 2, "c": 2}
    with pytest.raises(Failed, match="what is wrong"):
        once(Command((sys.executable, "-c", "raise SystemExit('what is wrong')"), tmp_path, {}))


_WATCHER = f"""#!{sys.executable}
import os, sys, time
cv, last = sys.argv[2], None
while True:
    text = open(cv).read()
    if text != last:
        if last is not None:
            time.sleep(0.2)
        if "Edited 3 times" in text:
            sys.exit("had enough")
        with open(cv + ".part", "w") as pdf:
            pdf.write(text)
        os.replace(cv + ".part", cv.removesuffix("yaml") + "pdf")
        last = text
    time.sleep(0.005)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
def test_the_time_from_an_edit_to_its_pdf(tmp_path: Path) -> None:
    program, cv = tmp_path / "watcher", tmp_path / "cv.yaml"
    program.write_text(_WATCHER, encoding="utf-8")
    program.chmod(0o755)
    cv.write_text("name: N\n", encoding="utf-8")
    with Watch(program, cv, {}) as watch:
        for number in (1, 2):
            assert watch.edit() >= 0.2
            assert f"Edited {number} times" in watch.pdf.read_text(encoding="utf-8")
        with pytest.raises(Failed, match="had enough"):
            watch.edit()
    assert cv.read_text(encoding="utf-8") == "name: N\n"


def test_an_edit_leaves_a_valid_cv_that_differs() -> None:
    text = make_cv(1)
    assert problems(edited(text, 1)) == []
    assert len({text, edited(text, 1), edited(text, 2), edited(edited(text, 1), 2)}) == 3


# --- the page ---


def figures() -> dict[str, Any]:
    """Made-up figures of 5 rounds; RenderCV is slow, and `watch` too."""
    noise = random.Random(1)

    def times(**seconds: float) -> dict[str, list[float]]:
        return {name: [s * noise.uniform(0.98, 1.02) for _ in range(5)] for name, s in seconds.items()}

    def row(name: str, works: int | None, **seconds: float) -> dict[str, Any]:
        names = [program for program in seconds if program != "engine"]
        return {
            "name": name, "works": works, "times": times(**seconds), "memory": dict.fromkeys(seconds, 10**8),
            "pages": dict.fromkeys(names, 3), "agreement": dict.fromkeys(names[1:], 0.99),
        }  # fmt: skip

    return {
        "about": {
            "date": "2026-11-21", "processor": "A", "cores": 2, "memory": 2**33, "system": "B", "python": "3.13.0",
            "hyperfine": "1", "cvbuild": "0", "rendercv": "2.8", "why": "", "rounds": 5,
        },
        "starts": times(true=0.001, **{"cvbuild --version": 0.02}),
        "unchanged": times(**{"python -c pass": 0.01, "unchanged": 0.025}),
        "examples": [row("lei-wu", None, cvbuild=0.2, engine=0.15, rendercv=0.8)],
        "growth": [
            row(f"publications-{n}", n, cvbuild=0.1 + n / 1000, engine=0.1 + n / 1200, rendercv=0.5 + n / 200)
            for n in (10, 100, 1000)
        ],
        "databases": [{"works": 1000, "times": times(yaml=0.3, bib=0.6)}],
        "watch": [{"name": "lei-wu", "times": times(watch=0.3, engine=0.15, cvbuild=0.2)}],
        "stages": [{"name": "lei-wu", "stages": {"import": 0.05, "in all": 0.2, "memory": 1e8}, "imports": {"yaml": 0.01}}],
        "engine stages": [{"name": "lei-wu", "times": times(start=0.07, blank=0.1, pages=0.12, pdf=0.15)}],
        "system engines": {"name": "lei-wu", "times": times(embedded=0.2), "skipped": {"xelatex": "not installed"}},
    }  # fmt: skip


def test_the_page_tells_which_targets_are_met() -> None:
    text = page(figures())
    verdicts = {line.split("|")[1].strip(): line.split("|")[4].strip() for line in text.splitlines() if "≤" in line}
    assert list(verdicts.values()) == ["met", "met", "met", "met", "met", "**missed**"]
    assert "xelatex: not installed" in text
    slope = re.search(r"\+ ([0-9.]+) ms\s+for each publication", text)
    assert slope is not None
    assert float(slope[1]) == pytest.approx(1.0, abs=0.1)


def test_the_page_without_rendercv_and_watch() -> None:
    found = figures()
    found["about"] |= {"rendercv": None, "why": "it is not there"}
    found["watch"] = "there is none"
    for row in [*found["examples"], *found["growth"]]:
        del row["times"]["rendercv"]
        row["agreement"] = {}
    text = page(found)
    assert "it is not there" in text
    assert "there is none" in text
    assert "to RenderCV" not in text.partition("##")[0]


def test_the_plot_shows_every_point() -> None:
    found = figures()
    tree = ElementTree.fromstring(picture(found))
    lines = [node.attrib["points"].split() for node in tree.iter() if node.tag.endswith("polyline")]
    assert [len(points) for points in lines] == [3, 3, 3]
    # A straight line through the origin rises by 45 degrees of both decades; a higher one lies above.
    heights = [[float(point.split(",")[1]) for point in points] for points in lines]
    assert all(points == sorted(points, reverse=True) for points in heights)
    last = [median(row) for row in found["growth"][-1]["times"].values()]
    assert len(set(last)) == 3
    assert [points[-1] for points in heights] == sorted(points[-1] for points in heights)


def test_axes_hold_numbers_beyond_whole_decades() -> None:
    tree = ElementTree.fromstring(plot({"a": [(10, 0.11), (5000, 99.0)]}, "x", "y"))
    (line,) = [node for node in tree.iter() if node.tag.endswith("polyline")]
    for point in line.attrib["points"].split():
        x, y = map(float, point.split(","))
        assert 0 < x < 640
        assert 0 < y < 400
