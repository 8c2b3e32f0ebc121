r"""Is this formula safe, and will TeX accept it?

A formula between dollars is TeX code, often copied from a stranger's paper.
It is never interpreted here and never escaped, so it is held to a grammar
instead: the characters and commands listed below, each with its arguments,
and nothing else. What the grammar accepts can do nothing but typeset, and
compiles without an error in LaTeX with amsmath and amssymb. The classes of
commands come from running each command in every position through pdflatex,
xelatex and lualatex (TeX Live 2022); `tests/test_formulas.py` repeats the
experiment with generated formulas.
"""

from __future__ import annotations

import re
import unicodedata
from string import ascii_letters, ascii_uppercase
from typing import Final

LONGEST: Final = 2000
"""Characters that a formula may have."""

DEEPEST: Final = 20
"""Groups that may stand inside each other; TeX's own limits are higher."""

DEEPEST_COSTLY: Final = 3
"""Commands of `_COSTLY` that may stand inside each other."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Characters of a formula, as they stand. Others are TeX's own signs (# $ % & ~ ^ _ \ { }), change their
# meaning with the language of the document (" and the backtick), or have no glyph in mathematical fonts.
_CAPITALS: Final = frozenset(ascii_uppercase)
_LETTERS: Final = frozenset(ascii_letters)
_CHARACTERS: Final = _LETTERS | frozenset("0123456789+-*/=<>()[]|.,:;!?@")

# Commands that are one symbol: they may stand alone behind ^ and _ and be an argument without braces.
_GREEK: Final = _words("""
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi
    psi omega varepsilon vartheta varpi varrho varsigma varphi digamma varkappa Gamma Delta Theta Lambda Xi Pi
    Sigma Upsilon Phi Psi Omega varGamma varDelta varTheta varLambda varXi varPi varSigma varUpsilon varPhi
    varPsi varOmega
""")
_SIGNS: Final = _words("""
    aleph beth gimel daleth hbar hslash imath jmath ell wp Re Im partial infty prime backprime emptyset
    varnothing nabla surd top bot angle measuredangle sphericalangle triangle forall exists nexists neg lnot
    flat natural sharp clubsuit diamondsuit heartsuit spadesuit complement eth Bbbk Finv Game mho square
    blacksquare lozenge blacklozenge bigstar triangledown blacktriangle blacktriangledown vartriangle diagup
    diagdown circledS checkmark S P dag ddag Box Diamond
""")
_BINARY: Final = _words("""
    pm mp times div ast star circ bullet cdot cap cup uplus sqcap sqcup vee lor wedge land setminus wr diamond
    bigtriangleup bigtriangledown triangleleft triangleright oplus ominus otimes oslash odot bigcirc dagger
    ddagger amalg dotplus smallsetminus Cap Cup barwedge veebar doublebarwedge boxminus boxtimes boxdot
    boxplus divideontimes ltimes rtimes leftthreetimes rightthreetimes curlywedge curlyvee circleddash
    circledast circledcirc centerdot intercal unlhd unrhd lhd rhd smallint
""")
_RELATIONS: Final = _words("""
    le leq ge geq ne neq equiv sim simeq approx propto ll gg in ni owns subset supset subseteq supseteq
    sqsubseteq sqsupseteq sqsubset sqsupset prec succ preceq succeq perp mid parallel vdash dashv asymp smile
    frown not lesssim gtrsim lessapprox gtrapprox leqslant geqslant leqq geqq lessgtr gtrless lesseqgtr
    gtreqless lessdot gtrdot lll ggg eqslantless eqslantgtr curlyeqprec curlyeqsucc preccurlyeq succcurlyeq
    precsim succsim precapprox succapprox approxeq backsim backsimeq eqsim bumpeq Bumpeq circeq eqcirc
    doteqdot Doteq risingdotseq fallingdotseq triangleq thicksim thickapprox varpropto subseteqq supseteqq
    Subset Supset therefore because between pitchfork multimap backepsilon smallsmile smallfrown shortmid
    shortparallel Vdash Vvdash vDash vartriangleleft vartriangleright trianglelefteq trianglerighteq
    blacktriangleleft blacktriangleright
""")
_NEGATED: Final = _words("""
    subsetneq supsetneq varsubsetneq varsupsetneq subsetneqq supsetneqq varsubsetneqq varsupsetneqq nsubseteq
    nsupseteq nsubseteqq nsupseteqq nleq ngeq nless ngtr nleqslant ngeqslant nleqq ngeqq lneq gneq lneqq gneqq
    lvertneqq gvertneqq lnsim gnsim lnapprox gnapprox nprec nsucc npreceq nsucceq precneqq succneqq precnsim
    succnsim precnapprox succnapprox nsim ncong nmid nparallel nshortmid nshortparallel nvdash nVdash nvDash
    nVDash ntriangleleft ntriangleright ntrianglelefteq ntrianglerighteq
""")
_ARROWS: Final = _words("""
    leftarrow gets rightarrow to leftrightarrow Leftarrow Rightarrow Leftrightarrow mapsto longmapsto
    longleftarrow longleftrightarrow Longleftarrow Longleftrightarrow hookleftarrow hookrightarrow
    leftharpoonup leftharpoondown rightharpoonup rightharpoondown rightleftharpoons leftrightharpoons nearrow
    searrow swarrow nwarrow leadsto nleftarrow nrightarrow nleftrightarrow nLeftarrow nRightarrow
    nLeftrightarrow leftleftarrows rightrightarrows leftrightarrows rightleftarrows upuparrows downdownarrows
    Lleftarrow Rrightarrow twoheadleftarrow twoheadrightarrow leftarrowtail rightarrowtail looparrowleft
    looparrowright curvearrowleft curvearrowright circlearrowleft circlearrowright Lsh Rsh upharpoonleft
    upharpoonright restriction downharpoonleft downharpoonright leftrightsquigarrow rightsquigarrow
""")
_DELIMITERS: Final = _words("""
    backslash uparrow downarrow updownarrow Uparrow Downarrow Updownarrow langle rangle lfloor rfloor lceil
    rceil lvert rvert lVert rVert vert Vert lbrace rbrace lbrack rbrack lgroup rgroup lmoustache rmoustache
    ulcorner urcorner llcorner lrcorner { } |
""")
_ESCAPED: Final = frozenset("%#&_$")
_SYMBOLS: Final = _GREEK | _SIGNS | _BINARY | _RELATIONS | _NEGATED | _ARROWS | _DELIMITERS | _ESCAPED

# Commands that TeX builds from several parts: as an argument they need braces.
_COMPOUNDS: Final = _words("""
    cong notin models bowtie doteq colon longrightarrow Longrightarrow iff implies impliedby dashleftarrow
    dashrightarrow dots ldots cdots vdots ddots dotsb dotsc dotsi dotsm dotso bmod quad qquad thinspace
    medspace thickspace negthinspace negmedspace negthickspace , : ; ! > displaystyle textstyle scriptstyle
    scriptscriptstyle
""") | {" "}

# Operators, whose limits \limits and \nolimits move. As an argument they need braces.
_OPERATORS: Final = _words("""
    sum prod coprod int oint iint iiint iiiint idotsint bigcap bigcup bigsqcup bigvee bigwedge bigodot
    bigotimes bigoplus biguplus arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf
    injlim ker lg lim liminf limsup ln log max min Pr projlim sec sin sinh sup tan tanh varinjlim varliminf
    varlimsup varprojlim
""")
_WITH_LIMITS: Final = _OPERATORS | {"operatorname", "overbrace", "underbrace"}

# Commands that a delimiter follows: a symbol of `_DELIMITERS` or one of these characters.
_DELIMITING_CHARACTERS: Final = frozenset("()[]|/<>.")
_SIZES: Final = frozenset(size + side for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "m", "r"))

# Commands with arguments that are formulas, and how many.
_ALPHABETS: Final = _words("mathrm mathbf mathit mathsf mathtt mathfrak mathbb mathcal")
_FRACTIONS: Final = _words("frac dfrac tfrac cfrac binom dbinom tbinom")
_STACKS: Final = _words("overset underset stackrel")
_LONG_ARROWS: Final = _words("""
    overrightarrow overleftarrow overleftrightarrow underrightarrow underleftarrow underleftrightarrow
    xrightarrow xleftarrow
""")
_ACCENTS: Final = _words("""
    hat check breve acute grave tilde bar vec dot ddot dddot ddddot mathring widehat widetilde overline
    underline overbrace underbrace
""")
_ARGUMENTS: Final[dict[str, int]] = {
    **dict.fromkeys(_ALPHABETS | _ACCENTS | _LONG_ARROWS | _words("boldsymbol sqrt pmod pod mod"), 1),
    **dict.fromkeys(_FRACTIONS | _STACKS, 2),
}
_WITH_OPTION: Final = frozenset({"sqrt", "xrightarrow", "xleftarrow"})

# TeX typesets the arguments of these, and of a root with a degree, several times: nested, they cost
# exponential time (nine nested \overrightarrow take ten seconds).
_COSTLY: Final = _LONG_ARROWS | _STACKS | {"boldsymbol"}

# Alphabets whose fonts lack most characters, and commands that take words.
_DIGITS: Final = frozenset("0123456789")
_ONLY: Final[dict[str, tuple[frozenset[str], str]]] = {
    "mathbb": (_CAPITALS, "only has capital letters"),
    "mathcal": (_CAPITALS, "only has capital letters"),
    "mathfrak": (_LETTERS, "only has letters"),
    "text": (_LETTERS | _DIGITS | frozenset(" ,.;:()/*+=!?'-"), "may hold letters, digits and plain punctuation"),
    "operatorname": (_LETTERS | _DIGITS | {" ", "*", "-", "\\,"}, "may hold letters, digits, `-` and `\\,`"),
}

# Commands that may follow ^ and _ with their arguments, without braces around the whole: A^\mathrm{T}.
_SCRIPTS: Final = _ALPHABETS | {"frac", "text"}

_COMMANDS: Final = _SYMBOLS | _COMPOUNDS | _OPERATORS | _SIZES | set(_ARGUMENTS) | set(_ONLY) | {"left"}

_ADVICE: Final[dict[str, str]] = {
    "mathscr": r"\mathcal",
    "bm": r"\boldsymbol",
    "bf": r"\mathbf",
    "rm": r"\mathrm",
    "it": r"\mathit",
    "cal": r"\mathcal",
    "mbox": r"\text",
    "textrm": r"\text",
    "textit": r"\mathit",
    "textbf": r"\mathbf",
    "over": r"\frac",
    "choose": r"\binom",
    "lt": "<",
    "gt": ">",
    "Bbb": r"\mathbb",
    "degree": r"^\circ",
    "argmax": r"\operatorname*{arg\,max}",
    "argmin": r"\operatorname*{arg\,min}",
    **{letter: rf"\mathbb{{{letter}}}" for letter in "CEFHKNQRTZ"},
}

_TYPED: Final[dict[str, str]] = {
    "×": r"\times",
    "·": r"\cdot",
    "±": r"\pm",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "≈": r"\approx",
    "→": r"\to",
    "∞": r"\infty",
    "∈": r"\in",
    "−": "-",
    "…": r"\dots",
}
"""What to write for characters that people type as such; for Greek letters, Unicode's own names do."""

_TOKEN: Final = re.compile(r"\\[A-Za-z]+|\\.?|.", re.DOTALL)


class _Refused(Exception):
    """The problem that a formula was refused for."""


def check_math(tex: str) -> str | None:
    r"""The problem with a formula (without its dollars), in the user's words, or None.

    >>> check_math(r"\frac{\alpha}{2}")
    >>> check_math(r"\frac{\alpha}")
    '`\\frac` lacks an argument'
    """
    if len(tex) > LONGEST:
        return f"the formula is longer than {LONGEST} characters"
    try:
        _Reader(_TOKEN.findall(tex)).row("")
    except _Refused as problem:
        return str(problem)
    return None


class _Reader:
    """Reads the tokens of a formula once, from left to right, by recursive descent."""

    __slots__ = ("at", "costly", "depth", "tokens")

    def __init__(self, tokens: list[str], depth: int = 0, costly: int = 0) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = depth
        self.costly = costly

    def peek(self) -> str:
        """The next token, "" at the end."""
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        """Step over the next token."""
        token = self.peek()
        self.at += 1
        return token

    def skip(self) -> str:
        """Step over spaces, which mean nothing in a formula; the token behind them."""
        while self.peek() == " ":
            self.at += 1
        return self.peek()

    def row(self, end: str) -> None:
        r"""Symbols with their scripts, up to `end`: "" (of the formula), "}" or "\\right"."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise _Refused("the formula is nested too deeply")
        while self.skip() != end:
            if self.peek() not in ("^", "_", "'"):
                self.atom(end)
            self.scripts()
        self.at += 1
        self.depth -= 1

    def atom(self, end: str) -> None:
        """One symbol, group or command with its arguments."""
        token = self.take()
        if token == "{":
            self.row("}")
        elif token == "\\left":
            self.delimiter(token)
            self.row("\\right")
            self.delimiter("\\right")
        elif token == "\\middle" and end == "\\right":
            self.delimiter(token)
        elif len(token) > 1:
            self.command(token)
        elif token not in _CHARACTERS:
            raise _Refused(_why_not(token, end))

    def command(self, token: str) -> None:
        """What follows a command that may stand anywhere."""
        name = token[1:]
        if name in _ONLY:
            self.restricted(name)
        elif name in _ARGUMENTS:
            self.arguments(name)
        elif name in _SIZES:
            self.delimiter(token)
        elif name not in _COMMANDS:
            raise _Refused(_unknown(token))
        if name in _WITH_LIMITS and self.skip() in ("\\limits", "\\nolimits"):
            self.take()

    def scripts(self) -> None:
        """Exponents, indices and primes, each kind once (TeX: "Double superscript")."""
        seen = ""
        while (mark := self.skip()) in ("^", "_", "'"):
            self.take()
            kind = "_" if mark == "_" else "^"
            if kind in seen:
                raise _Refused(f"a second `{mark}` on the same symbol; put braces around one of them")
            seen += kind
            if mark == "'":
                self.primes()
            else:
                self.script(mark)

    def primes(self) -> None:
        """What may follow a prime, with no space between: more of them, then one exponent."""
        while self.peek() == "'":
            self.take()
        if self.peek() == "^":
            self.argument(self.take())

    def script(self, mark: str) -> None:
        """What stands raised or lowered."""
        token = self.skip()
        if token[1:] in _SCRIPTS and len(token) > 1:
            self.command(self.take())
        else:
            self.argument(mark)

    def arguments(self, name: str) -> None:
        """The arguments of a command, an optional one in square brackets among them."""
        option = name in _WITH_OPTION and self.skip() == "["
        costly = option or name in _COSTLY
        self.costly += costly
        if self.costly > DEEPEST_COSTLY:
            raise _Refused(f"`\\{name}` is nested too deeply")
        if option:
            self.option(name)
        for _ in range(_ARGUMENTS[name]):
            self.argument("\\" + name)
        self.costly -= costly

    def argument(self, owner: str) -> None:
        """A group, or one symbol."""
        token = self.skip()
        if token == "{":
            self.take()
            self.row("}")
        elif token in _CHARACTERS or (len(token) > 1 and token[1:] in _SYMBOLS):
            self.take()
        elif token in ("", "}", "^", "_", "'", "\\right"):
            raise _Refused(f"`{owner}` lacks an argument")
        elif len(token) > 1 and token[1:] in _COMMANDS:
            raise _Refused(f"put braces around what follows `{owner}`")
        else:
            self.atom("")  # is not allowed anywhere, and says why

    def option(self, name: str) -> None:
        """An argument in square brackets, which TeX ends at the first bracket outside of braces."""
        start = self.at + 1
        depth = 0
        for at in range(start, len(self.tokens)):
            token = self.tokens[at]
            depth += (token == "{") - (token == "}")
            if token == "]" and depth == 0:
                _Reader(self.tokens[start:at], self.depth, self.costly).row("")
                self.at = at + 1
                return
        raise _Refused(f"the `[` of `\\{name}` is not closed")

    def restricted(self, name: str) -> None:
        """An argument of which only certain characters are allowed."""
        allowed, reason = _ONLY[name]
        if name == "operatorname" and self.skip() == "*":
            self.take()
        token = self.skip()
        if token in allowed and name in _ALPHABETS:
            self.take()
            return
        if token != "{":
            raise _Refused(f"`\\{name}` lacks its argument in braces")
        self.take()
        while (token := self.take()) != "}":
            if not token:
                raise _Refused("a `{` is not closed")
            if token not in allowed and not (name in _ALPHABETS and token == " "):
                raise _Refused(f"`\\{name}` {reason}, not `{token}`")

    def delimiter(self, owner: str) -> None:
        """A bracket or the like."""
        token = self.skip()
        if token not in _DELIMITING_CHARACTERS and not (len(token) > 1 and token[1:] in _DELIMITERS):
            raise _Refused(f"`{owner}` must be followed by a delimiter, such as `(` or `.`")
        self.take()


def _why_not(token: str, end: str) -> str:
    """Why a single character cannot stand in a formula."""
    match token:
        case "":
            return "a `{` is not closed" if end == "}" else "a `\\left` has no `\\right`"
        case "}":
            return "a `}` closes nothing" if end == "" else "a `\\left` has no `\\right` in its group"
        case "\\":
            return "a `\\` stands alone at the end"
        case _ if not token.isprintable():
            return "a control character cannot stand in a formula"
        case _ if not token.isascii():
            return f"fonts for formulas lack the character `{token}`{_as_command(token)}"
        case _:
            return f"`{token}` cannot stand in a formula"


def _as_command(character: str) -> str:
    """What to write for a character that was typed as such, if that is known."""
    words = unicodedata.name(character, "").split()
    letter = words[-1].capitalize() if "CAPITAL" in words else words[-1].lower() if words else ""
    command = f"\\{letter}" if words[:1] == ["GREEK"] and letter in _GREEK else _TYPED.get(character)
    return f"; write `{command}`" if command else ""


def _unknown(token: str) -> str:
    """Why a command cannot stand in a formula, and what to write instead."""
    name = token[1:]
    if name in ("right", "middle"):
        return f"a `{token}` has no `\\left` in its group"
    if name in ("limits", "nolimits"):
        return f"`{token}` must follow an operator such as `\\sum`"
    if name in ("begin", "end", "\\", "cr"):
        return "formulas in running text have one line: no environments and no line breaks"
    advice = f"; write `{_ADVICE[name]}`" if name in _ADVICE else ""
    return f"`{token}` is not a command that formulas may use{advice}"
