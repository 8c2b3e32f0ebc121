"""The document as it will be printed: blocks in order, lists and citations resolved. A theme sees only this."""

from cvbuild.outline.aside import set_aside
from cvbuild.outline.blocks import Block, Contact, Outline, OutSection, Paragraphs, Run
from cvbuild.outline.make import make_outline

__all__ = ["Block", "Contact", "OutSection", "Outline", "Paragraphs", "Run", "make_outline", "set_aside"]
