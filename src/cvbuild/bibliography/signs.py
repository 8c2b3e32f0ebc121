r"""Letters, accents and signs of LaTeX, as Unicode has them: those that fields of a .bib file really use.

All others are looked up in pylatexenc's tables, which take a while to import.
"""

from __future__ import annotations

from functools import cache
from typing import Final

ACCENTS: Final = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "h": "\u0309", "r": "\u030a", "H": "\u030b", "v": "\u030c", "U": "\u030e", "G": "\u030f",
    "C": "\u030f", "f": "\u0311", "d": "\u0323", "c": "\u0327", "k": "\u0328", "b": "\u0331", "t": "\u0361",
    "textcommabelow": "\u0326",
}  # fmt: skip
"""Combining characters by the command that sets them on a letter."""

SPACING: Final = {"\u0300": "`", "\u0301": "´", "\u0302": "^", "\u0303": "~", "\u0308": "¨", "\u0327": "¸"}
"""Accents that stand alone."""

SIGNS: Final = {
    # letters
    "ss": "ß", "SS": "ẞ", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å", "AA": "Å",
    "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "dj": "đ", "DJ": "Đ", "th": "þ", "TH": "Þ",
    "ng": "ŋ", "NG": "Ŋ", "ij": "ĳ", "IJ": "Ĳ", "i_": "ı",
    # signs with a backslash
    "&": "&", "%": "%", "#": "#", "_": "_", "{": "{", "}": "}", "$": "$", " ": " ", "\n": " ", "\t": " ",
    ",": "\u2009", ";": "\u2009", ":": "\u2009", "thinspace": "\u2009", "!": "", "/": "", "-": "", "@": "", "\\": " ",
    "newline": " ", "linebreak": " ", "quad": " ", "qquad": " ", "enspace": " ", "space": " ", "nobreakspace": "\u00a0",
    # punctuation
    "textendash": "–", "textemdash": "—", "textquotesingle": "'", "textquoteleft": "‘", "textquoteright": "’",
    "textquotedblleft": "“", "textquotedblright": "”", "textquotedbl": '"', "lq": "‘", "rq": "’",
    "quotedblbase": "„", "quotesinglbase": "‚", "glqq": "„", "grqq": "“", "glq": "‚", "grq": "‘",
    "flqq": "«", "frqq": "»", "guillemotleft": "«", "guillemotright": "»", "guilsinglleft": "‹",
    "guilsinglright": "›", "ldots": "…", "dots": "…", "textellipsis": "…", "slash": "/", "hyphen": "-", "addcolon": ":", "addcomma": ",", "adddot": ".", "addspace": " ",
    "addsemicolon": ";", "isdot": "", "textbar": "|",
    "textexclamdown": "¡", "textquestiondown": "¿", "textasciitilde": "~", "textasciicircum": "^",
    "textunderscore": "_", "textless": "<", "textgreater": ">", "textbraceleft": "{", "textbraceright": "}",
    "textdollar": "$", "textpercent": "%", "textampersand": "&", "textasteriskcentered": "*", "textbullet": "•",
    "textperiodcentered": "·", "textdagger": "†", "textdaggerdbl": "‡", "dag": "†", "ddag": "‡", "S": "§", "P": "¶",
    "textsection": "§", "textparagraph": "¶",
    # other signs
    "copyright": "©", "textcopyright": "©", "textregistered": "®", "texttrademark": "™", "pounds": "£",
    "textsterling": "£", "euro": "€", "texteuro": "€", "textdegree": "°", "textmu": "µ", "texttimes": "×",
    "textminus": "−", "textpm": "±", "textordfeminine": "ª", "textordmasculine": "º", "textnumero": "№",
    "TeX": "TeX", "LaTeX": "LaTeX", "LaTeXe": "LaTeX2e", "BibTeX": "BibTeX", "XeTeX": "XeTeX", "eTeX": "eTeX",
    "ast": "*", "dagger": "†", "ddagger": "‡",
}  # fmt: skip
"""What commands without arguments print."""

JOURNALS: Final = {
    "aj": "AJ", "actaa": "Acta Astron.", "araa": "ARA&A", "apj": "ApJ", "apjl": "ApJL", "apjs": "ApJS", "ao": "Appl. Opt.",
    "apss": "Ap&SS", "aap": "A&A", "aapr": "A&A Rev.", "aaps": "A&AS", "azh": "AZh", "baas": "BAAS", "caa": "Chinese Astron. Astrophys.",
    "cjaa": "Chinese J. Astron. Astrophys.", "icarus": "Icarus", "jcap": "JCAP", "jrasc": "JRASC", "memras": "MmRAS",
    "mnras": "MNRAS", "na": "New Astron.", "nar": "New Astron. Rev.", "pra": "Phys. Rev. A", "prb": "Phys. Rev. B",
    "prc": "Phys. Rev. C", "prd": "Phys. Rev. D", "pre": "Phys. Rev. E", "prl": "Phys. Rev. Lett.", "pasa": "PASA",
    "pasp": "PASP", "pasj": "PASJ", "psj": "PSJ", "qjras": "QJRAS", "rmxaa": "Rev. Mex. Astron. Astrofis.",
    "skytel": "S&T", "solphys": "Sol. Phys.", "sovast": "Soviet Ast.", "ssr": "Space Sci. Rev.", "zap": "ZAp",
    "nat": "Nature", "iaucirc": "IAU Circ.", "aplett": "Astrophys. Lett.", "bain": "Bull. Astron. Inst. Netherlands",
    "gca": "Geochim. Cosmochim. Acta", "grl": "Geophys. Res. Lett.", "jcp": "J. Chem. Phys.", "jgr": "J. Geophys. Res.",
    "jqsrt": "J. Quant. Spec. Radiat. Transf.", "memsai": "Mem. Soc. Astron. Italiana", "nphysa": "Nucl. Phys. A",
    "physrep": "Phys. Rep.", "physscr": "Phys. Scr.", "planss": "Planet. Space Sci.", "procspie": "Proc. SPIE",
}  # fmt: skip
"""Journals as the Astrophysics Data System names them."""


@cache
def other_sign(name: str) -> str | None:
    """What a command of pylatexenc's tables prints, if that is a sign; None if it knows none."""
    from pylatexenc.latex2text import get_default_latex_context_db

    spec = get_default_latex_context_db().get_macro_spec(name)
    sign = getattr(spec, "simplify_repl", None)
    return sign if isinstance(sign, str) and sign and "%" not in sign and not sign.isspace() else None
