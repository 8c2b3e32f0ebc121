"""The code blocks of a page of documentation: what each of them is, and how it is tried.

What stands behind the three backticks says what a block is:

```yaml title="me.yaml"   a file, whatever its language; the blocks below find it
```yaml                  a CV, or a part of one, which is valid
```json, ```toml         is read
```python                a script, which is run
```console               `$ command`, and what it prints; a line `...` stands for any lines
```text                  anything else: not tried
"""

from __future__ import annotations

import gc
import io
import json
import re
import shlex
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from cvbuild.__main__ import _run
from tests.support import problems

_BLOCK = re.compile(r'^( *)(```+)(\w*)(?: title="([^"]+)")?\n(.*?)^\1\2$', re.MULTILINE | re.DOTALL)
# A fragment may show the same key in several forms, and refer to works and files that are elsewhere.
_FRAGMENT = {"CV001", "CV102", "CV401", "CV404", "CV426"}
_SHELL = re.compile(r"[|<>;&$*`]")


@dataclass(frozen=True)
class Block:
    """A code block, where its text begins (lines count from 1), and the file that it shows, if it is one."""

    kind: str
    title: str | None
    text: str
    line: int


def blocks(page: str) -> Iterator[Block]:
    """The code blocks of a page, in order. Raises ValueError for fences that are not understood."""
    for match in _BLOCK.finditer(page):
        indent, _, kind, title, text = match.groups()
        lines = [line.removeprefix(indent) for line in text.splitlines(keepends=True)]
        yield Block(kind, title, "".join(lines), page.count("\n", 0, match.start(5)) + 1)
    if strange := re.search(r"^ *```.*", _BLOCK.sub("", page), re.MULTILINE):
        raise ValueError(f"no block: {strange.group()}")


def tried(block: Block, folder: Path) -> str | None:
    """Try a block in the folder of its page; what is wrong with it, or None."""
    if block.title is not None:
        path = folder / block.title
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
        return _problem(block, folder) if block.kind in ("json", "toml") else None
    return _problem(block, folder)


def _problem(block: Block, folder: Path) -> str | None:
    match block.kind:
        case "yaml":
            whole = re.search(r"^name:", block.text, re.MULTILINE) is not None
            found = {problem.split()[-1] for problem in problems(block.text if whole else "name: N\n" + block.text)}
            wrong = found - (set() if whole else _FRAGMENT)
            return f"is not valid: {sorted(wrong)}" if wrong else None
        case "json":
            json.loads(block.text)
            return None
        case "toml":
            tomllib.loads(block.text)
            return None
        case "python":
            ran = subprocess.run([sys.executable, "-c", block.text], cwd=folder, capture_output=True, text=True)
            return ran.stderr if ran.returncode else None
        case "console":
            return _session(block.text, folder)
        case "text":
            return None
        case "":
            return "a block says of which kind it is"
        case kind:
            return f"a block of {kind} has a title, or is `text`"


def _session(text: str, folder: Path) -> str | None:
    """Run the commands of a session; where something else is printed than is shown, both."""
    head, *steps = re.split(r"^\$ ", text, flags=re.MULTILINE)
    if head or not steps:
        return "a session begins with `$ `"
    for step in steps:
        lines = step.splitlines()
        count = 1
        while lines[count - 1].endswith("\\"):
            count += 1
        shown, command = lines[count:], "\n".join(lines[:count])
        printed = _printed(command, folder).splitlines()
        pattern = "".join(".*?" if line == "..." else re.escape(line.rstrip()) + "\n" for line in shown)
        if not re.fullmatch(pattern, "".join(line.rstrip() + "\n" for line in printed), re.DOTALL):
            return "\n".join([f"$ {command}", "--- shown", *shown, "--- printed", *printed])
    return None


def _printed(command: str, folder: Path) -> str:
    """What a command prints, on standard output and standard error together."""
    if not command.startswith("cvbuild ") or _SHELL.search(command):
        ran = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return ran.stdout.decode()
    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        with chdir(folder), redirect_stdout(printed), redirect_stderr(printed):
            _run(shlex.split(command)[1:])
    finally:
        gc.enable()
        for number, handler in handlers.items():
            signal.signal(number, handler)
    data = printed.buffer
    assert isinstance(data, io.BytesIO)
    return data.getvalue().decode()
