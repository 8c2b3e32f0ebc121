r"""The text of one YAML value, as inlines: a small Markdown, formulas, citations.

In: ``**Lei Wu**, *Phys. Rev. E*, $L^2$, [@wu2018], [code](https://x.org)``.
Out: a `Text`. Nothing is lost: what is not markup, or is malformed, prints as
it was written, and is reported where it is very probably a mistake.

The rules are those of CommonMark 0.31 (https://spec.commonmark.org/0.31.2/):
escapes 2.4, code spans 6.1, emphasis 6.2, links 6.3, autolinks 6.5; of
pandoc's manual: extensions `tex_math_dollars`, `citations`, `smart`; and of
GitHub's Markdown: a bare https:// address, 6.9. Left out, because a CV has no
use for them or because they would eat text: HTML, entities, images, titles and
references of links. Headings, lists and quotes are YAML's business.
"""

from cvbuild.markup.addresses import to_url
from cvbuild.markup.reading import paragraphs, parse

__all__ = ["paragraphs", "parse", "to_url"]  # `writing` and `spelling` are imported by whoever needs them
