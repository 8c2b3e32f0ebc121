"""`cvbuild engine`: the embedded engine."""

from __future__ import annotations

from typing import Annotated

import typer

from cvbuild.cli.commands import Subcommands
from cvbuild.cli.output import WRONG_CV, WRONG_USAGE, say

engine_app = typer.Typer(cls=Subcommands, help="The embedded engine: install it, look at it.", no_args_is_help=True)


@engine_app.command("install")
def engine_install(
    scripts: Annotated[
        bool, typer.Option("--scripts", help="Fetch fonts for more scripts (Hebrew, Arabic, Thai, Hindi, …) instead.")
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Don't tell the steps.")] = False,
) -> None:
    """Fetch the parts of the embedded engine from the package registries, and put them together."""
    from cvbuild.engine import EngineError
    from cvbuild.engine.install import install
    from cvbuild.engine.install_scripts import install_scripts
    from cvbuild.engine.machine import SYSTEM_TEX
    from cvbuild.engine.parts import default_destination
    from cvbuild.engine.scripts import destination
    from cvbuild.pipeline import builtin_preambles

    try:
        if scripts:
            extra = install_scripts(destination(), (lambda _: None) if quiet else say)
            if not quiet:
                say(f"cvbuild: the fonts are in {extra.folder}")
            return
        parts = install(default_destination(), (lambda _: None) if quiet else say, preambles=builtin_preambles())
    except EngineError as error:
        say(f"cvbuild: {error}" + (f"\n  hint: {error.hint}" if error.hint else ""))
        raise typer.Exit(WRONG_USAGE) from None
    if not parts.program.is_file():
        say(f"cvbuild: there is no embedded engine for this platform; the fonts of the themes are in {parts.folder}")
        say(f"  hint: {SYSTEM_TEX}")
    elif not quiet:
        say(f"cvbuild: the engine is in {parts.folder}")


@engine_app.command("status")
def engine_status() -> None:
    """Tell whether the embedded engine is installed, whole, and the right one."""
    from cvbuild.engine import EngineError
    from cvbuild.engine.machine import obstacle, way_out
    from cvbuild.engine.parts import NO_PROGRAM, status
    from cvbuild.engine.sandbox import describe
    from cvbuild.engine.scripts import GET
    from cvbuild.engine.scripts import status as status_of_scripts

    try:
        found = status()
        if found is None and (missing := obstacle(None)) is not None:
            raise missing
        extra = status_of_scripts()
    except EngineError as error:
        say(f"cvbuild: {error}" + (f"\n  hint: {error.hint}" if error.hint else ""))
        raise typer.Exit(WRONG_USAGE) from None
    assert found is not None
    print(f"folder     {found.parts.folder}")
    print(f"platform   {found.platform}")
    print(f"size       {found.bytes / 1e6:.1f} MB")
    print(f"preloaded  {found.preloaded} preamble{'s' if found.preloaded != 1 else ''}")
    print(f"state      {'whole' if not found.damaged else 'damaged: ' + ', '.join(found.damaged)}")
    if not found.current:
        print("           made for another version of cvbuild")
    if found.damaged or not found.current:
        print(f"           {way_out(found.parts)}")
    elif found.obstacle is not None:
        print(f"program    {found.obstacle}\n           {found.obstacle.hint}")
    print(f"sandbox    {describe()}")
    if extra is None:
        print(f"scripts    not installed: {GET}")
    else:
        state = "whole" if not extra.damaged else f"damaged: {', '.join(extra.damaged)}; {GET}"
        print(f"scripts    {extra.scripts.folder} ({extra.bytes / 1e6:.1f} MB, {state})")
        if not extra.current:
            print(f"           made for another version of cvbuild; {GET}")
    if found.damaged or not found.current or (found.obstacle is not None and found.platform != NO_PROGRAM):
        raise typer.Exit(WRONG_CV)
