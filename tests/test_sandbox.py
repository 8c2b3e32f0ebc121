"""What the templates of a theme cannot do: leave their folder, touch more than they are given, or run for ever."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvbuild import cache
from cvbuild.build import check, write_latex
from cvbuild.diagnostics import Diagnostic, Sink
from cvbuild.files import Files
from tests.support import source

YAML = """
name: N
headline: HEADLINE
phone: "555"
sections:
  A:
    - award: Prize
      date: 2020
"""


def fill(template: str, folder: Path, **files: str) -> tuple[str | None, list[Diagnostic]]:
    """What a theme's header.tex prints, and what is reported."""
    (folder / "theme.toml").write_text('extends = "noether"\n')
    (folder / "header.tex").write_text(template)
    for name, text in files.items():
        (folder / name.replace("_tex", ".tex")).write_text(text)
    sink = Sink()
    checked = check(source(YAML), Files(), sink, f"{folder}/.")
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
]  # fmt: skip


@pytest.mark.parametrize("template", TOUCHES)
def test_out_of_reach(template: str, tmp_path: Path) -> None:
    text, found = fill("\n" + template, tmp_path)
    assert text is None
    assert [d.code.number for d in found] == ["CV504"]
    span = found[0].span
    assert span is not None
    assert (span.source.name, span.line) == (str(tmp_path / "header.tex"), 2)
    assert "<bound method" not in found[0].message


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
]  # fmt: skip


@pytest.mark.parametrize("template", WORK, ids=range(len(WORK)))
def test_work_is_bounded(template: str, tmp_path: Path) -> None:
    start = time.process_time()
    text, found = fill("\n" + template, tmp_path)
    assert text is None or len(text) < 10**6
    assert [d.code.number for d in found] in (["CV504"], [])
    assert bool(found) == (text is None)
    assert all(d.span and d.span.source.name == str(tmp_path / "header.tex") for d in found)
    assert time.process_time() - start < 10
