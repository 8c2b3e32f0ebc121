"""TeX's complaints in one line, and the frequent ones in plain words.

The wording of errors: The TeXbook, chapter 27; LaTeX's and its packages' own files.
"""

from __future__ import annotations

import re

from cvbuild.engine.machine import SYSTEM_TEX

_MAX = 240
_ORIGINS = re.compile(r"^(?:LaTeX|LaTeX kernel) Error: ")

# What is looked for in an error, and what helps.
_ADVICE = [
    (r"Undefined control sequence: \\usepackage", r"\usepackage belongs into the theme's preamble.tex"),
    (r"Can be used only in preamble", "packages are loaded in the theme's preamble.tex, not in the document"),
    (r"^Undefined control sequence", "no macro has this name: is it spelled right, and is its package loaded?"),
    (r"Environment .* undefined", "no environment has this name: is it spelled right, and is its package loaded?"),
    (r"Missing \$ inserted", "what is only allowed in formulas stands outside of one: write $…$ around it"),
    (r"File ended while scanning|Paragraph ended before|Runaway", "a brace { is opened and not closed"),
    (r"Too many \}'s|Missing \{ inserted", "a brace } closes what was not opened"),
    (r"Extra \}|Extra \\endgroup|Missing \} inserted|\\begin\{.*ended by", "what { or \\begin opens is not closed in the same place, or } and \\end close what was not opened"),
    (r"Missing \\endcsname", "a macro stands where only a name is allowed"),
    (r"Dimension too large", "TeX reckons with lengths up to 5.7 metres: a length is larger, or something is wider or higher"),
    (r"Arithmetic overflow|Number too big", "TeX reckons with numbers up to 2147483647"),
    (r"Missing number", "a number or a length is needed here"),
    (r"Illegal unit of measure", "a length has a unit: pt, mm, cm, in, em, ex"),
    (r"Too many unprocessed floats", "figures and tables float, which a CV has no room for: set them in the text"),
    (r"Not in outer par mode", "figures and tables float, which a CV has no room for: set them in the text"),
    (r"capacity exceeded, sorry \[(?:input stack|parameter stack|save size|grouping|semantic)", "a macro calls itself without an end, or is nested too deep"),
    (r"capacity exceeded", "the document, or a macro that never ends, is more than TeX's memory can hold"),
    (r"Misplaced alignment tab|Extra alignment tab", "& separates the columns of a table; write \\& for the sign"),
    (r"Misplaced \\(?:noalign|omit|hline)", "lines of a table begin behind \\\\"),
    (r"Missing \\begin\{document\}", "something that prints stands in the preamble"),
    (r"Unicode character", "this engine has no sign for the character; the embedded engine has more"),
    (r"Illegal parameter number|You can't use `macro parameter character", "# is for parameters of macros; write \\# for the sign"),
    (r"Double (?:sub|super)script", "a_b_c has two subscripts for one sign: write a_{b_c} or {a_b}_c"),
    (r"Bad math environment delimiter", "a formula is opened twice, or closed before it is opened"),
    (r"There's no line here to end", "\\\\ ends a line, and there is none here"),
    (r"Something's wrong--perhaps a missing \\item", "a list begins with \\item"),
    (r"Lonely \\item", "\\item stands in a list: \\begin{itemize} … \\end{itemize}"),
    (r"Font .* not (?:loadable|found)|cannot (?:find|use the) font", "themes use the fonts that come with the engine; --engine xelatex or lualatex takes those of a TeX system too"),
    (r"(?:Unable to load picture|File `[^']*\.(?:pdf|png|jpe?g)' not found)", "the engine only sees the files of the theme and of the CV's folder that are given to it"),
    (r"^Emergency stop", "TeX could not go on: the log tells what it was doing"),
]  # fmt: skip
_FILE = re.compile(r"File [`']([^']*)' not found")


def cleaned(text: str) -> str:
    """What TeX said, in one line that is not too long."""
    text = " ".join(_ORIGINS.sub("", text).split())
    return text if len(text) <= _MAX else text[: _MAX - 1] + "…"


def advice_for(text: str, engine: str | None) -> str | None:
    """What an error means, and what to do; None if that cannot be told."""
    missing = _FILE.search(text)
    if missing and missing[1].endswith(".tex"):
        return f'TeX sees no files beside the theme or the CV; a theme takes one in by <% include "{missing[1]}" %>'
    if missing and missing[1].endswith((".sty", ".cls", ".def", ".fd")):
        if engine in (None, "tectonic"):
            return f"the embedded engine has amsmath, amssymb, array, bm, color, geometry, graphicx, hyperref, longtable, multicol, tabularx and few more; for others, {SYSTEM_TEX}"
        return f"the TeX system has no {missing[1]}: install the package that brings it"
    return next((advice for pattern, advice in _ADVICE if re.search(pattern, text)), None)
