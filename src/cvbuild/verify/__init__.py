"""Proves that a PDF holds what the CV says: it is read back, and each part of the outline is looked for in its place."""

from cvbuild.verify.check import Verified, verify

__all__ = ["Verified", "verify"]
