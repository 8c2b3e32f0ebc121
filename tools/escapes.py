"""Attacks of a stranger on who typesets a CV: each by a real run of `cvbuild render`, and by each engine that is installed.

A stranger writes the CV, its .bib files, and a theme beside it. An attack has escaped if the secret that lies outside is found
in the PDF or in what cvbuild says; if a file has come into being, changed or gone anywhere but where the output belongs; if somebody has
knocked at our ports; if a process or a folder was left behind; or if the command did not end in time, and with one of its own codes.

`python -m tools.escapes --write` puts the table into docs/reliability.md. `--show NAME` prints what an attack led to.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf

from cvbuild.engine import ENGINES
from tools.reliability import parser, table, write_section

SECRET = "CANARYINTHEMINE"
PIXELS = b"CANARYPIXELS"
TIMEOUT = 4  # seconds that a run of the engine may take
PATIENCE = 60  # more than a command may take, with Python's start, under load


@dataclass
class Place:
    """Where an attack takes place: `cv` is the stranger's folder, `outside` what it shall not reach."""

    root: Path
    tcp: int = 0
    udp: int = 0

    @property
    def cv(self) -> Path:
        """The stranger's folder, in which you are."""
        return self.root / "cv"

    @property
    def outside(self) -> Path:
        """What the stranger shall not reach."""
        return self.root / "outside"

    @property
    def home(self) -> Path:
        """Your home."""
        return self.root / "home"

    @property
    def temporary(self) -> Path:
        """Where temporary files belong."""
        return self.root / "tmp"

    def theme(self, **files: str) -> None:
        """A theme `evil` beside the CV; names of files with `_` for the dot."""
        folder = self.cv / "themes" / "evil"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in {"theme_toml": 'extends = "noether"\n', **files}.items():
            stem, _, ending = name.rpartition("_")
            (folder / f"{stem}.{ending}").write_text(text)


@dataclass(frozen=True)
class Attack:
    """One attack: what it is, by which door it comes, and what puts it into the place. Its CV is `yaml`, if that says one."""

    door: str
    name: str
    set_up: Callable[[Place], str]
    engines: tuple[str, ...] = ENGINES
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    endless: bool = False


@dataclass(frozen=True)
class Result:
    """What an attack led to: `escaped` says what is wrong, `told` the codes of what cvbuild reported."""

    escaped: tuple[str, ...]
    status: int
    told: tuple[str, ...]
    said: str
    seconds: float


# --- the attacks ---

PLAIN = "name: N\nsections: {A: text}\n"
EVIL = "name: N\ntheme: evil\nsections: {A: text}\n"


def _yaml(text: str) -> Callable[[Place], str]:
    return lambda place: _filled(text, place)


def _filled(text: str, place: Place) -> str:
    """With the names of the place in it."""
    names = {"OUT": place.outside, "CV": place.cv, "HOME": place.home, "TCP": place.tcp, "UDP": place.udp}
    return re.sub(r"@(OUT|CV|HOME|TCP|UDP)@", lambda found: str(names[found[1]]), text)


def _tex(code: str) -> Callable[[Place], str]:
    """TeX code in the header of a theme."""

    def set_up(place: Place) -> str:
        place.theme(header_tex=f'<% include "base/header.tex" %>\n{_filled(code, place)}\n')
        return EVIL

    return set_up


def _early(code: str) -> Callable[[Place], str]:
    """TeX code in a theme's preamble: it is read by another way, on top of plain LaTeX."""

    def set_up(place: Place) -> str:
        from cvbuild.places import builtin_themes

        own = Path(builtin_themes(), "base", "preamble.tex").read_text()
        place.theme(preamble_tex=own + _filled(code, place) + "\n")
        return EVIL

    return set_up


def _theme(**files: str) -> Callable[[Place], str]:
    def set_up(place: Place) -> str:
        place.theme(**{name: _filled(text, place) for name, text in files.items()})
        return EVIL

    return set_up


def _bib(text: str, name: str = "works.bib") -> Callable[[Place], str]:
    def set_up(place: Place) -> str:
        (place.cv / name).write_text(_filled(text, place))
        return f"name: N\npublications: {{files: {name}}}\nsections: {{P: {{publications: all}}}}\n"

    return set_up


def _link(target: str, name: str = "works.bib") -> Callable[[Place], str]:
    """A symbolic link in the stranger's folder, and a CV that names it."""

    def set_up(place: Place) -> str:
        link = place.cv / name.partition("/")[0]
        link.symlink_to(_filled(target, place))
        return f"name: N\npublications: {{files: {name}}}\nsections: {{P: {{publications: all}}}}\n"

    return set_up


def _theme_link(name: str, target: str) -> Callable[[Place], str]:
    def set_up(place: Place) -> str:
        place.theme(header_tex='<% include "base/header.tex" %>\n<% include "more.tex" %>\n')
        (place.cv / "themes" / "evil" / name).unlink(missing_ok=True)
        (place.cv / "themes" / "evil" / name).symlink_to(_filled(target, place))
        return EVIL

    return set_up


def _pipe(name: str) -> Callable[[Place], str]:
    def set_up(place: Place) -> str:
        place.theme(header_tex='<% include "more.tex" %>\n')
        os.mkfifo(place.cv / name)
        return EVIL if "themes" in name else f"name: N\npublications: {{files: {name}}}\n"

    return set_up


def _folder_link(place: Place) -> str:
    (place.cv / "themes").mkdir()
    (place.cv / "themes" / "evil").symlink_to(place.outside / "theme")
    return EVIL


_LUA = ("lualatex",)
_XE = ("tectonic", "xelatex")
_ENTRY = "@article{a, title={%s}, author={A B}, year=2020, journal={J}}\n"
_WRITE = r"\newwrite\w\immediate\openout\w=%s \immediate\write\w{x}\immediate\closeout\w "
_PRINT = r"\newread\r\openin\r=%s \ifeof\r\else\read\r to\x\texttt{\detokenize\expandafter{\x}}\fi\closein\r "
_PICTURE = r"\usepackage{graphicx}"


def _attacks() -> Iterator[Attack]:
    yield from _of_cvs()
    yield from _of_bibliographies()
    yield from _of_themes()
    yield from _of_tex()
    yield from _of_lua()
    yield from _of_environments()
    yield from _of_floods()


def _of_cvs() -> Iterator[Attack]:
    code = r"\input{@OUT@/secret} \immediate\write18{touch @OUT@/made} \directlua{os.execute('touch @OUT@/made')}"
    yield Attack("CV", "TeX in the name, title and text", _yaml(f"name: '{code.replace(chr(39), '')}'\ntitle: \"{code.replace(chr(92), chr(92) * 2)}\"\nsections:\n  A: |\n    {code}\n"))  # fmt: skip
    yield Attack("CV", "TeX in a heading", _yaml(f"name: N\nsections:\n  \"{code.replace(chr(92), chr(92) * 2)}\": text\n"))  # fmt: skip
    yield Attack("CV", "TeX in an address of the web", _yaml("name: N\nwebsite: 'https://x.org/\\input{@OUT@/secret}'\n"))  # fmt: skip
    yield Attack("CV", "TeX in a link", _yaml(r"""name: N
sections: {A: '[a}\input{@OUT@/secret}](https://x.org/}\input{@OUT@/secret}{)'}
"""))  # fmt: skip
    yield Attack("CV", "^^-notation", _yaml("name: N\nsections: {A: '^^5cinput{@OUT@/secret} ^^5c^^5cinput'}\n"))
    for name, formula in {
        r"\input": r"\input{@OUT@/secret}", r"\openin": r"\openin1=@OUT@/secret.tex \read1 to\x \x",
        r"\write18": r"\immediate\write18{touch @OUT@/made}", r"\special": r"\special{pdf:image (@OUT@/secret.pdf)}",
        r"\directlua": r"\directlua{io.open('@OUT@/made','w')}", r"\csname": r"\csname input\endcsname{@OUT@/secret}",
        "^^-notation": r"^^5cinput{@OUT@/secret}", r"\def": r"\def\x{\input}\x{@OUT@/secret}",
        r"\catcode": r"\catcode`|=0 |input{@OUT@/secret}", r"\text": r"\text{\input{@OUT@/secret}}",
        "a dollar more": r"x$\input{@OUT@/secret}$y",
    }.items():  # fmt: skip
        yield Attack("CV", f"formula: {name}", _yaml(f"name: N\nsections:\n  A: |\n    ${formula}$\n"))
    for name in (
        "../outside/theme",
        "@OUT@/theme",
        "..",
        "./themes/../../outside/theme",
        "evil\\0",
        "~/theme",
        "-evil",
    ):
        yield Attack("CV", f"theme: {name.replace('@OUT@', '/…')}", _yaml(f'name: N\ntheme: "{name}"\nsections: {{A: text}}\n'))  # fmt: skip
    for name in ("../outside/secret.bib", "@OUT@/secret.bib", "/dev/stdin", "/proc/self/environ", "~/secret.bib", "a/../../outside/secret.bib", "|id.bib", "file://@OUT@/secret.bib", "secret.bib\\0"):  # fmt: skip
        shown = name.replace("@OUT@", "/…")
        yield Attack("CV", f"file of works: {shown}", _yaml(f'name: N\npublications: {{files: "{name}"}}\nsections: {{P: {{publications: all}}}}\n'))  # fmt: skip
    yield Attack("CV", "file of works: a link to a file outside", _link("@OUT@/secret.bib"))
    yield Attack("CV", "file of works: a link to a link outside", _link("../outside/link.bib"))
    yield Attack("CV", "file of works: in a linked folder", _link("@OUT@", "folder/secret.bib"))
    yield Attack("CV", "file of works: a link to a device", _link("/dev/zero"))
    yield Attack("CV", "file of works: a pipe", _pipe("works.bib"))
    yield Attack("CV", "YAML tag that runs Python", _yaml("name: !!python/object/apply:os.system ['touch @OUT@/made']\n"))  # fmt: skip
    yield Attack("CV", "YAML aliases that grow without end", _yaml("a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(f"{chr(b)}: &{chr(b)} [{','.join([f'*{chr(b - 1)}'] * 9)}]\n" for b in range(98, 112)) + "name: N\n"))  # fmt: skip
    yield Attack("CV", "Jinja in the text", _yaml("name: N\nsections:\n  A: '<< cv.__class__ >> <% include \"/etc/passwd\" %> {{ 7*7 }}'\n"))  # fmt: skip


def _of_bibliographies() -> Iterator[Attack]:
    for name, code in {
        r"\input": r"\input{@OUT@/secret}", r"\write18": r"\immediate\write18{touch @OUT@/made}",
        r"\openout": r"\newwrite\w\immediate\openout\w=@OUT@/made", r"\directlua": r"\directlua{os.execute('touch @OUT@/made')}",
        "formula": r"$\input{@OUT@/secret}$", r"\href": r"\href{https://x}\special{pdf:image (@OUT@/secret.pdf)}{x}",
        r"\includegraphics": r"\includegraphics{@OUT@/secret.png}", "braces that end early": r"a}} \input{@OUT@/secret} {{",
    }.items():  # fmt: skip
        yield Attack(".bib", f"{name} in a title", _bib(_ENTRY % code))
    yield Attack(".bib", "@preamble", _bib('@preamble{"\\input{@OUT@/secret}"}\n' + _ENTRY % "t"))
    yield Attack(".bib", "@include", _bib("@include{@OUT@/secret.bib}\n@input{@OUT@/secret.bib}\n" + _ENTRY % "t"))
    yield Attack(".bib", "crossref to a file", _bib("@inproceedings{a, title={t}, crossref={@OUT@/secret.bib}, year=2020}\n"))  # fmt: skip
    yield Attack(".bib", "field `file`", _bib("@article{a, title={t}, file={:@OUT@/secret.pdf:PDF}, abstract={@OUT@/secret.tex}, year=2020}\n"))  # fmt: skip
    bomb = '@string{a="xxxxxxxxxx"}\n' + "".join(f"@string{{{chr(b)}={' # '.join([chr(b - 1)] * 10)}}}\n" for b in range(98, 108))  # fmt: skip
    yield Attack(".bib", "texts that grow without end", _bib(bomb + "@article{a, title=k, year=2020}\n"))
    yield Attack("CSL-JSON", "TeX in a title", _bib('[{"id": "a", "type": "article-journal", "title": "\\\\input{@OUT@/secret}<script>\\\\write18{touch @OUT@/made}"}]', "works.json"))  # fmt: skip
    yield Attack("CSL-JSON", "as deep as can be", _bib("[" * 200_000, "works.json"))


def _of_themes() -> Iterator[Attack]:
    for name in ("../../../outside/theme", "@OUT@/theme", "..", "."):
        yield Attack("theme", f"extends {name.replace('@OUT@', '/…')}", _theme(theme_toml=f'extends = "{name}"\n'))
    for name in ("../../../outside/secret.tex", "@OUT@/secret.tex", "noether/../../../../outside/secret.tex", "/etc/passwd"):  # fmt: skip
        yield Attack("theme", f"template that includes {name.replace('@OUT@', '/…')}", _theme(header_tex=f'<% include "{name}" %>\n'))  # fmt: skip
        yield Attack("theme", f"template that imports {name.replace('@OUT@', '/…')}", _theme(header_tex=f'<% import "{name}" as x %>\n<% extends "{name}" %>\n'))  # fmt: skip
    for code in ("cv.__class__.__mro__[1].__subclasses__()", "cycler.__init__.__globals__.os.system('touch @OUT@/made')", "at.__globals__", "''.__class__", "plain.__code__"):  # fmt: skip
        yield Attack("theme", f"template with `{code.replace('@OUT@', '/…')}`", _theme(header_tex=f"<< {code} >>\n"))
    yield Attack("theme", "template that is a link to a file outside", _theme_link("more.tex", "@OUT@/secret.tex"))
    yield Attack("theme", "theme.toml that is a link to a file outside", _theme_link("theme.toml", "@OUT@/secret.tex"))
    yield Attack("theme", "styles.yaml that is a link to a file outside", _theme_link("styles.yaml", "@OUT@/secret.yaml"))  # fmt: skip
    yield Attack("theme", "preamble.tex that is a link to a file outside", _theme_link("preamble.tex", "@OUT@/secret.tex"))  # fmt: skip
    yield Attack("theme", "template that is a link to a device", _theme_link("more.tex", "/dev/zero"))
    yield Attack("theme", "template that is a pipe", _pipe("themes/evil/more.tex"))
    yield Attack("theme", "folder that is a link to one outside", _folder_link)


def _of_tex() -> Iterator[Attack]:
    reading = {
        r"\input": r"\input{@OUT@/secret}", r"\input, the primitive": r"\csname @@input\endcsname @OUT@/secret.tex ",
        r"\input upwards": r"\input{../../../outside/secret}", r"\include": r"\include{@OUT@/secret}",
        r"\openin and \read": _PRINT % "@OUT@/secret.tex", r"\openin upwards": _PRINT % "../../../outside/secret.tex",
        r"\openin of /proc/self/environ": _PRINT % "/proc/self/environ", r"\openin of ~": _PRINT % "~/secret.tex",
        r"\openin of $HOME": _PRINT % "$HOME/secret.tex", r"\openin of the CV's folder": _PRINT % "@CV@/hidden.tex",
        r"\openin by a link of its own": _PRINT % "@CV@/link.tex",
        r"\csname tricks": r"\expandafter\expandafter\csname in\string put\endcsname{@OUT@/secret}\csname input\endcsname{@OUT@/secret}",
        "^^-notation": r"^^5cinput{@OUT@/secret}", r"\InputIfFileExists": r"\InputIfFileExists{@OUT@/secret}{}{}",
        r"\verbatiminput": r"\makeatletter\begingroup\let\do\@makeother\dospecials\catcode`\{=1\catcode`\}=2\catcode`\\=0 \csname @@input\endcsname @OUT@/secret.tex \endgroup",
        "shell signs in a name": r"\input{$(cat @OUT@/secret.tex)} \input{`touch @OUT@/made`} \input{;touch @OUT@/made;}",
        "a pipe as a name": r'\input|"touch @OUT@/made" ', "a pipe as a name, quoted": r'\input{"|touch @OUT@/made"}',
        "an address as a name": r"\input{http://127.0.0.1:@TCP@/x}", r"\usepackage": r"\makeatletter\@fileswithoptions\@pkgextension[]{@OUT@/secret}[]",
        r"\pdffiledump": r"\ifdefined\pdffiledump\pdffiledump length 99 {@OUT@/secret.tex}\fi\ifdefined\filedump\filedump length 99 {@OUT@/secret.tex}\fi x",
        r"\pdfmdfivesum": r"\ifdefined\pdfmdfivesum MD\pdfmdfivesum file{@OUT@/secret.tex}\fi\ifdefined\mdfivesum MD\mdfivesum file{@OUT@/secret.tex}\fi x",
        r"\pdfobj file": r"\ifdefined\pdfobj\pdfobj stream file {@OUT@/secret.tex}\pdfrefobj\pdflastobj\fi x",
        "font by its path": r'\font\x="[@OUT@/secret.ttf]" \x a', "font by its name": r"\font\x=@OUT@/secret \x a",
        "font map": r"\ifdefined\pdfmapfile\pdfmapfile{@OUT@/secret.map}\fi\special{pdf:mapfile @OUT@/secret.map}x",
        r"\tracingall, and a file": r"\tracingall\input{@OUT@/secret}",
    }  # fmt: skip
    for name, code in reading.items():
        yield Attack("TeX of a theme", name, _tex(code))
    yield Attack("TeX of a theme", "file of an earlier run", _tex(_PRINT % "cv.aux" + _PRINT % "cv.log" + _PRINT % "../cv.log"))  # fmt: skip
    pictures = {
        r"\includegraphics, PNG": r"\includegraphics{@OUT@/secret.png}", r"\includegraphics, PDF": r"\includegraphics{@OUT@/secret.pdf}",
        r"\includegraphics upwards": r"\includegraphics{../../../outside/secret.png}",
        r"\includegraphics, EPS": r"\includegraphics{@OUT@/secret.eps}",
        r"\includegraphics with shell signs": r"\includegraphics{a.png;touch @OUT@/made}",
    }  # fmt: skip
    for name, code in pictures.items():
        yield Attack("TeX of a theme", name, _tex(rf"\makeatletter\csname @@input\endcsname graphicx.sty \makeatother {code}"))  # fmt: skip
    specials = {
        "pdf:image": r"\special{pdf:image (@OUT@/secret.pdf)}x", "pdf:epdf": r"\special{pdf:epdf (@OUT@/secret.pdf)}x",
        "pdf:fstream": r"\special{pdf:fstream @s (@OUT@/secret.tex)}\special{pdf:put @catalog <\string</S @s>\string>}x",
        "psfile": r"\special{psfile=@OUT@/secret.eps}x", "ps: file": r"\special{ps: (@OUT@/secret.tex) run}\special{ps:: (@OUT@/secret.tex) (r) file}x",
        "ps: plotfile": r"\special{ps: plotfile @OUT@/secret.tex}x", "pdf:literal direct": r"\special{pdf:literal direct file @OUT@/secret.tex}x",
        "tpic, em:graph": r"\special{em:graph @OUT@/secret.png}x", "html": r"\special{html:<a href=file://@OUT@/secret.tex>}x\special{html:</a>}",
    }  # fmt: skip
    for name, code in specials.items():
        yield Attack("TeX of a theme", rf"\special: {name}", _tex(code))
    yield Attack("TeX of a theme", r"\XeTeXpicfile", _tex(r'\XeTeXpicfile "@OUT@/secret.png" \XeTeXpdffile "@OUT@/secret.pdf" '), _XE)  # fmt: skip
    writing = {
        "outside": "@OUT@/made", "upwards": "../made", "further upwards": "../../../outside/made", "into the CV's folder": "@CV@/made",
        "home": "@HOME@/made", "over the CV": "@CV@/me.yaml", "over a file outside": "@OUT@/secret.tex", "~": "~/made",
        "into the engine's bundle": "BUNDLE/made.tex", "a device": "/dev/tty", "a pipe to a shell": '"|touch @OUT@/made"',
        "a settings file": "@HOME@/.latexmkrc",
    }  # fmt: skip
    bundle = str(_bundle())
    for name, path in writing.items():
        yield Attack("TeX of a theme", rf"\openout: {name}", _tex(_WRITE % path.replace("BUNDLE", bundle)))
    shell = {
        r"\write18": r"\immediate\write18{touch @OUT@/made}", r"\write18, later": r"\write18{touch @OUT@/made}x",
        r"\ShellEscape": r"\ifdefined\ShellEscape\ShellEscape{touch @OUT@/made}\fi x",
        r"\pdfshellescape set": r"\ifdefined\pdfshellescape\let\pdfshellescape=1\fi\immediate\write18{touch @OUT@/made}",
        r"\special{psfile=`…`}": r'\special{psfile="`touch @OUT@/made"}x', "a filter of dvipdfmx": r'\special{pdf:image (x.eps)}x',
    }  # fmt: skip
    for name, code in shell.items():
        yield Attack("TeX of a theme", name, _tex(code))
    yield Attack("TeX of a theme", "%& line", _early("%&latex --shell-escape --translate-file=@OUT@/secret.tex"))
    yield Attack("TeX of a theme", r"\input in its own preamble", _early(r"\input{@OUT@/secret}"))
    yield Attack("TeX of a theme", r"\openout in its own preamble", _early(_WRITE % "@OUT@/made"))


def _of_lua() -> Iterator[Attack]:
    for name, code in {
        "io.open, to read": "local f=io.open('@OUT@/secret.tex') if f then tex.print(f:read('*a')) end",
        "io.open, to write": "local f=io.open('@OUT@/made','w') if f then f:write('x') f:close() end",
        "io.lines": "for l in io.lines('@OUT@/secret.tex') do tex.print(l) end",
        "io.open of the CV's folder": "local f=io.open('@CV@/made','w') if f then f:write('x') f:close() end",
        "io.popen": "local f=io.popen('touch @OUT@/made') if f then f:read('*a') end",
        "os.execute": "os.execute('touch @OUT@/made')", "os.spawn": "os.spawn({'touch','@OUT@/made'})",
        "os.exec": "os.exec({'touch','@OUT@/made'})", "os.remove": "os.remove('@OUT@/secret.tex')",
        "os.rename": "os.rename('@OUT@/secret.tex','@CV@/made')", "os.tmpname": "os.tmpname()",
        "lfs.mkdir, touch, link": "pcall(lfs.mkdir,'@OUT@/made') pcall(lfs.touch,'@OUT@/secret.tex',1,1) pcall(lfs.link,'@OUT@/secret.tex','s.tex',true)",
        "lfs.link, then read": "pcall(lfs.link,'@OUT@/secret.tex','s.tex') local f=io.open('s.tex') if f then tex.print(f:read('*a')) end",
        "lfs.dir": "for n in lfs.dir('@OUT@') do tex.print((n:gsub('secret','CANARYIN')..'THEMINE')) end",
        "socket": "local s=require('socket') local c=s.tcp() if c then c:settimeout(1) c:connect('127.0.0.1',@TCP@) end",
        "socket, core": "local s=require('socket.core') local c=s.tcp() if c then c:settimeout(1) c:connect('127.0.0.1',@TCP@) end",
        "socket, UDP": "local s=require('socket.core') local c=s.udp() if c then c:sendto('x','127.0.0.1',@UDP@) end",
        "ffi": "local f=require('ffi') f.cdef('int system(const char*);') f.C.system('touch @OUT@/made')",
        "ffi, to open": "local f=require('ffi') f.cdef('int open(const char*,int,int);int write(int,const char*,int);') f.C.open('@OUT@/made',65,438)",
        "package.loadlib": "package.loadlib('@OUT@/secret.so','*')",
        "img.scan": "pcall(function() img.write(img.scan({filename='@OUT@/secret.png'})) end)",
        "pdf.immediateobj": "pcall(function() pdf.immediateobj('streamfile','@OUT@/secret.tex') end)",
        "kpse": "tex.print(kpse.find_file('@OUT@/secret.tex') and 'x' or 'x') kpse.set_program_name('luatex','luatex') local f=io.open('@OUT@/secret.tex') if f then tex.print(f:read('*a')) end",
        "callback that opens files": "callback.register('open_read_file',function(n) return {reader=function() return nil end} end)",
        "status of shell escape": "status.shell_escape=1 os.execute('touch @OUT@/made')",
    }.items():  # fmt: skip
        safe = code.replace("\\", "\\\\").replace("%", "\\%")
        yield Attack("Lua of a theme", name, _tex(rf"\directlua{{pcall(function() {safe} end)}}x"), _LUA)


def _of_environments() -> Iterator[Attack]:
    def settings(place: Place) -> str:
        for name in (".latexmkrc", "latexmkrc"):
            (place.cv / name).write_text(f"system('touch {place.outside}/made');\n")
        (place.cv / "texmf.cnf").write_text("shell_escape = t\nopenin_any = a\nopenout_any = a\n")
        return _tex(r"\immediate\write18{touch @OUT@/made}\IfFileExists{@OUT@/secret}{\input{@OUT@/secret}}{}")(place)

    yield Attack("surroundings", "texmf.cnf and latexmkrc beside the CV", settings)
    for name in (
        "article.cls",
        "document.tex",
        "cv.tex",
        "fontconfig.conf",
        "python.py",
        "jinja2.py",
        "sitecustomize.py",
    ):

        def beside(place: Place, name: str = name) -> str:
            code = "import os; os.system('touch %s/made')\n" if name.endswith(".py") else r"\input{%s/secret}"
            (place.cv / name).write_text(code % place.outside)
            return PLAIN

        yield Attack("surroundings", f"{name} beside the CV", beside)
    for name in ("TEXINPUTS", "TEXMFHOME", "LUAINPUTS", "openin_any", "openout_any", "shell_escape", "TEXMFOUTPUT"):
        value = {"openin_any": "a", "openout_any": "a", "shell_escape": "t"}.get(name, "@OUT@//:")
        code = rf"\IfFileExists{{secret}}{{\input{{secret}}}}{{}}\immediate\write18{{touch @OUT@/made}}{_PRINT % '@OUT@/secret.tex'}"  # fmt: skip
        yield Attack("surroundings", f"{name} in the environment", _tex(code), environment={name: value})


def _of_floods() -> Iterator[Attack]:
    for name, code in {
        "endless loop": r"\loop\iftrue\repeat", "endless macro": r"\def\x{\x}\x", "endless pages": r"\loop a\newpage\iftrue\repeat",
        "memory: a macro that grows": r"\def\x{aaaaaaaaaa}\loop\edef\x{\x\x}\iftrue\repeat",
        "memory: boxes": r"\newbox\b\loop\setbox\b=\hbox{\copy\b\copy\b a}\iftrue\repeat",
        "log without end": r"\loop\message{aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}\iftrue\repeat",
        "a file without end": r"\newwrite\w\immediate\openout\w=big.txt \def\x{aaaaaaaaaaaaaaaa}\edef\x{\x\x\x\x\x\x\x\x}\edef\x{\x\x\x\x\x\x\x\x}\loop\immediate\write\w{\x\x\x\x\x\x\x\x\x\x\x\x\x\x\x\x}\iftrue\repeat",
        "files without end": r"\newwrite\w\newcount\n\loop\immediate\openout\w=f\the\n.txt \immediate\write\w{a}\immediate\closeout\w\advance\n by1 \iftrue\repeat",
        "waits for a key": r"\read-1 to\x \errorstopmode\undefinedcommand", "waits for a pipe": r"\input{@CV@/fifo}",
    }.items():  # fmt: skip
        yield Attack("floods", name, _tex(code), endless=True)
    for name, code in {
        "a million strings": "local t={} while true do t[\\string##t+1]=string.rep('x',1e6)..tostring(\\string##t) end",
        "one string": "string.rep('x',1e12)", "fork bomb": "while true do os.spawn({'sh','-c','sleep 99'}) io.popen('sleep 99') end",
        "endless Lua": "while true do end", "a file without end": "local f=io.open('big','w') while true do f:write(string.rep('x',1e6)) end",
        "files without end": "local i=0 while true do local f=io.open('f'..i,'w') f:write('x') f:close() i=i+1 end",
        "handles without end": "local t={} for i=1,1e6 do t[i]=io.open('f'..i,'w') end",
    }.items():  # fmt: skip
        yield Attack("floods", f"Lua: {name}", _tex(rf"\directlua{{{code}}}x"), _LUA, endless=True)


def _bundle() -> Path:
    from cvbuild.engine.parts import locate

    found = locate()
    return found.bundle if found else Path("/nowhere")


ATTACKS = tuple(_attacks())


# --- what they lead to ---


@contextmanager
def _listeners() -> Iterator[tuple[int, int, Callable[[], bool]]]:
    """Two ports, TCP and UDP, and whether somebody came."""
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        for listener in (tcp, udp):
            listener.bind(("127.0.0.1", 0))
            listener.setblocking(False)
        tcp.listen()

        def called() -> bool:
            with suppress(BlockingIOError):
                tcp.accept()[0].close()
                return True
            with suppress(BlockingIOError):
                udp.recv(1)
                return True
            return False

        yield tcp.getsockname()[1], udp.getsockname()[1], called


def attack(what: Attack, engine: str) -> Result:
    """Let an attack happen, in a place of its own."""
    with tempfile.TemporaryDirectory(prefix="escape-") as folder, _listeners() as (tcp, udp, called):
        place = Place(Path(folder).resolve(), tcp, udp)
        _furnish(place)
        (place.cv / "me.yaml").write_text(what.set_up(place))
        before = _seen(place)
        environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "XDG_DATA_HOME", "CVBUILD_ENGINE_DIR", "XDG_CACHE_HOME")},
            "HOME": str(place.home), "TMPDIR": str(place.temporary), "NO_COLOR": "1",
            **{name: _filled(value, place) for name, value in what.environment.items()},
        }  # fmt: skip
        command = [sys.executable, "-m", "cvbuild", "render", "me.yaml", "--keep-tex", "--engine", engine]
        command += ["--timeout", str(TIMEOUT if what.endless else 30), *what.arguments]
        started = time.monotonic()
        try:
            ran = subprocess.run(command, cwd=place.cv, env=environment, capture_output=True, timeout=PATIENCE, stdin=subprocess.DEVNULL)  # fmt: skip
            status, said = ran.returncode, (ran.stdout + ran.stderr).decode(errors="replace")
        except subprocess.TimeoutExpired as late:
            status, said = -1, ((late.stdout or b"") + (late.stderr or b"")).decode(errors="replace")
        seconds = time.monotonic() - started
        escaped = list(_changes(before, _seen(place)))
        if status not in (0, 1, 2):
            escaped.append(f"ended with {status}")
        if called():
            escaped.append("a port was called")
        if any(place.temporary.iterdir()):
            escaped.append(f"left in the temporary folder: {[path.name for path in place.temporary.iterdir()]}")
        if left := _processes(place):
            escaped.append(f"processes left: {left}")
        outputs = {path.name: path.read_bytes() for path in place.cv.glob("me.*") if path.name != "me.yaml"}
        escaped += [f"the secret is in {name}" for name, data in {**outputs, "the messages": said.encode()}.items() if _holds_secret(data)]  # fmt: skip
    told = tuple(dict.fromkeys(re.findall(r"(?:error|warning) (CV\d+)", said)))
    if what.door not in ("CV", ".bib", "CSL-JSON", "theme") and {"CV501", "CV502", "CV504"} & {*told}:
        escaped.append("the attack did not take place: its theme is broken")
    return Result(tuple(escaped), status, told, said, seconds)


def _furnish(place: Place) -> None:
    """What lies outside, and what tempts to go there."""
    for folder in (place.cv, place.outside / "theme", place.home, place.temporary):
        folder.mkdir(parents=True)
    (place.outside / "secret.tex").write_text(f"{SECRET}\n")
    (place.outside / "secret.yaml").write_text(f"{SECRET}: {{like: plain}}\n")
    (place.outside / "secret.bib").write_text(_ENTRY % SECRET)
    (place.outside / "link.bib").symlink_to("secret.bib")
    (place.outside / "secret.png").write_bytes(_picture())
    (place.outside / "secret.eps").write_text(f"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n({SECRET}) show\n")
    (place.outside / "secret.map").write_text(f"{SECRET} {SECRET} <{SECRET}.pfb\n")
    shutil.copyfile(_bundle() / "SourceSans3-Regular.ttf", place.outside / "secret.ttf")
    (place.outside / "theme" / "theme.toml").write_text(f'extends = "noether"\ndescription = "{SECRET}"\n')
    (place.outside / "theme" / "header.tex").write_text(f"{SECRET}\n")
    (place.home / "secret.tex").write_text(f"{SECRET}\n")
    (place.cv / "link.tex").symlink_to(place.outside / "secret.tex")
    (place.cv / "hidden.tex").write_text(f"{SECRET}\n")
    os.mkfifo(place.cv / "fifo")
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.pages[0].Contents = pdf.make_stream(f"% {SECRET}\n".encode())
        pdf.save(place.outside / "secret.pdf")


def _picture() -> bytes:
    """A picture of four pixels that spell `PIXELS`."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = (4).to_bytes(4, "big") + (1).to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" + PIXELS)) + chunk(b"IEND", b"")  # fmt: skip


_OUTPUTS = {"cv/me.pdf", "cv/me.tex", "cv/me.log"}


def _seen(place: Place) -> dict[str, str]:
    """Every file of the place, but the outputs, with what tells whether it was changed."""
    found: dict[str, str] = {"bundle": str(sorted(path.name for path in _bundle().iterdir())) if _bundle().is_dir() else ""}  # fmt: skip
    for path in sorted(place.root.rglob("*")):
        name = path.relative_to(place.root).as_posix()
        if name in _OUTPUTS or name.startswith("tmp/") or "__pycache__" in name:
            continue
        about = path.lstat()
        data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        times = about.st_mtime_ns if path.is_file() else 0
        found[name] = f"{about.st_mode} {times} {hashlib.sha256(data).hexdigest()}"
    return found


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name) and not name.startswith(("home/.cache", "home/.texlive")):
            yield f"{name} was {'made' if name not in before else 'removed' if name not in after else 'changed'}"


def _processes(place: Place) -> list[str]:
    """Programs that still work in the place."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if str(entry.joinpath("cwd").readlink()).startswith(str(place.root)):
                found.append(entry.joinpath("comm").read_text().strip())
    return found


def _holds_secret(data: bytes) -> bool:
    """Whether the secret is in a file; in a PDF also in what it has packed, and as text."""
    if data[:5] != b"%PDF-":
        return SECRET.encode() in data
    if any(sign in data for sign in (SECRET.encode(), PIXELS)):
        return True
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for thing in pdf.objects:
            with suppress(pikepdf.PdfError, NotImplementedError):
                if isinstance(thing, pikepdf.Stream) and any(sign in thing.read_bytes() for sign in (SECRET.encode(), PIXELS)):  # fmt: skip
                    return True
    text = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
    return SECRET in "".join(text.split())


def main() -> None:
    """Let all attacks happen, and tell what came of them."""
    arguments = parser(__doc__ or "")
    arguments.add_argument("--show", help="only attacks whose name has this in it, and all that was said")
    arguments.add_argument("--engine", choices=ENGINES, help="only this engine")
    chosen = arguments.parse_args()
    engines = (
        [chosen.engine] if chosen.engine else [name for name in ENGINES if name == ENGINES[0] or shutil.which(name)]
    )
    counts: Counter[tuple[str, str]] = Counter()
    escapes: Counter[str] = Counter()
    codes: dict[tuple[str, str], dict[str, str]] = {}
    wanted = [what for what in ATTACKS if not chosen.show or chosen.show in f"{what.door}: {what.name}"]
    runs = [(what, engine) for what in wanted for engine in engines if engine in what.engines]
    with ThreadPoolExecutor(max_workers=4) as pool:
        for (what, engine), result in zip(runs, pool.map(lambda run: attack(*run), runs), strict=True):
            counts[what.door, engine] += 1
            escapes[what.door] += bool(result.escaped)
            came = ", ".join(result.told) or "nothing happens"
            codes.setdefault((what.door, what.name), {})[engine] = "**escaped**" if result.escaped else came
            if result.escaped or chosen.show:
                print(f"{what.door}: {what.name} ({engine}): {result.escaped or 'held'}, {result.status}, {result.seconds:.1f} s", flush=True)  # fmt: skip
                print("  " + "\n  ".join(result.said.strip().splitlines()[-8:]), flush=True)
    rows: list[tuple[object, ...]] = []
    for door in dict.fromkeys(door for door, _ in counts):
        rows.append((door, len({n for d, n in codes if d == door}), *(counts[door, e] for e in engines), escapes[door]))
    rows.append(("all", len(codes), *(sum(n for (_, e), n in counts.items() if e == engine) for engine in engines), sum(escapes.values())))  # fmt: skip
    text = table(("by", "attacks", *(f"in {engine}" for engine in engines), "escapes"), rows)
    details = table(
        ("by", "attack", *engines),
        [(door, f"`` {name} ``".replace("|", "\\|"), *(came.get(engine, "–") for engine in engines)) for (door, name), came in codes.items()],
    )  # fmt: skip
    print(text)
    if chosen.write:
        write_section("escapes", f"{_ABOUT}\n\n{text}\n\n<details><summary>each attack, and what came of it</summary>\n\n{details}\n\n</details>")  # fmt: skip
    print(json.dumps({"attacks": len(codes), "runs": sum(counts.values()), "escapes": sum(escapes.values())}))
    sys.exit(bool(sum(escapes.values())))


_ABOUT = """Each attack is a run of `cvbuild render` on a CV, .bib file or theme of a stranger. It has escaped if the secret outside came into the PDF, the log
or a message; if any file but the output was made, changed or removed; if a port was called; if a process or a folder was left;
or if the command did not end in time with a code of its own. [security.md](security.md) tells what keeps it in."""


if __name__ == "__main__":
    main()
