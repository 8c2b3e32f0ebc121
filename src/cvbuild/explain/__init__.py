"""What a code means, with an example and what cvbuild says of it."""

from cvbuild.explain.example import Example, example_of
from cvbuild.explain.page import cure_of, explanation, find, report_of, table

__all__ = ["Example", "cure_of", "example_of", "explanation", "find", "report_of", "table"]
