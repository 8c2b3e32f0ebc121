"""`cvbuild theme`: themes to look at, to compare, and to make."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from cvbuild.cli.commands import Subcommands
from cvbuild.cli.options import EngineOption, ForceOption, RawLatexOption, TimeoutOption, TodayOption, day_of, seconds
from cvbuild.cli.output import WRONG_CV, WRONG_USAGE, Voice, counted, pages_of, say, status
from cvbuild.diagnostics import Sink
from cvbuild.files import Files, shown
from cvbuild.report import printable

if TYPE_CHECKING:
    from cvbuild.theme import Theme
    from cvbuild.themes import Drafts, Listed

theme_app = typer.Typer(cls=Subcommands, help="Themes: list them, compare them, make your own.", no_args_is_help=True)


class ListFormat(StrEnum):
    """Forms in which themes can be listed."""

    human = "human"
    json = "json"


CvOption = Annotated[
    str,
    typer.Option("--cv", metavar="CV.yaml", help="The CV, or its folder: themes beside it are known (default: here)."),
]
ThemeArgument = Annotated[str, typer.Argument(metavar="THEME", help="The theme: a name, or a folder.")]


@theme_app.command("list")
def theme_list(
    cv: CvOption = ".",
    form: Annotated[ListFormat, typer.Option("--format", help="For people, or as JSON.")] = ListFormat.human,
) -> None:
    """List all themes that can be used, with what they are and where they lie."""
    from cvbuild.themes import catalogue

    found = catalogue(_folder_of(cv), Files())
    if form is ListFormat.json:
        import json

        typer.echo(json.dumps({"format": 1, "themes": [_as_json(listed) for listed in found]}))
        return
    width = max((len(listed.name) for listed in found), default=0)
    for listed in found:
        said = listed.theme.description if listed.theme is not None else "broken"
        about = (
            f"extends {listed.theme.folders[1].name}; " if listed.theme is not None and listed.theme.folders[1:] else ""
        )
        _print(f"{listed.name:{width}}  {said}".rstrip())
        _print(f"{'':{width}}  {about}{listed.place}: {shown(listed.folder)}")
        for problem in listed.problems:
            place = f"{problem.span.source.name}:{problem.span.line}: " if problem.span is not None else ""
            _print(f"{'':{width}}  {problem.code.number}: {place}{problem.message}")
            if problem.hint:
                _print(f"{'':{width}}  hint: {problem.hint}")


@theme_app.command("show")
def theme_show(theme: ThemeArgument, cv: CvOption = ".") -> None:
    """Tell what options a theme takes: their defaults, what they may be, and what for."""
    from cvbuild.themes.making import meant

    found = _find(theme, _folder_of(cv))
    _print(f"{found.name}: {found.description}" if found.description else found.name)
    _print(f"lies in {shown(found.folders[0])}")
    if found.folders[1:]:
        _print(f"extends {', '.join(folder.name for folder in found.folders[1:])}")
    for spec in found.specs.values():
        quoted = f'"{spec.default}"' if spec.type == "text" else spec.default
        _print("")
        _print(f"{spec.name}: {quoted}")
        _print("  " + " ".join(filter(None, (spec.about, meant(spec)))))


@theme_app.command("preview")
def theme_preview(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[THEME…] [CV.yaml]", help="Themes (default: all), and a CV (default: one of an invented person)."
        ),
    ] = None,
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="FOLDER", help="The folder to write to; it is made.")
    ] = "preview",
    engine: EngineOption = None,
    timeout: TimeoutOption = 60.0,
    raw_latex: RawLatexOption = False,
    today: TodayOption = None,
) -> None:
    """Typeset a CV in several themes, with a page that shows them side by side."""
    from cvbuild.diagnostics import Diagnostic
    from cvbuild.engine import Typesetter
    from cvbuild.theme import list_themes
    from cvbuild.themes import put
    from cvbuild.themes.preview import Preview, previews, read_cv
    from cvbuild.themes.sheet import sheet

    cv, names = _cv_and_themes(what or [])
    day, limit, folder = day_of(today), seconds(timeout), Path(output)
    sink, voice = Sink(), Voice("theme preview")
    source = read_cv(Path(cv) if cv and cv != "-" else None, Files(), sink, raw_latex=raw_latex, sample=cv is None)
    if source is None:
        voice.tell(sink)
        raise typer.Exit(status(sink))
    here = Path(cv).parent if cv and cv != "-" else Path()
    made: list[Preview] = []
    told: set[Diagnostic] = set()
    leave = 0
    with Typesetter(engine.value if engine else None) as typesetter:
        for preview in previews(source, names or list_themes(here), typesetter, day, limit):
            made.append(preview)
            fresh = Sink([found for found in preview.sink.sorted() if found not in told])
            told.update(fresh.diagnostics)
            own = Sink()
            if preview.pdf is None or preview.picture is None:
                leave = max(leave, status(preview.sink))
                voice.tell(fresh, f"cvbuild: {preview.name} failed\n")
            elif put(
                {folder / f"{preview.name}.png": preview.picture.png, folder / f"{preview.name}.pdf": preview.pdf}, own
            ):
                voice.tell(fresh, f"cvbuild: wrote {folder / preview.name}.pdf ({pages_of(preview.pages)})\n")
            else:
                voice.tell(own)
                raise typer.Exit(status(own))
    page = folder / "index.html"
    if put({page: sheet(made, f"{cv or 'A sample CV'} in {counted(len(made), 'theme')}").encode()}, sink):
        voice.tell(sink, f"cvbuild: {page} shows {'it' if len(made) == 1 else 'them side by side'}\n")
    else:
        voice.tell(sink)
        leave = leave or status(sink)
    if leave:
        raise typer.Exit(leave)


@theme_app.command("which")
def theme_which(
    theme: ThemeArgument,
    template: Annotated[
        str | None, typer.Argument(metavar="FILE", help="A file of the theme, as blocks/talk.tex, or talk.")
    ] = None,
    everywhere: Annotated[bool, typer.Option("--all", help="Also the files that are hidden by a nearer one.")] = False,
    cv: CvOption = ".",
) -> None:
    """Tell from which theme of the chain each file comes, or where one of them lies."""
    from cvbuild.themes import find_member, members

    found = _find(theme, _folder_of(cv))
    if template is not None:
        sink = Sink()
        member = find_member(found, template, sink)
        if member is None:
            _leave(sink)
        for _, path in member.places if everywhere or member.joined else member.places[:1]:
            _print(shown(path))
        return
    width = max(len(folder.name) for folder in found.folders)
    for folder in found.folders:
        _print(f"{folder.name:{width}}  {shown(folder)}")
    known = members(found)
    width = max(len(member.name) for member in known)
    _print("")
    for member in known:
        first, *others = [folder.name for folder, _ in member.places]
        said = ", and ".join([first, *others]) if member.joined else first
        if others and not member.joined:
            said += f", instead of {', '.join(others)}"
        _print(f"{member.name:{width}}  {said}")


@theme_app.command("eject")
def theme_eject(
    theme: ThemeArgument,
    templates: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE…]", help="Files of the theme, as blocks/talk.tex, or talk.")
    ] = None,
    to: Annotated[
        str, typer.Option("--to", metavar="FOLDER", help="The theme that gets them: a folder, or a name below themes/.")
    ] = "mine",
    everything: Annotated[
        bool, typer.Option("--all", help="All templates of the theme (but for preamble.tex).")
    ] = False,
    force: ForceOption = False,
    cv: CvOption = ".",
) -> None:
    """Copy templates of a theme into a theme of your own, to be edited there."""
    from cvbuild.themes import eject

    if bool(templates) == everything:
        say("cvbuild: say which files to copy, or `--all`; `cvbuild theme which` lists them")
        raise typer.Exit(WRONG_USAGE)
    here, sink, files = _folder_of(cv), Sink(), Files()
    target = here / "themes" / to if Path(to).name == to else Path(to)
    found = _find(theme, here)
    drafts = eject(found, templates or [], target, here, files, sink, everything=everything, force=force)
    _write(drafts, target, here, sink)


@theme_app.command("new")
def theme_new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the theme shall be called.")],
    extends: Annotated[str, typer.Option("--extends", metavar="THEME", help="The theme that it changes.")] = "noether",
    user: Annotated[
        bool, typer.Option("--user", help="For all your CVs, and not only for those in this folder.")
    ] = False,
    cv: CvOption = ".",
) -> None:
    """Make a theme of your own, which looks like another one until you edit it."""
    from cvbuild.places import user_themes
    from cvbuild.themes import new_theme

    here, sink = _folder_of(cv), Sink()
    drafts = new_theme(name, extends, None if user else here, Files(), sink)
    _write(drafts, (Path(user_themes()) if user else here / "themes") / name, here, sink)


def _write(drafts: Drafts | None, target: Path, here: Path, sink: Sink) -> None:
    """Write the files of a theme, and tell how it is used."""
    from cvbuild.theme import search_folders
    from cvbuild.themes import put

    if drafts is None or not put(drafts, sink):
        _leave(sink)
    for path in drafts:
        say(f"cvbuild: wrote {shown(path)}")
    named = target.parent.resolve() in [folder.resolve() for folder in search_folders(here)]
    say(f"  use it: `theme: {target.name}` in the CV, or" if named else "  use it:")
    say(f"  cvbuild render CV.yaml --theme {target.name if named else f'./{shown(target)}'}")


def _as_json(listed: Listed) -> dict[str, Any]:
    """A theme for programs: docs/own-theme.md describes it."""
    theme = listed.theme
    options = theme.specs.values() if theme is not None else ()
    return {
        "name": listed.name,
        "folder": str(listed.folder.absolute()),
        "place": listed.place,
        "usable": theme is not None,
        "description": theme.description if theme is not None else "",
        "extends": [folder.name for folder in theme.folders[1:]] if theme is not None else [],
        "options": [
            {
                "name": spec.name,
                "type": spec.type,
                "default": spec.default,
                "choices": list(spec.choices),
                "min": spec.min,
                "max": spec.max,
                "about": spec.about,
            }
            for spec in options
        ],
        "problems": [{"code": d.code.number, "message": d.message, "hint": d.hint} for d in listed.problems],
    }


def _cv_and_themes(what: list[str]) -> tuple[str | None, list[str]]:
    """The one CV among arguments, and the themes."""
    cvs = [word for word in what if word == "-" or Path(word).suffix.lower() in (".yaml", ".yml")]
    if len(cvs) > 1:
        say(f"cvbuild: one CV at a time, and not {' and '.join(cvs)}")
        raise typer.Exit(WRONG_USAGE)
    themes = list(dict.fromkeys(word for word in what if word not in cvs))
    files = [Path(theme).resolve().name for theme in themes]
    if twice := next((name for name in files if files.count(name) > 1), None):
        say(f"cvbuild: two of the themes are called {twice}, and so would their files be")
        raise typer.Exit(WRONG_USAGE)
    return (cvs[0] if cvs else None), themes


def _folder_of(cv: str) -> Path:
    """The folder beside whose files themes are looked for."""
    path = Path(cv)
    if path.is_dir():
        return path
    if not path.is_file():
        say(f"cvbuild: there is no file {cv}")
        raise typer.Exit(WRONG_USAGE)
    return path.parent


def _find(name: str, cv_folder: Path) -> Theme:
    from cvbuild.model import ThemeChoice
    from cvbuild.theme import find_theme

    sink = Sink()
    found = find_theme(ThemeChoice(), cv_folder, Files(), sink, override=name)
    if found is None:
        _leave(sink)
    return found


def _print(line: str) -> None:
    """A line on standard output, in which nothing that a theme says, or is called, steers the terminal."""
    typer.echo(printable(line))


def _leave(sink: Sink) -> NoReturn:
    """Tell what is wrong, and end."""
    Voice("theme").tell(sink)
    raise typer.Exit(status(sink) or WRONG_CV)
