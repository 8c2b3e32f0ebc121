"""The page that shows previews side by side: one HTML file, with all pictures in it."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from html import escape
from typing import Final

from cvbuild.report import summary
from cvbuild.themes.preview import Preview

_STYLE: Final = """
:root { color-scheme: light dark; --quiet: #555; }
@media (prefers-color-scheme: dark) { :root { --quiet: #aaa; } }
body { font: 1rem/1.4 system-ui, sans-serif; margin: 2rem auto; max-width: 90rem; padding: 0 1.5rem; }
h1 { font-size: 1.4rem; }
ul { display: grid; gap: 2rem; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); list-style: none; padding: 0; }
h2 { font-size: 1.1rem; margin: .6rem 0 .1rem; }
p { margin: .1rem 0; }
p.about { color: var(--quiet); }
img { background: #fff; border: 1px solid #8888; box-shadow: 0 2px 8px #0003; display: block; height: auto; width: 100%; }
pre { border: 1px solid #8888; margin: 0; padding: 1rem; white-space: pre-wrap; }
""".strip()


def sheet(previews: Iterable[Preview], title: str) -> str:
    """The page. It links to `NAME.pdf` beside it."""
    cards = "\n".join(map(_card, previews))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>
{_STYLE}
</style>
</head>
<body>
<main>
<h1>{escape(title)}</h1>
<ul>
{cards}
</ul>
</main>
</body>
</html>
"""


def _card(preview: Preview) -> str:
    name, about = (
        escape(preview.name),
        f'<p class="about">{escape(preview.description)}</p>\n' if preview.description else "",
    )
    if preview.picture is None:
        said = "\n".join(d.message for d in preview.sink.sorted() if d.is_error)
        return f"<li>\n<h2>{name}</h2>\n{about}<p>It could not be typeset: {summary(preview.sink.diagnostics)}.</p>\n<pre>{escape(said)}</pre>\n</li>"
    data = base64.b64encode(preview.picture.png).decode()
    size = f'width="{preview.picture.width}" height="{preview.picture.height}"'
    pages = f"{preview.pages} page{'s' if preview.pages != 1 else ''}"
    return (
        f'<li>\n<a href="{name}.pdf"><img src="data:image/png;base64,{data}" alt="The first page in the theme {name}" {size}></a>\n'
        f"<h2>{name}</h2>\n{about}<p>{pages}</p>\n</li>"
    )
