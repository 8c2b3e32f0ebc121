"""Where the time of one cold render goes, and what is imported for it."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tools.bench.timing import Command, spent_by

CHILD = Path(__file__).with_name("stage_child.py")
_IMPORT = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")


def stages(python: Path, words: Sequence[str], environment: Mapping[str, str], rounds: int) -> dict[str, float]:
    """The median of the seconds that each stage of `cvbuild WORDS` takes, and its `memory` in kilobytes."""
    found: dict[str, list[float]] = {}
    with TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        command = Command((str(python), "-P", str(CHILD), "NOW", str(result), *words), Path(folder), environment)
        for number in range(1 + rounds):
            whole = spent_by(command).seconds
            lines = result.read_text(encoding="utf-8").splitlines()
            spent = {name: float(value) for name, value in (line.split("\t") for line in lines)}
            known = sum(value for name, value in spent.items() if name != "memory")
            spent |= {"leave Python": whole - known, "in all": whole}
            if number:  # the first one is to warm up
                for name, value in spent.items():
                    found.setdefault(name, []).append(value)
    return {name: median(values) for name, values in found.items()}


def imports(program: Path, words: Sequence[str], environment: Mapping[str, str], rounds: int) -> dict[str, float]:
    """The median of the seconds that a command of cvbuild spends on importing each package."""
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        command = [str(program.with_name("python")), "-X", "importtime", str(program), *words]
        ran = subprocess.run(command, env=dict(environment), check=True, capture_output=True, text=True)
        spent: Counter[str] = Counter()
        for microseconds, module in _IMPORT.findall(ran.stderr):
            spent[package(module)] += int(microseconds)
        for name, total in spent.items():
            found.setdefault(name, []).append(total / 1e6)
    return {name: median(values) for name, values in found.items()}


def package(module: str) -> str:
    """The package that a module counts for."""
    top = module.partition(".")[0]
    if top in ("cvbuild", "jinja2", "markupsafe", "yaml", "_yaml", "typer", "pylatexenc", "shellingham"):
        return {"_yaml": "yaml", "markupsafe": "jinja2", "shellingham": "typer"}.get(top, top)
    return "standard library"
