"""Writers turn an outline and a theme into one output format."""

from cvbuild.writers.base import TemplateFailed, Written
from cvbuild.writers.latex import LatexWriter

__all__ = ["LatexWriter", "TemplateFailed", "Written"]
