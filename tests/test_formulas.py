"""What a formula may say, and that TeX agrees."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cvbuild import formulas
from cvbuild.formulas import check_math

GOOD = [
    "x",
    r"\alpha",
    "a^2 + b^2 = c^2",
    r"W_p",
    r"L^\infty",
    r"\mathcal{O}(n \log n)",
    r"\mathbb{R}^d",
    r"\mathbb R^{n\times n}",
    r"\frac{1}{2}",
    r"\frac12",
    r"\sqrt{2}",
    r"\sqrt[3]{x}",
    r"\binom{n}{k}",
    r"\left( \frac{a}{b} \right)^2",
    r"\left. \frac{df}{dx} \right|_{x=0}",
    r"\left\{ x \middle| y \right\}",
    r"\bigl( x \bigr)",
    r"\sum_{i=1}^n x_i",
    r"\sum\limits_{i}^{n} x",
    r"\int_0^1 f(x)\,dx",
    r"\operatorname{arg\,max}_x",
    r"\operatorname*{ess sup}\limits_x",
    r"x'",
    r"x''_1",
    r"f'^2",
    r"x_1'",
    r"A^\mathrm{T}",
    r"x_\text{max}",
    r"x^\frac12",
    r"\hat{x}",
    r"\hat x_i",
    r"{x^a}^b",
    r"{}^*",
    r"^*",
    r"^{\dagger}",
    r"x^*_*",
    r"\xrightarrow[n\to\infty]{d}",
    r"\overbrace{a+b}^{c}",
    r"50\%",
    r"\|x\|_2",
    r"\{1, \dots, n\}",
    r"\not\in",
    r"(0, 1]",
    r"[0, 1)",
    r"p \equiv 1 \pmod{4}",
    r"\text{if } x > 0",
    r"\underset{x}{\min}",
    r"\lVert x \rVert",
    r"\Gamma\text{-convergence}",
    r"\displaystyle \sum",
    r"a \le b < c > d",
    r"x^{y^{z}}",
    r"\ ",
    r"X \cong Y",
]

BAD = {
    r"\input{x}": r"`\input` is not a command that formulas may use",
    r"\write18{rm}": r"`\write` is not a command",
    r"\def\x{}": r"`\def` is not",
    r"\csname x\endcsname": r"`\csname` is not",
    r"\href{a}{b}": r"`\href` is not",
    r"\color{red}": r"`\color` is not",
    r"\begin{matrix} a \end{matrix}": "no environments",
    r"a \\ b": "no line breaks",
    r"\mathscr{A}": r"write `\mathcal`",
    r"\R^n": r"write `\mathbb{R}`",
    r"\argmax_x": r"write `\operatorname*{arg\,max}`",
    "a & b": "`&` cannot stand",
    "a # b": "`#` cannot stand",
    "a % b": "`%` cannot stand",
    "a ~ b": "`~` cannot stand",
    "a $ b": "`$` cannot stand",
    'a " b': '`"` cannot stand',
    "a ` b": "cannot stand",
    "x^^41": "`^` lacks an argument",
    "x^ ^41": "`^` lacks an argument",
    "{x": "a `{` is not closed",
    "x}": "a `}` closes nothing",
    "x^": "`^` lacks an argument",
    "x_": "`_` lacks an argument",
    "x^_a": "`^` lacks an argument",
    "x^'": "`^` lacks an argument",
    "{x^}": "`^` lacks an argument",
    "x\\": "stands alone",
    "x^a^b": "a second `^` on the same symbol",
    "x_a_b": "a second `_` on the same symbol",
    "x^a'": "a second `'` on the same symbol",
    "x'_a^b": "a second `^` on the same symbol",
    "x' ^2": "a second `^` on the same symbol",
    "x' '": "a second `'` on the same symbol",
    r"\frac{a}": r"`\frac` lacks an argument",
    r"\frac": r"`\frac` lacks an argument",
    r"\sqrt": r"`\sqrt` lacks an argument",
    r"\sqrt^2": r"`\sqrt` lacks an argument",
    r"\sqrt[3]": r"`\sqrt` lacks an argument",
    r"\sqrt[3": r"the `[` of `\sqrt` is not closed",
    r"\sqrt[{3]{x}": r"the `[` of `\sqrt` is not closed",
    r"\sqrt[\left]x\right]]{x}": r"`\left` must be followed by a delimiter",
    r"\hat\frac12": r"put braces around what follows `\hat`",
    r"x^\sqrt2": "put braces around what follows `^`",
    r"x^\hat y": "put braces around what follows `^`",
    r"x^\sum": "put braces around what follows `^`",
    r"x^\left(a\right)": "put braces around what follows `^`",
    r"x'^\mathrm{T}": "put braces around what follows `^`",
    r"\left( x": r"a `\left` has no `\right`",
    r"\left( {x \right)}": r"a `\right` has no `\left` in its group",
    r"{\left( x }\right)": r"a `\left` has no `\right` in its group",
    r"x \right)": r"a `\right` has no `\left`",
    r"\left x \right)": r"`\left` must be followed by a delimiter",
    r"\left( x \right": r"`\right` must be followed by a delimiter",
    r"\middle|": r"a `\middle` has no `\left`",
    r"\big x": r"`\big` must be followed by a delimiter",
    r"x\limits_a": r"`\limits` must follow an operator",
    r"\sum_a\limits": r"`\limits` must follow an operator",
    r"\mathbb{1}": r"`\mathbb` only has capital letters, not `1`",
    r"\mathbb 1": r"`\mathbb` lacks its argument in braces",
    r"\mathcal{a}": "only has capital letters",
    r"\text{a_b}": r"`\text` may hold letters, digits and plain punctuation, not `_`",
    r"\text{\input x}": r"not `\input`",
    r"\text{$x$}": "not `$`",
    r"\text{a & b}": "not `&`",
    r"\operatorname{a_b}": "not `_`",
    r"\alpha\limits_a": r"`\limits` must follow an operator",
    r"\sqrt[{\sqrt[{\sqrt[{\sqrt[3]{x}}]{x}}]{x}}]{x}": "nested too deeply",
    r"\text{a": "a `{` is not closed",
    r"\text": r"`\text` lacks its argument",
    r"\operatorname{\input}": r"not `\input`",
    "α": r"fonts for formulas lack the character `α`; write `\alpha`",
    "Ω": r"write `\Omega`",
    "≤": r"write `\le`",
    "a − b": "write `-`",
    "é": "fonts for formulas lack the character `é`",
    "10\\degree": r"write `^\circ`",
    r"\text{für}": "not `ü`",
    "a\nb": "control character",
    "a\x00b": "control character",
    "a\u00a0b": "control character",
    "{" * 30 + "}" * 30: "nested too deeply",
    r"\boldsymbol{" * 4 + "}" * 4: "nested too deeply",
    r"\sqrt[3]{" * 4 + "}" * 4: "nested too deeply",
    "x" * 2001: "longer than",
}


@pytest.mark.parametrize("tex", GOOD)
def test_accepts(tex: str) -> None:
    assert check_math(tex) is None


@pytest.mark.parametrize("tex", BAD)
def test_refuses_and_says_why(tex: str) -> None:
    problem = check_math(tex)
    assert problem is not None
    assert BAD[tex] in problem


def test_every_command_is_listed_once() -> None:
    groups = (
        *(formulas._GREEK, formulas._SIGNS, formulas._BINARY, formulas._RELATIONS, formulas._NEGATED, formulas._ARROWS),
        *(formulas._DELIMITERS, formulas._ESCAPED, formulas._COMPOUNDS, formulas._OPERATORS, formulas._SIZES),
        *(formulas._ARGUMENTS, {"text", "operatorname", "left"}),
    )
    assert sum(map(len, groups)) == len(formulas._COMMANDS)


# Formulas that a person might write, as tokens, and what becomes of them when tokens are lost, doubled or mixed in.

CHARACTERS = sorted(formulas._CHARACTERS)
COMMANDS = sorted("\\" + name for name in formulas._COMMANDS)
symbols = st.sampled_from(CHARACTERS) | st.sampled_from(sorted("\\" + name for name in formulas._SYMBOLS))
leaves = st.one_of(
    symbols,
    st.sampled_from(sorted("\\" + name for name in formulas._COMPOUNDS | formulas._OPERATORS)),
    st.sampled_from(["\\mathbb{R}", "\\mathcal{L}", "\\mathfrak{g}", "\\text{if }", "\\operatorname{rank}"]),
    st.builds("\\{0}{1}".format, st.sampled_from(sorted(formulas._SIZES)), st.sampled_from("()[]|/<>.")),
)
arguments = sorted(set(formulas._ARGUMENTS) - {"mathbb", "mathcal", "mathfrak"})


def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.lists(inner, max_size=3).map(" ".join),
        st.builds("{{{}}}".format, inner),
        st.builds("{}^{{{}}}".format, symbols, inner),
        st.builds("{} _{{{}}}".format, leaves, inner),
        st.builds("{} '_{{{}}}".format, symbols, inner),
        st.builds("{} ^ {} _ {}".format, leaves, symbols, symbols),
        st.builds("{} ^\\{} {{{}}}{}".format, symbols, st.sampled_from(sorted(formulas._SCRIPTS)), symbols, symbols),
        st.builds("{} '^{}".format, symbols, symbols),
        st.builds("\\{}{{{}}}{{{}}}".format, st.sampled_from(arguments), inner, inner),
        st.builds("\\{} {} {}".format, st.sampled_from(arguments), symbols, symbols),
        st.builds("\\sqrt[{}]{{{}}}".format, inner, inner),
        st.builds("\\xrightarrow[{}]{{{}}}".format, inner, inner),
        st.builds(
            "\\left{} {} \\right{}".format,
            st.sampled_from([*"()[]|/<>.", *sorted("\\" + name for name in formulas._DELIMITERS)]),
            inner,
            st.sampled_from("()[]|/<>."),
        ),
        st.builds("\\{}\\limits_{} ^{{{}}}".format, st.sampled_from(sorted(formulas._OPERATORS)), symbols, inner),
    )


sane = st.recursive(leaves, grow, max_leaves=8)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    tokens = formulas._TOKEN.findall(draw(sane))
    strange = st.sampled_from([*"^_'{}[] ", "\\right", "\\limits", "\\operatorname*"] * 8 + CHARACTERS + COMMANDS)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(tokens)))
        tokens[at : at + draw(st.integers(0, 1))] = draw(st.lists(strange, max_size=1))
    return "".join(token + " " if token[1:].isalpha() else token for token in tokens)


@given(st.text(max_size=20) | damaged())
def test_never_raises(tex: str) -> None:
    assert check_math(tex) is None or check_math(tex)


@given(damaged())
def test_what_is_accepted_holds_no_sign_that_tex_obeys(tex: str) -> None:
    if check_math(tex) is None:
        rest = re.sub(r"\\[%#&$_]", "", tex)
        assert not re.search(r"[%#&$~]|\^\^|[^ -~]", rest)
        assert rest.replace("\\{", "").replace("\\}", "").count("{") == rest.replace("\\{", "").replace(
            "\\}", ""
        ).count("}")


def compile_formulas(accepted: list[str], folder: Path, engine: str = "xelatex") -> list[str]:
    """What the log of one run says against them."""
    lines = [r"\documentclass{article}", r"\usepackage{amsmath,amssymb}", r"\begin{document}"]
    lines += [rf"\message{{@@{number}@}}${tex}$\par" for number, tex in enumerate(accepted)]
    (folder / "t.tex").write_text("\n".join([*lines, r"\end{document}"]))
    command = [engine, "-interaction=nonstopmode", "-no-shell-escape", "t.tex"]
    subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
    complaints, number = [], -1
    for line in (folder / "t.log").read_text(errors="replace").splitlines():
        for found in re.findall(r"@@(\d+)@", line):
            number = int(found)
        if line.startswith(("!", "Missing character")):
            complaints.append(f"{line} in {accepted[number]}")
    return complaints


def every_command() -> Iterator[str]:
    """Each command in each position where it is allowed."""
    for name in sorted(formulas._SYMBOLS):
        yield rf"a \{name} b^\{name} _\{name} \hat\{name} \frac\{name}\{name} x'^\{name}"
    for name in sorted(formulas._COMPOUNDS):
        yield rf"a \{name} b^{{\{name}}} \hat{{\{name}}} \{name}^2_3 \{name}'"
    for name in sorted(formulas._OPERATORS):
        yield rf"\{name} b^{{\{name}}} \{name}\limits_a^b \{name}\nolimits_a^b \{name}^2_3 \hat{{\{name}}}"
    for name in sorted(formulas._DELIMITERS):
        yield rf"\left\{name} a \middle\{name} b \right\{name}"
    for name in sorted(formulas._SIZES):
        yield rf"\{name}| a \{name}\langle b \{name})^2_3"
    for name, count in sorted(formulas._ARGUMENTS.items()):
        used = rf"\{name}" + "{A}" * count
        yield rf"{used} x^{{{used}}} \hat{{{used}}} {used}^2_3 {used}' \{name}" + " B" * count
        if name in formulas._SCRIPTS:
            yield rf"x^{used}_{used}"
    for name in sorted(formulas._ONLY):
        allowed = "".join(sorted(formulas._ONLY[name][0]))
        yield rf"\{name}{{{allowed}}} x_{{\{name}{{A}}}}"
    for character in CHARACTERS:
        yield f"{character} a^{character} _{character}"


def test_every_command_is_accepted_wherever_it_may_stand() -> None:
    assert {tex: problem for tex in every_command() if (problem := check_math(tex))} == {}


@pytest.mark.engine
@pytest.mark.skipif(not shutil.which("xelatex"), reason="no xelatex")
def test_what_is_accepted_compiles(tmp_path: Path) -> None:
    accepted = [*GOOD, *every_command()]

    @settings(
        max_examples=400,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(damaged())
    def collect(tex: str) -> None:
        if tex.strip() and check_math(tex) is None:
            accepted.append(tex)

    collect()
    assert len(accepted) > 1000
    assert compile_formulas(accepted, tmp_path) == []
