"""What an expert would remark on in a CV that is valid: marks alone, orders broken, works twice, …

In: a document, its outline, and the day of today. Out: findings, each with a code CV7xx. A rule is one small
function in a module of its subject; `RULES` names them all.
"""

from cvbuild.lint.findings import Finding
from cvbuild.lint.rules import RULES, lint

__all__ = ["RULES", "Finding", "lint"]
