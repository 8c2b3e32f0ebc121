"""What can be wrong, in the user's words: `finding` says what a diagnostic is, `codes` which kinds there are."""

from cvbuild.diagnostics.codes import *  # noqa: F403  a table: all of it
from cvbuild.diagnostics.codes import CODES
from cvbuild.diagnostics.finding import Code, Diagnostic, Label, Severity, Sink, closest

__all__ = ["CODES", "Code", "Diagnostic", "Label", "Severity", "Sink", "closest"]  # and the codes
