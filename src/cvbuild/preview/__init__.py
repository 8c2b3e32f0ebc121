"""A page on this machine that shows the PDF which `cvbuild watch` makes, and what is wrong with the CV.

`http` knows how requests and answers look; `pages` makes pictures of a PDF; `show` is what there is to see
at the moment; `site` says what is answered at which address, and to whom; `server` has the socket. None of
them builds anything, and nothing is read from the disk for a request.
"""

from cvbuild.preview.server import PORT, NoPort, Preview

__all__ = ["PORT", "NoPort", "Preview"]
