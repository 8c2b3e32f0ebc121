"""Do all formats say the same words in the same order? All fields of the model, and many random CVs.

python -m tools.same_words [CVS]
"""

from __future__ import annotations

import sys

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests import test_texts
from tests.everyfield import fields


def main() -> None:
    """Try all; what is not so ends the run."""
    tried = sum(test_texts.same_in_field(name, make) for name, make in fields())
    print(f"{tried} fields")
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    inner = test_texts.test_any_cv_says_the_same_in_all_formats.hypothesis.inner_test  # type: ignore[attr-defined]

    @settings(max_examples=number, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(st.data())
    def cvs(data: st.DataObject) -> None:
        inner(data)

    cvs()
    print(f"{number} random CVs")


if __name__ == "__main__":
    main()
