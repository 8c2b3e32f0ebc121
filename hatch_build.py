"""Puts the embedded engine into a wheel, if CVBUILD_WHEEL_PLATFORM asks for it.

    CVBUILD_WHEEL_PLATFORM=this hatchling build -t wheel

makes a wheel for this machine that typesets without TeX and without a network; a
platform of parts.lock.toml, such as linux-arm64, makes one for that; `any` makes
one with the fonts but without the program, for a TeX system on whatever machine.
Parts that `cvbuild engine install` made are taken if they are whole; else the
packages are fetched, into build/packages. Unset, the wheel is pure Python, and
`cvbuild engine install` fetches the engine.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

TAGS = {
    # The program is static: it runs with any C library.
    "linux-x86_64": "manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64",
    "linux-arm64": "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
    "macos-arm64": "macosx_11_0_arm64",
    "macos-x86_64": "macosx_10_12_x86_64",
    "windows-x86_64": "win_amd64",
    "any": "any",
}


class EngineHook(BuildHookInterface[Any]):
    """Installs the engine into build/, and takes it from there into the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the engine to what the wheel holds."""
        target = os.environ.get("CVBUILD_WHEEL_PLATFORM")
        if self.target_name != "wheel" or version == "editable" or not target:
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "src"))
        from cvbuild.engine.install import install, read_lock
        from cvbuild.engine.machine import this_platform
        from cvbuild.engine.parts import default_destination

        target = this_platform() if target == "this" else target
        parts = install(
            root / "build" / f"engine-{target}",
            self.app.display_info,
            preambles=[file.read_text(encoding="utf-8") for file in root.glob("templates/latex/*/preamble.tex")],
            target=target,
            packages=root / "build" / "packages",
            others=[default_destination()],
        )
        build_data["force_include"][str(parts.folder)] = "cvbuild/_engine"
        build_data["pure_python"] = target == "any"
        build_data["tag"] = f"py3-none-{TAGS[target]}"
        # pyproject.toml speaks of cvbuild alone; this wheel holds more.
        lock = read_lock()
        inside = [package for package in lock["package"] if package["take"]]
        inside += [] if target == "any" else [lock["program"]]
        licenses = dict.fromkeys(name for package in inside for name in package["license"].split(" AND "))
        self.metadata.core._license_expression = " AND ".join(dict.fromkeys(["MIT", *licenses]))
