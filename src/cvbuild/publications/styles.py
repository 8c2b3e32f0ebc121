"""Which style a list has: one of the document, of its theme, or a preset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

from cvbuild.diagnostics import BAD_CHOICE, BAD_STYLE, UNKNOWN_STYLE, Sink, closest
from cvbuild.model import StyleSpec
from cvbuild.publications.patterns import PatternError, has_fields
from cvbuild.publications.place import place_of
from cvbuild.publications.presets import PRESETS
from cvbuild.publications.style import FIELDS, WORDS, Style, pattern_of

__all__ = ["Style", "Styles", "check_styles", "resolve_style"]

# Styles by name, those of the document first, then those of each theme in its chain. A name means the first
# that has it; a style based on its own name continues the next one that has it, in the end the preset.
Styles = Sequence[Mapping[str, StyleSpec]]

_DEFAULT = StyleSpec(base="plain")


def resolve_style(spec: StyleSpec | None, own: Styles, sink: Sink) -> Style:
    """The style that `spec` describes on top of its `base`. What is wrong with it is reported and left out."""
    return _resolve(spec or _DEFAULT, own, sink, 0, frozenset())


def check_styles(own: Styles, sink: Sink) -> None:
    """Report what is wrong with styles, also with those that no list uses."""
    for level, styles in enumerate(own):
        for name, spec in styles.items():
            _resolve(spec, own, sink, level, frozenset([(name, level)]))


def _resolve(spec: StyleSpec, own: Styles, sink: Sink, level: int, seen: frozenset[tuple[str, int]]) -> Style:
    name = spec.base or "plain"
    start = level + 1 if spec.name == name else 0
    found = next((i for i in range(start, len(own)) if name in own[i]), None)
    if found is not None and (name, found) not in seen:
        base = _resolve(own[found][name], own, sink, found, seen | {(name, found)})
    elif name in PRESETS and found is None:
        base = PRESETS[name]
    else:
        base = PRESETS["plain"]
        if found is not None or spec.name == name:
            sink.add(BAD_STYLE, f"the style `{name}` is based on itself", spec.span)
        else:
            known = list(dict.fromkeys([*(name for styles in own for name in styles), *PRESETS]))
            near = closest(name, known)
            hint = f"did you mean `{near}`?" if near else "the styles are " + ", ".join(f"`{k}`" for k in known)
            sink.add(UNKNOWN_STYLE, f"there is no style `{name}`", place_of(name, spec.span), hint=hint)
    patterns = _patterns(spec, sink)
    inherited = {} if "default" in patterns else base.patterns  # a `default` is for all kinds that are not told
    given = {name: value for name in _SWITCHES if (value := getattr(spec, name)) not in (None, ())}
    return replace(
        base,
        **given,
        words={**base.words, **_words(spec, sink)},
        patterns={**inherited, **patterns},
    )


_LANGUAGE = "docs/styles.md tells how patterns are written"
_SWITCHES = tuple(f.name for f in fields(Style) if f.name not in ("words", "patterns"))


def _words(spec: StyleSpec, sink: Sink) -> dict[str, str]:
    out: dict[str, str] = {}
    for choice in spec.words:
        if choice.word in WORDS:
            out[choice.word] = choice.text
        else:
            near = closest(choice.word, sorted(WORDS))
            hint = f"did you mean `{near}`?" if near else "docs/reference.md lists the words"
            sink.add(BAD_CHOICE, f"cvbuild never prints the word `{choice.word}` by itself", choice.span, hint=hint)
    return out


def _patterns(spec: StyleSpec, sink: Sink) -> dict[str, str]:
    out: dict[str, str] = {}
    for pattern in spec.patterns:
        try:
            if not has_fields(pattern_of(pattern.pattern)):
                raise PatternError("it has no field, and would print nothing of a work", 0)
        except PatternError as error:
            hint = "fields stand in braces: " + ", ".join(sorted(FIELDS)) if "field" in str(error) else _LANGUAGE
            sink.add(BAD_STYLE, f"the pattern for `{pattern.kind}` is malformed: {error}", pattern.span, hint=hint)
        else:
            out[pattern.kind] = pattern.pattern
    return out
