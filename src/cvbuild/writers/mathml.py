r"""Formulas -> MathML Core, which browsers show by themselves.

What a formula may hold, `cvbuild.formulas` has checked; this is the same grammar once more, and each thing in it has one
form here. Letters of other alphabets are characters of their own (𝔼, 𝐱), as MathML Core has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from html import escape
from typing import Final
from unicodedata import normalize

_TOKEN: Final = re.compile(r"\\[A-Za-z]+|\\.?|.", re.DOTALL)


def _table(words: str) -> Mapping[str, str]:
    listed = words.split()
    return dict(zip(listed[::2], listed[1::2], strict=True))


# Letters and signs that stand for themselves; signs between others; brackets; large operators; names of functions.
_LETTERS: Final = _table(r"""
    Bbbk 𝕜 Box □ Delta Δ Diamond ◇ Finv Ⅎ Game ⅁ Gamma Γ Im ℑ Lambda Λ Omega Ω P ¶ Phi Φ Pi Π Psi Ψ Re ℜ S §
    Sigma Σ Theta Θ Upsilon Υ Xi Ξ aleph ℵ alpha α angle ∠ backprime ‵ beta β beth ℶ bigstar ★ blacklozenge ⧫
    blacksquare ■ blacktriangle ▴ blacktriangledown ▾ bot ⊥ checkmark ✓ chi χ circledS Ⓢ clubsuit ♣ complement ∁
    dag † daleth ℸ ddag ‡ delta δ diagdown ╲ diagup ╱ diamondsuit ♢ digamma ϝ ell ℓ emptyset ∅ epsilon ϵ eta η
    eth ð exists ∃ flat ♭ forall ∀ gamma γ gimel ℷ hbar ℏ heartsuit ♡ hslash ℏ imath ı infty ∞ iota ι jmath ȷ
    kappa κ lambda λ lnot ¬ lozenge ◊ measuredangle ∡ mho ℧ mu μ nabla ∇ natural ♮ neg ¬ nexists ∄ nu ν omega ω
    partial ∂ phi ϕ pi π prime ′ psi ψ rho ρ sharp ♯ sigma σ spadesuit ♠ sphericalangle ∢ square □ surd √ tau τ
    theta θ top ⊤ triangle △ triangledown ▿ upsilon υ varDelta 𝛥 varGamma 𝛤 varLambda 𝛬 varOmega 𝛺 varPhi 𝛷
    varPi 𝛱 varPsi 𝛹 varSigma 𝛴 varTheta 𝛩 varUpsilon 𝛶 varXi 𝛯 varepsilon ε varkappa ϰ varnothing ∅ varphi φ
    varpi ϖ varrho ϱ varsigma ς vartheta ϑ vartriangle △ wp ℘ xi ξ zeta ζ
""")  # fmt: skip
_SIGNS: Final = _table(r"""
    Bumpeq ≎ Cap ⋒ Cup ⋓ Doteq ≑ Leftarrow ⇐ Leftrightarrow ⇔ Lleftarrow ⇚ Longleftarrow ⟸ Longleftrightarrow ⟺
    Longrightarrow ⟹ Lsh ↰ Rightarrow ⇒ Rrightarrow ⇛ Rsh ↱ Subset ⋐ Supset ⋑ Vdash ⊩ Vvdash ⊪ amalg ⨿ approx ≈
    approxeq ≊ ast ∗ asymp ≍ backepsilon ϶ backsim ∽ backsimeq ⋍ barwedge ⊼ because ∵ between ≬ bigcirc ◯
    bigtriangledown ▽ bigtriangleup △ blacktriangleleft ◀ blacktriangleright ▶ bowtie ⋈ boxdot ⊡ boxminus ⊟
    boxplus ⊞ boxtimes ⊠ bullet ∙ bumpeq ≏ cap ∩ cdot ⋅ cdots ⋯ centerdot ⋅ circ ∘ circeq ≗ circlearrowleft ↺
    circlearrowright ↻ circledast ⊛ circledcirc ⊚ circleddash ⊝ colon : cong ≅ cup ∪ curlyeqprec ⋞ curlyeqsucc ⋟
    curlyvee ⋎ curlywedge ⋏ curvearrowleft ↶ curvearrowright ↷ dagger † dashleftarrow ⇠ dashrightarrow ⇢ dashv ⊣
    ddagger ‡ ddots ⋱ diamond ⋄ div ÷ divideontimes ⋇ doteq ≐ doteqdot ≑ dotplus ∔ dots … dotsb ⋯ dotsc … dotsi
    ⋯ dotsm ⋯ dotso … doublebarwedge ⩞ downdownarrows ⇊ downharpoonleft ⇃ downharpoonright ⇂ eqcirc ≖ eqsim ≂
    eqslantgtr ⪖ eqslantless ⪕ equiv ≡ fallingdotseq ≒ frown ⌢ ge ≥ geq ≥ geqq ≧ geqslant ⩾ gets ← gg ≫ ggg ⋙
    gnapprox ⪊ gneq ⪈ gneqq ≩ gnsim ⋧ gtrapprox ⪆ gtrdot ⋗ gtreqless ⋛ gtrless ≷ gtrsim ≳ gvertneqq ≩
    hookleftarrow ↩ hookrightarrow ↪ iff ⟺ impliedby ⟸ implies ⟹ in ∈ intercal ⊺ land ∧ ldots … le ≤ leadsto ⇝
    leftarrow ← leftarrowtail ↢ leftharpoondown ↽ leftharpoonup ↼ leftleftarrows ⇇ leftrightarrow ↔
    leftrightarrows ⇆ leftrightharpoons ⇋ leftrightsquigarrow ↭ leftthreetimes ⋋ leq ≤ leqq ≦ leqslant ⩽
    lessapprox ⪅ lessdot ⋖ lesseqgtr ⋚ lessgtr ≶ lesssim ≲ lhd ◁ ll ≪ lll ⋘ lnapprox ⪉ lneq ⪇ lneqq ≨ lnsim ⋦
    longleftarrow ⟵ longleftrightarrow ⟷ longmapsto ⟼ longrightarrow ⟶ looparrowleft ↫ looparrowright ↬ lor ∨
    ltimes ⋉ lvertneqq ≨ mapsto ↦ mid ∣ models ⊨ mp ∓ multimap ⊸ nLeftarrow ⇍ nLeftrightarrow ⇎ nRightarrow ⇏
    nVDash ⊯ nVdash ⊮ ncong ≇ ne ≠ nearrow ↗ neq ≠ ngeq ≱ ngeqq ≱ ngeqslant ≱ ngtr ≯ ni ∋ nleftarrow ↚
    nleftrightarrow ↮ nleq ≰ nleqq ≰ nleqslant ≰ nless ≮ nmid ∤ notin ∉ nparallel ∦ nprec ⊀ npreceq ⋠
    nrightarrow ↛ nshortmid ∤ nshortparallel ∦ nsim ≁ nsubseteq ⊈ nsubseteqq ⊈ nsucc ⊁ nsucceq ⋡ nsupseteq ⊉
    nsupseteqq ⊉ ntriangleleft ⋪ ntrianglelefteq ⋬ ntriangleright ⋫ ntrianglerighteq ⋭ nvDash ⊭ nvdash ⊬ nwarrow
    ↖ odot ⊙ ominus ⊖ oplus ⊕ oslash ⊘ otimes ⊗ owns ∋ parallel ∥ perp ⟂ pitchfork ⋔ pm ± prec ≺ precapprox ⪷
    preccurlyeq ≼ preceq ⪯ precnapprox ⪹ precneqq ⪵ precnsim ⋨ precsim ≾ propto ∝ restriction ↾ rhd ▷ rightarrow
    → rightarrowtail ↣ rightharpoondown ⇁ rightharpoonup ⇀ rightleftarrows ⇄ rightleftharpoons ⇌
    rightrightarrows ⇉ rightsquigarrow ⇝ rightthreetimes ⋌ risingdotseq ≓ rtimes ⋊ searrow ↘ setminus ∖ shortmid
    ∣ shortparallel ∥ sim ∼ simeq ≃ smallfrown ⌢ smallint ∫ smallsetminus ∖ smallsmile ⌣ smile ⌣ sqcap ⊓ sqcup ⊔
    sqsubset ⊏ sqsubseteq ⊑ sqsupset ⊐ sqsupseteq ⊒ star ⋆ subset ⊂ subseteq ⊆ subseteqq ⫅ subsetneq ⊊
    subsetneqq ⫋ succ ≻ succapprox ⪸ succcurlyeq ≽ succeq ⪰ succnapprox ⪺ succneqq ⪶ succnsim ⋩ succsim ≿ supset
    ⊃ supseteq ⊇ supseteqq ⫆ supsetneq ⊋ supsetneqq ⫌ swarrow ↙ therefore ∴ thickapprox ≈ thicksim ∼ times × to
    → triangleleft ◁ trianglelefteq ⊴ triangleq ≜ triangleright ▷ trianglerighteq ⊵ twoheadleftarrow ↞
    twoheadrightarrow ↠ unlhd ⊴ unrhd ⊵ upharpoonleft ↿ upharpoonright ↾ uplus ⊎ upuparrows ⇈ vDash ⊨ varpropto
    ∝ varsubsetneq ⊊ varsubsetneqq ⫋ varsupsetneq ⊋ varsupsetneqq ⫌ vartriangleleft ⊲ vartriangleright ⊳ vdash ⊢
    vdots ⋮ vee ∨ veebar ⊻ wedge ∧ wr ≀
""")  # fmt: skip
_FENCES: Final = _table(r"""
    Downarrow ⇓ Uparrow ⇑ Updownarrow ⇕ Vert ‖ backslash \ downarrow ↓ lVert ‖ langle ⟨ lbrace { lbrack [ lceil
    ⌈ lfloor ⌊ lgroup ⟮ llcorner ⌞ lmoustache ⎰ lrcorner ⌟ lvert | rVert ‖ rangle ⟩ rbrace } rbrack ] rceil ⌉
    rfloor ⌋ rgroup ⟯ rmoustache ⎱ rvert | ulcorner ⌜ uparrow ↑ updownarrow ↕ urcorner ⌝ vert | { { | ‖ } }
""")  # fmt: skip
_LARGE: Final = _table(r"""
    bigcap ⋂ bigcup ⋃ bigodot ⨀ bigoplus ⨁ bigotimes ⨂ bigsqcup ⨆ biguplus ⨄ bigvee ⋁ bigwedge ⋀ coprod ∐
    idotsint ∫⋯∫ iiiint ⨌ iiint ∭ iint ∬ int ∫ oint ∮ prod ∏ sum ∑
""")  # fmt: skip
_NAMES: Final = {
    **{name: name for name in (
        "arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim ln log max min Pr sec sin sinh"
        " sup tan tanh"
    ).split()},
    "liminf": "lim inf", "limsup": "lim sup", "injlim": "inj lim", "projlim": "proj lim", "varinjlim": "lim",
    "varliminf": "lim", "varlimsup": "lim", "varprojlim": "lim",
}  # fmt: skip
# Over or under the word `lim`.
_DECORATED: Final = {
    "varinjlim": ("u", "→"),
    "varliminf": ("u", "_"),
    "varlimsup": ("o", "‾"),
    "varprojlim": ("u", "←"),
}
# Names whose limits stand below them, where there is room.
_LIMITED: Final = frozenset(
    "det gcd inf injlim lim liminf limsup max min Pr projlim sup varinjlim varliminf varlimsup varprojlim".split()
)
_SPACES: Final = {
    ",": ".1667em", "thinspace": ".1667em", ":": ".2222em", ">": ".2222em", "medspace": ".2222em", ";": ".2778em",
    "thickspace": ".2778em", "!": "-.1667em", "negthinspace": "-.1667em", "negmedspace": "-.2222em",
    "negthickspace": "-.2778em", " ": ".25em", "quad": "1em", "qquad": "2em",
}  # fmt: skip
_STYLES: Final = {
    "displaystyle": ("true", "0"), "textstyle": ("false", "0"), "scriptstyle": ("false", "1"),
    "scriptscriptstyle": ("false", "2"),
}  # fmt: skip
_ACCENTS: Final = {
    "hat": "^", "check": "ˇ", "breve": "˘", "acute": "´", "grave": "`", "tilde": "˜", "bar": "¯", "vec": "→", "dot": "˙",
    "ddot": "¨", "dddot": "⃛", "ddddot": "⃜", "mathring": "˚",
}  # fmt: skip
_WIDE: Final = {
    "widehat": ("o", "^"), "widetilde": ("o", "˜"), "overline": ("o", "¯"), "underline": ("u", "_"),
    "overbrace": ("o", "⏞"), "underbrace": ("u", "⏟"), "overrightarrow": ("o", "→"), "overleftarrow": ("o", "←"),
    "overleftrightarrow": ("o", "↔"), "underrightarrow": ("u", "→"), "underleftarrow": ("u", "←"),
    "underleftrightarrow": ("u", "↔"),
}  # fmt: skip
_SIZES: Final = {"big": "1.2em", "Big": "1.8em", "bigg": "2.4em", "Bigg": "3em"}
_FRACTIONS: Final = {"frac": None, "dfrac": "true", "cfrac": "true", "tfrac": "false"}
_BINOMIALS: Final = {"binom": None, "dbinom": "true", "tbinom": "false"}
_CHARACTERS: Final = {"-": "−", "*": "∗"}
_TIGHT: Final = frozenset("/|.!@")  # no space beside them, whatever the dictionary of operators says

# Alphabets: where capitals, small letters and figures begin, and the characters that are elsewhere.
_ALPHABETS: Final[Mapping[str, tuple[int, int, int]]] = {
    "mathbf": (0x1D400, 0x1D41A, 0x1D7CE),
    "mathit": (0x1D434, 0x1D44E, 0),
    "mathcal": (0x1D49C, 0x1D4B6, 0),
    "mathfrak": (0x1D504, 0x1D51E, 0),
    "mathbb": (0x1D538, 0x1D552, 0x1D7D8),
    "mathsf": (0x1D5A0, 0x1D5BA, 0x1D7E2),
    "mathtt": (0x1D670, 0x1D68A, 0x1D7F6),
    "boldsymbol": (0x1D468, 0x1D482, 0x1D7CE),
}
_ELSEWHERE: Final = {
    "mathit": {"h": "ℎ"},
    "mathcal": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
    "mathfrak": dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True)),
    "mathbb": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
}
_GREEK_BOLD: Final = {
    **{chr(0x391 + i): chr(0x1D6A8 + i) for i in range(25) if i != 17},
    **{chr(0x3B1 + i): chr(0x1D736 + i) for i in range(25)},
    "∇": "𝛁", "∂": "𝝏", "ϵ": "𝝐", "ϑ": "𝝑", "ϰ": "𝝒", "ϕ": "𝝓", "ϱ": "𝝔", "ϖ": "𝝕",
}  # fmt: skip


@cache
def mathml(tex: str) -> str:
    r"""A formula that `check_math` has accepted, without its dollars, as a ``<math>`` element.

    >>> mathml("x^2")
    '<math alttext="x^2"><msup><mi>x</mi><mn>2</mn></msup></math>'
    """
    return f'<math alttext="{escape(tex)}">{"".join(_Reader(_TOKEN.findall(tex)).row(""))}</math>'


def _one(nodes: list[str]) -> str:
    """Nodes where one is wanted."""
    return nodes[0] if len(nodes) == 1 else f"<mrow>{''.join(nodes)}</mrow>"


def _mo(sign: str, **attributes: str) -> str:
    said = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<mo{said}>{escape(sign)}</mo>"


def _space(width: str) -> str:
    return f'<mspace width="{width}"></mspace>'


class _Reader:
    """Reads the tokens of a formula once, from left to right. `display` is whether limits stand above and below."""

    def __init__(self, tokens: list[str], display: bool = False, alphabet: str = "") -> None:
        self.tokens, self.at = tokens, 0
        self.display, self.alphabet = display, alphabet
        self.limits: bool | None = None  # of the atom just read: whether its scripts stand above and below
        self.name = False  # whether that was the name of a function

    def peek(self) -> str:
        while self.at < len(self.tokens) and self.tokens[self.at] == " ":
            self.at += 1
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def row(self, end: str) -> list[str]:
        """Nodes up to `end`, which is taken."""
        display, out = self.display, list[str]()
        while self.peek() != end:
            token = self.peek()
            if token[1:] in _STYLES and len(token) > 1:
                self.take()
                shown, level = _STYLES[token[1:]]
                self.display = shown == "true"
                rest = "".join(self.row(end))
                self.display = display
                return [*out, f'<mstyle displaystyle="{shown}" scriptlevel="{level}">{rest}</mstyle>']
            self.limits, self.name = None, False
            base = "<mrow></mrow>" if token in ("^", "_", "'") else self.atom()
            name = self.name
            out.append(self.scripts(base, self.limits))
            if name and self._goes_on(end):
                out.append(_space(".1667em"))
        self.take()
        self.display = display
        return out

    def _goes_on(self, end: str) -> bool:
        """Whether the argument of a function follows, and no bracket or sign: TeX sets a space before it."""
        token = self.peek()
        if token in (end, "", "{") or token[:1].isalnum():
            return token not in (end, "")
        return len(token) > 1 and (token[1:] in _LETTERS or token[1:] in _NAMES or token[1:] in _ACCENTS)

    def atom(self) -> str:
        token = self.take()
        if token == "{":
            return _one(self.row("}"))
        if len(token) > 1:
            return self.command(token[1:]) or "<mrow></mrow>"
        if token.isdigit():
            while self.tokens[self.at : self.at + 1] and re.fullmatch(r"[0-9]|\.", self.tokens[self.at]):
                if self.tokens[self.at] == "." and not "".join(self.tokens[self.at + 1 : self.at + 2]).isdigit():
                    break
                token += self.take()
            return f"<mn>{self.drawn(token)}</mn>"
        if token.isalpha():
            if self.alphabet in ("mathrm", "mathit", "mathbf", "mathsf", "mathtt"):
                while self.at < len(self.tokens) and self.tokens[self.at].isalpha():
                    token += self.take()
            return self.letters(token)
        return self.sign(token)

    def drawn(self, letters: str) -> str:
        """Letters and figures in the alphabet that holds here."""
        if self.alphabet not in _ALPHABETS:
            return letters
        capitals, small, figures = _ALPHABETS[self.alphabet]
        elsewhere = _ELSEWHERE.get(self.alphabet, {})
        return "".join(
            elsewhere[c] if c in elsewhere
            else chr(capitals + ord(c) - 65) if "A" <= c <= "Z"
            else chr(small + ord(c) - 97) if "a" <= c <= "z"
            else chr(figures + ord(c) - 48) if "0" <= c <= "9" and figures
            else _GREEK_BOLD.get(c, c) if self.alphabet == "boldsymbol"
            else c
            for c in letters
        )  # fmt: skip

    def letters(self, letters: str, *, upright: bool = False) -> str:
        upright = (upright and not self.alphabet) or self.alphabet == "mathrm"
        normal = ' mathvariant="normal"' if upright and len(letters) == 1 else ""
        return f"<mi{normal}>{self.drawn(letters)}</mi>"

    def sign(self, sign: str) -> str:
        sign = _CHARACTERS.get(sign, sign)
        if sign in "()[]":
            return _mo(sign, stretchy="false")
        if sign in _TIGHT:
            return _mo(sign, stretchy="false", lspace="0", rspace="0")
        return _mo(sign)

    def command(self, name: str) -> str:
        """What a command is, with its arguments."""
        if name in _LETTERS:
            return self.letters(_LETTERS[name], upright=_LETTERS[name] in _UPRIGHT)
        if name in _LARGE:
            self.limits = None if "∫" in _LARGE[name] or _LARGE[name] in "∬∭⨌∮" else True
            return self.moved(_mo(_LARGE[name]))
        if name in _NAMES:
            self.name = True
            self.limits = True if name in _LIMITED and self.display else None
            word = f"<mi>{_NAMES[name]}</mi>"
            if name in _DECORATED:
                word = _over_or_under(_DECORATED[name][0], word, _mo(_DECORATED[name][1], stretchy="true"))
            return self.moved(word)
        if name == "not":
            if self.peek() in ("", "}", "^", "_", "'", "\\right", "\\middle"):
                return _mo("\u0338")
            following = self.atom()
            return re.sub(
                r">([^<>]|&\w+;)<", lambda found: f">{normalize('NFC', found[1] + chr(0x338))}<", following, count=1
            )
        if name == "colon":
            return _mo(":", lspace="0", rspace=".1667em")
        if name in _FENCES:
            return _mo(_FENCES[name], stretchy="false")
        if name in _SIGNS:
            return _mo(_SIGNS[name])
        if name in _SPACES:
            return _space(_SPACES[name])
        if name in ("%", "#", "&", "_", "$"):
            return _mo(name)
        return self.built(name)

    def moved(self, base: str) -> str:
        """An operator, whose limits the next command may move."""
        if self.peek() in ("\\limits", "\\nolimits"):
            self.limits = True if self.take() == "\\limits" else None
            return base.replace("<mo>", '<mo movablelimits="false">')
        return base

    def built(self, name: str) -> str:
        """A command with arguments."""
        if name in _ALPHABETS or name == "mathrm":
            outside, self.alphabet = self.alphabet, name
            inner = self.argument()
            self.alphabet = outside
            return inner
        if name in _FRACTIONS or name in _BINOMIALS:
            return self.fraction(name)
        if name == "sqrt":
            degree = self.option()
            inner = self.argument()
            return f"<mroot>{inner}{degree}</mroot>" if degree else f"<msqrt>{inner}</msqrt>"
        if name in _ACCENTS:
            return f'<mover accent="true">{self.argument()}{_mo(_ACCENTS[name], stretchy="false")}</mover>'
        if name in _WIDE:
            side, sign = _WIDE[name]
            base = _over_or_under(side, self.argument(), _mo(sign, stretchy="true"))
            self.limits = True if "brace" in name else None
            return self.moved(base)
        if name in ("overset", "underset", "stackrel"):
            over, base = self.argument(), self.argument()
            return _over_or_under("u" if name == "underset" else "o", base, over)
        if name in ("xrightarrow", "xleftarrow"):
            below, above = self.option(), self.argument()
            arrow = _mo("→" if name == "xrightarrow" else "←", stretchy="true")
            return f"<munderover>{arrow}{below}{above}</munderover>" if below else f"<mover>{arrow}{above}</mover>"
        if name == "text":
            return f"<mtext>{escape(self.words()).replace(' ', chr(0xA0))}</mtext>"
        if name == "operatorname":
            starred = self.peek() == "*" and bool(self.take())
            self.name = True
            self.limits = True if starred and self.display else None
            word = self.words().replace("\\,", "\u2009")
            normal = ' mathvariant="normal"' if len(word) == 1 else ""
            return self.moved(f"<mi{normal}>{escape(word)}</mi>")
        if name in ("bmod", "mod", "pmod", "pod"):
            return self.modulo(name)
        if name == "left":
            return self.fenced()
        if name == "middle":
            return self.fence()
        size = name.rstrip("lmr")  # \big, \bigl, …
        return self.fence(minsize=_SIZES[size], maxsize=_SIZES[size])

    def fraction(self, name: str) -> str:
        display = (_FRACTIONS if name in _FRACTIONS else _BINOMIALS)[name]
        style = f' displaystyle="{display}"' if display else ""
        outside, self.display = self.display, False
        above, below = self.argument(), self.argument()
        self.display = outside
        if name in _FRACTIONS:
            fraction = f"<mfrac>{above}{below}</mfrac>"
        else:
            fraction = f'<mrow>{_mo("(")}<mfrac linethickness="0">{above}{below}</mfrac>{_mo(")")}</mrow>'
        return f"<mstyle{style}>{fraction}</mstyle>" if style else fraction

    def modulo(self, name: str) -> str:
        word = _mo("mod", lspace=".2222em", rspace=".2222em")
        if name == "bmod":
            return word
        inner = self.argument()
        if name == "mod":
            return f"<mrow>{_space('1em')}<mi>mod</mi>{_space('.3333em')}{inner}</mrow>"
        said = f"<mi>mod</mi>{_space('.3333em')}" if name == "pmod" else ""
        return f"<mrow>{_space('1em')}{_mo('(', stretchy='false')}{said}{inner}{_mo(')', stretchy='false')}</mrow>"

    def fenced(self) -> str:
        opening = self.fence()
        inner = "".join(self.row("\\right"))
        return f"<mrow>{opening}{inner}{self.fence()}</mrow>"

    def fence(self, **attributes: str) -> str:
        """The bracket that comes next; nothing for a point."""
        token = self.take()
        if token == ".":
            return ""
        sign = {"<": "⟨", ">": "⟩"}.get(token, _FENCES.get(token[1:], token))
        return _mo(sign, stretchy="true", **attributes)

    def argument(self) -> str:
        """A group, or one symbol."""
        if self.peek() == "{":
            self.take()
            return _one(self.row("}"))
        token = self.take()
        if len(token) > 1:
            return self.command(token[1:]) or "<mrow></mrow>"
        return (
            f"<mn>{self.drawn(token)}</mn>"
            if token.isdigit()
            else self.letters(token)
            if token.isalpha()
            else self.sign(token)
        )

    def option(self) -> str:
        """An argument in square brackets; nothing if there is none."""
        if self.peek() != "[":
            return ""
        self.take()
        start, depth = self.at, 0
        while self.tokens[self.at] != "]" or depth:
            depth += (self.tokens[self.at] == "{") - (self.tokens[self.at] == "}")
            self.at += 1
        self.at += 1
        return _one(_Reader(self.tokens[start : self.at - 1], alphabet=self.alphabet).row(""))

    def words(self) -> str:
        """An argument of which the characters count."""
        self.take()
        start = self.at
        while self.tokens[self.at] != "}":
            self.at += 1
        self.at += 1
        return "".join(self.tokens[start : self.at - 1])

    def scripts(self, base: str, limits: bool | None) -> str:
        """What stands raised and lowered behind a symbol, or above and below it."""
        display, self.display = self.display, False
        below, above = "", ""
        while (mark := self.peek()) in ("^", "_", "'"):
            self.take()
            if mark == "_":
                below = self.argument()
            elif mark == "^":
                above = self.argument()
            else:
                primes = "′"
                while self.at < len(self.tokens) and self.tokens[self.at] == "'":
                    primes += "′"
                    self.at += 1
                above = _mo(primes)
                if self.at < len(self.tokens) and self.tokens[self.at] == "^":
                    self.at += 1
                    above = f"<mrow>{above}{self.argument()}</mrow>"
        self.display = display
        over, under = ("over", "under") if limits else ("sup", "sub")
        if below and above:
            return f"<m{under}{over}>{base}{below}{above}</m{under}{over}>"
        if below:
            return f"<m{under}>{base}{below}</m{under}>"
        return f"<m{over}>{base}{above}</m{over}>" if above else base


def _over_or_under(side: str, base: str, sign: str) -> str:
    return f"<mover>{base}{sign}</mover>" if side == "o" else f"<munder>{base}{sign}</munder>"


# Capital Greek letters are upright in TeX, and so are all signs; MathML slants whatever is one letter.
_UPRIGHT: Final = frozenset("ΓΔΘΛΞΠΣΥΦΨΩ") | {sign for sign in _LETTERS.values() if not sign.isalpha()}
