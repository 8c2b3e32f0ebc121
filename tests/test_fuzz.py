"""The fuzzer itself, a small sample of what it does, and all inputs that it ever found to go wrong."""

from __future__ import annotations

import signal
from pathlib import Path
from random import Random

import pytest
from tools.fuzz import __main__ as fuzz
from tools.fuzz.changing import LONG, change
from tools.fuzz.judging import Wrong, check_printed, judge
from tools.fuzz.targets import TARGETS, Target

from cvbuild.diagnostics import YAML_SYNTAX, Diagnostic
from cvbuild.source import Source, Span
from tests.support import ROOT

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGVTALRM"), reason="no signals that tell of processor time")
CASES = sorted((ROOT / "tests" / "fuzz").glob("*-*"))
BY_NAME = {target.name: target for target in TARGETS}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_what_once_went_wrong(path: Path) -> None:
    BY_NAME[path.name.partition("-")[0]].run(path.read_bytes())


@pytest.mark.parametrize("name", BY_NAME)
def test_a_sample(name: str) -> None:
    target, rng = BY_NAME[name], Random(name)
    seeds, tokens = target.seeds(), target.tokens()
    for _ in range(6):
        data = change(rng.choice(seeds), tokens, seeds, rng)
        assert fuzz.outcome(target, data) is None, data


def _fails(data: bytes) -> None:
    if b"x" in data:
        raise KeyError("x")


def test_a_finding_is_made_small_and_the_same_seed_finds_it_again() -> None:
    target = Target("odd", 1, _fails, lambda: [b"some words\nand more"], lambda: ["x"])
    one, other = (fuzz._fuzz(target, 60, float("inf"), Random(7)) for _ in "12")
    assert (one.found, one.times, one.inputs) == (other.found, other.times, other.inputs)
    assert one.found == {"KeyError": b"x"}
    assert sum(one.times.values()) > 1


def test_an_input_that_takes_too_long_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def hangs(data: bytes) -> None:
        while True:
            try:
                sum(range(1000))
            except Exception:
                continue

    monkeypatch.setattr(fuzz, "SLOW", 0.05)
    before = signal.signal(signal.SIGVTALRM, fuzz._hang)
    try:
        assert fuzz.outcome(Target("odd", 1, hangs, list, list), b"") == "Hang"
    finally:
        signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize(
    "found",
    [
        Diagnostic(YAML_SYNTAX, " "),
        Diagnostic(YAML_SYNTAX, "x", Span(Source("cv.yaml", "ab"), 2, 3)),
        Diagnostic(YAML_SYNTAX, "x", Span(Source("cv.yaml", "ab"), 2, 1)),
    ],
)
def test_wrong_answers_are_seen(found: Diagnostic) -> None:
    with pytest.raises(Wrong):
        judge([found])


def test_what_steers_a_terminal_is_seen() -> None:
    check_printed("é 维\n")
    with pytest.raises(Wrong):
        check_printed("\x9b31m")


def test_changes_stay_small_and_differ() -> None:
    rng = Random(1)
    made = {change(b"name: A\nsections: {}\n", [b"title"], [b"a: b"], rng) for _ in range(300)}
    assert len(made) > 250
    assert max(map(len, made)) <= LONG
