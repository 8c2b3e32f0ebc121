"""What the templates of a theme cannot do: leave their folder, touch more than they are given, or run for ever."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from cvbuild import cache
from cvbuild.checked import Choices
from cvbuild.diagnostics import Diagnostic, Sink
from cvbuild.files import Files
from cvbuild.pipeline import check, write_latex
from cvbuild.theme import Theme
from cvbuild.words import Words
from cvbuild.writers import LatexWriter, TemplateFailed, sandbox
from tests.support import outline, source

YAML = """
name: N
headline: HEADLINE
phone: "555"
sections:
  A:
    - award: Prize
      date: 2020
"""


OUTLINE, _ = outline(YAML)


def fill(template: str, folder: Path, **files: str) -> tuple[str | None, list[Diagnostic]]:
    """What a theme's header.tex prints, and what is reported."""
    (folder / "theme.toml").write_text('extends = "noether"\n')
    (folder / "header.tex").write_text(template)
    for name, text in files.items():
        (folder / name.replace("_tex", ".tex")).write_text(text)
    sink = Sink()
    checked = check(source(YAML), Files(), sink, Choices(theme=f"{folder}/."))
    if checked is None:
        return None, list(sink.sorted())
    tex = write_latex(checked, sink)
    return tex.written.text if tex is not None else None, list(sink.sorted())


TOUCHES = [
    "<< cv.__class__ >>", "<< cv['__class__'] >>", "<< ''.__class__.__mro__ >>", "<< cv|attr('__class__') >>",
    "<< cv.span.source.name >>", "<< cv.span.source.folder >>", "<< cv.span['source'] >>",
    "<< [cv]|map(attribute='span.source.folder')|list|length >>", "<< [cv.span]|map(attribute='source')|first|count >>",
    "<< cv.span.source.folder.joinpath('x').read_text() >>", "<< cv.span.source.folder.joinpath('x').write_text('y') >>",
    "<< cv.span.part(0, 1).text >>", "<< cv.words.get >>", "<< cv.__init__() >>", "<< cv.__reduce__() >>",
    "<< opt.__dict__ >>", "<< opt.__class__('x') >>", "<< word.__call__('x') >>", "<< word.__class__() >>",
    "<< word.__init__.__globals__ >>", "<< at.__self__ >>", "<< at.__self__.files.read('/etc/passwd') >>",
    "<< at.__func__ >>", "<< plain.__globals__ >>", "<< plain.__code__ >>", "<< '{0.__class__}'.format(cv) >>",
    "<< '{x.__class__}'.format_map({'x': cv}) >>", "<< 'a'.encode().hex() >>", "<< 'a'|string|format(1) >>",
    "<< 'a'|safe >>", "<< cv|pprint >>", "<< 'a'|e >>", "<< 'a'|tojson >>", "<< self.__init__ >>", "<< self._TemplateReference__context >>",
    "<< self.header.__globals__ >>", "<< lipsum() >>", "<< lipsum.__globals__ >>", "<< cycler.__init__.__globals__ >>",
    "<< cycler('a').__class__ >>", "<< joiner.__init__ >>", "<< namespace.__init__.__globals__ >>", "<< dict.__subclasses__() >>",
    "<< range.mro() >>", "<< dict.fromkeys([1]) >>", "<% set cv.name = 'x' %>", "<% set opt.accent = 'x' %>", "<< cv.blocks.append(1) >>",
    "<< cv.contacts[0].__setattr__('words', 'x') >>", "<< [1].append(2) >>", "<< {'a': 1}.update(b=2) >>", "<< {'a': 1}.pop('a') >>",
    "<< (cv.contacts|map(attribute='words')).gi_frame.f_globals >>", "<< (range(3)|map('int')).send >>",
    "<% for x in [1] %><< loop.__class__ >><% endfor %>", "<% for x in [1] %><< loop._iterator >><% endfor %>",
    "<% macro m() %><% endmacro %><< m.__class__ >>", "<% macro m() %><% endmacro %><< m._func.__globals__ >>",
    "<% include '../../../etc/passwd' %>", "<% include '/etc/passwd' %>", "<% include '..' %>", "<% include '' %>", "<% import '../x.tex' as x %>",
    "<% extends '../header.tex' %>", "<% include ['../x', '/etc/passwd'] %>", "<% include cv.name %>", "<% include 5 %>", "<% include cv %>",
    "<< _ >>", "<< environment >>", "<< context >>", "<< True.real.__class__ >>", "<< (1).__class__ >>", "<< (1).to_bytes(9, 'big') >>",
    "<< word.words >>", "<< cv.words.__dict__ >>", "<< caller() >>", "<< varargs >>",
    # What is written, and text, are not put together: text would arrive with HTML's escapes, not with TeX's.
    "<% set a %>x<% endset %><< a + cv.name >>", "<% set a %>x<% endset %><< cv.name + a >>",
    "<% set a %>x<% endset %><< a.replace('x', cv.name) >>", "<% set a %>x<% endset %><< a.join([cv.name]) >>",
    "<% set a %>x<% endset %><< a.unescape() >>", "<% set a %>x<% endset %><< a.striptags() >>",
    "<% set a %>x<% endset %><< a.escape(cv.name) >>", "<% set a %>x<% endset %><< [cv.name]|sum(start=a) >>",
]  # fmt: skip


@pytest.mark.parametrize("template", TOUCHES)
def test_out_of_reach(template: str, tmp_path: Path) -> None:
    (tmp_path / "header.tex").write_text("\n" + template)
    theme = Theme("mine", (tmp_path,), {}, {"accent": "123456"})
    with pytest.raises(TemplateFailed) as caught:
        LatexWriter(theme, Words(), Files()).write("header.tex", OUTLINE)
    assert caught.value.path == str(tmp_path / "header.tex")
    assert caught.value.line == 2 or "<% set" in template  # of which Jinja does not keep the line


WORK = [
    "<% for a in range(99999) %><% for b in range(99999) %><% endfor %><% endfor %>",
    "<% for a in range(99999) %>" + "x" * 9999 + "<% endfor %>",
    "<% for a in range(99999) %><< range(99999)|sum >><% endfor %>",
    "<% for a in range(99999) %><< range(99999)|map('int')|sum >><% endfor %>",
    "<% for a in range(99999) %><< 3 if -1 in range(99999)|list else 4 >><% endfor %>",
    "<% set l = range(99999)|list %><% for a in range(99999) %><% if l == l %><% endif %><% endfor %>",
    "<% set l = range(99999)|list %><% for a in range(99999) %><% if -1 in l %><% endif %><% endfor %>",
    "<% set l = range(99999)|list %><% for a in l %><< l.count(a) >><% endfor %>",
    "<% set l = range(99999)|list %><% for a in l %><% set m = l[:] %><% endfor %>",
    "<% macro m(n) %><< m(n + 1) >><% endmacro %><< m(0) >>",
    "<% macro m(n) %><% if n %><< m(n - 1) >><< m(n - 1) >><< m(n - 1) >><% endif %><% endmacro %><< m(40) >>",
    "<% for n in [1] recursive %><% if loop.depth < 90 %><< loop([1, 1]) >><% endif %><% endfor %>",
    "<% include 'header.tex' %>",
    "<< 9 ** 9 ** 9 >>", "<< (10 ** 300) * (10 ** 300) >>", "<< 'a' * 10 ** 9 >>", "<< 10 ** 9 * [1] >>", "<< '%999999999d' % 1 >>",
    "<< range(10 ** 9)|length >>", "<< [1]|batch(10 ** 9, 'x')|list >>", "<< [1]|slice(10 ** 9)|list >>", "<< 'x'.ljust(10 ** 9) >>",
    "<< 'x'.zfill(10 ** 9) >>", "<< '\t'.expandtabs(10 ** 9) >>", "<< 'x'.center(10 ** 9) >>", "<< '{:999999999}'.format(1) >>",
    "<% set s = 'x' * 9999 %><< s.replace('', s) >>", "<% set s = 'x' * 9999 %><< s.join([s] * 9999) >>",
    "<% set n = namespace(s='xxxxxxxxxx') %><% for i in range(60) %><% set n.s = n.s + n.s %><% endfor %><< n.s >>",
    "<% set n = namespace(s=[1]) %><% for i in range(60) %><% set n.s = n.s + n.s %><% endfor %>",
    "<% set n = namespace(s=2) %><% for i in range(60) %><% set n.s = n.s * n.s %><% endfor %>",
    "<% set x %>" + "x" * 9999 + "<% endset %><% for i in range(99999) %><< x >><% endfor %>",
    "<< " + "(" * 5000 + "1" + ")" * 5000 + " >>", "<< " + "-" * 5000 + "1 >>", "<< " + "[" * 300 + "]" * 300 + " >>",
    "<% for a in [1] %>" * 60 + "<% endfor %>" * 60, "<% if 1 %>" * 500 + "<% endif %>" * 500,
    "<< range(99999)|batch(1)|map('join')|join >>" * 99,
    # Many times the same long text, of which a filter would make a new one each time.
    *(f"<% set s = 'x' * 999999 %><< ([s] * 50000)|{name} >>" for name in ("sort|first", "unique|list|first", "max", "min", "join", "batch(9)|list|length")),
    "<% set s = 'x' * 999999 %><< ([{'a': s}] * 50000)|groupby('a')|list|length >>",
    "<% set s = 'x' * 999999 %><< range(99999)|join(s) >>", "<< [[1] * 1000] * 1000|sum(start=[]) >>",
    "<< ([cv] * 9999)|sort(attribute='name')|length >>",
    "<% for a in range(99999) %><% if [1]|batch(9999, 'x')|list %><% endif %><% endfor %>",
    "<% set l = range(99999)|list %><% for a in range(99999) %><% if -1 is in l %><% endif %><% endfor %>",
    "<% set s = 'x' * 999999 %><% for a in range(99999) %><% if s is lower %><% endif %><% endfor %>",
    "<% set s = 'x' * 999999 %><< ([s] * 999)|select('eq', 'x' * 999999)|list|length >>",
    "<% for a in range(99999) %><% if cv.span.text %><% endif %><% endfor %>",
    "<% for a in range(99999) %><< 'א(a) ' * 999 >><% endfor %>",
    # Lists of twice a list of twice a list …: short, and as large as one likes for what looks into them.
    *("<% set n = namespace(a=(1,), b=(1,)) %><% for i in range(60) %><% set n.a = (n.a, n.a) %><% set n.b = (n.b, n.b) %><% endfor %>" + code for code in (
        "<% if n.a == n.b %><% endif %>", "<% if n.a is eq(n.b) %><% endif %>", "<% if {n.a: 1} %><% endif %>", "<< {}[n.a] >>",
        "<< [n.a].index(n.b) >>", "<% if n.a in {} %><% endif %>", "<< [1]|selectattr(n.a)|list >>", "<< word(n.a) >>", "<< dict([(n.a, 1)]) >>",
        "<% for x in [n.a, n.b] %><% if loop.changed(x) %><% endif %><% endfor %>", "<< [n.a, n.b]|sort|length >>", "<< [n.a]|unique|list|length >>",
    )),
]  # fmt: skip


@pytest.mark.parametrize("template", WORK, ids=range(len(WORK)))
def test_work_is_bounded(template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "STEPS", 20_000)
    monkeypatch.setattr(sandbox, "MAX_OUTPUT", 10**7)
    start = time.process_time()
    text, found = fill("\n" + template, tmp_path)
    assert text is None or len(text) < 10**6
    assert [d.code.number for d in found] in (["CV504"], [])
    assert bool(found) == (text is None)
    assert all(d.span and d.span.source.name == str(tmp_path / "header.tex") for d in found)
    assert time.process_time() - start < 5


def test_the_bound_leaves_room_for_large_documents() -> None:
    bullets = "".join("    - a\n" for _ in range(500))
    sink = Sink()
    checked = check(source(f"name: N\nsections:\n  A:\n{bullets}"), Files(), sink)
    assert checked is not None
    steps = sandbox.STEPS
    sandbox.STEPS = 0  # what is left is what the CV itself brings, at its shortest lines
    try:
        assert write_latex(checked, sink) is not None, sink.diagnostics
    finally:
        sandbox.STEPS = steps


def test_a_theme_does_not_reach_out_by_links(tmp_path: Path) -> None:
    secret = tmp_path / "secret.tex"
    secret.write_text("SECRET")
    theme = tmp_path / "theme"
    theme.mkdir()
    (theme / "header.tex").symlink_to(secret)
    text, found = fill_linked(theme)
    assert text is None
    assert [d.code.number for d in found] == ["CV504"]
    (theme / "header.tex").unlink()
    (theme / "inner.tex").write_text("INNER")
    (theme / "header.tex").symlink_to("inner.tex")  # a link inside the theme is fine
    text, found = fill_linked(theme)
    assert text is not None
    assert "INNER" in text
    for name in ("styles.yaml", "preamble.tex", "theme.toml"):
        (theme / "theme.toml").unlink(missing_ok=True)
        (theme / "theme.toml").write_text('extends = "noether"\n')
        (theme / name).unlink(missing_ok=True)
        (theme / name).symlink_to(secret)
        text, found = fill_linked(theme)
        assert text is None, name
        assert [d.code.number for d in found] == ["CV502"], name
        assert "SECRET" not in found[0].message
        (theme / name).unlink()


def fill_linked(theme: Path) -> tuple[str | None, list[Diagnostic]]:
    if not (theme / "theme.toml").exists():
        (theme / "theme.toml").write_text('extends = "noether"\n')
    sink = Sink()
    checked = check(source(YAML), Files(), sink, Choices(theme=f"{theme}/."))
    tex = write_latex(checked, sink) if checked is not None else None
    return (tex.text if tex is not None else None), list(sink.sorted())


def test_compiled_templates_that_others_can_write_are_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache.store("templates", "key", b"code")
    (entry,) = (tmp_path / "cvbuild" / "templates").iterdir()
    assert entry.stat().st_mode & 0o077 == 0
    assert cache.load("templates", "key") == b"code"
    entry.chmod(0o666)
    assert cache.load("templates", "key") is None
    entry.chmod(0o600)
    entry.write_bytes(entry.read_bytes()[:-1] + b"x")
    assert cache.load("templates", "key") is None
