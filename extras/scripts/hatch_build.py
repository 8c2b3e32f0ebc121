"""Puts the fonts of the extra into the wheel of cvbuild-scripts, by the code of `cvbuild engine install --scripts`.

The packages are kept in build/packages of the checkout.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ScriptsHook(BuildHookInterface[Any]):
    """Installs the extra into build/, and takes it from there into the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the extra to what the wheel holds."""
        checkout = Path(self.root).parents[1]
        sys.path.insert(0, str(checkout / "src"))
        from cvbuild.engine.install_scripts import install_scripts

        build = checkout / "build"
        extra = install_scripts(build / "scripts", self.app.display_info, packages=build / "packages")
        build_data["force_include"][str(extra.folder)] = "cvbuild_scripts"
