"""cvbuild: a researcher's CV, from YAML to a typeset PDF.

For programs there are two functions, `build` and `check`, and what they give: `Result` and `Diagnostic`. They are
imported when they are first used, so that `import cvbuild` takes no time.
"""

__version__ = "0.1.0"
__all__ = ["Diagnostic", "Result", "__version__", "build", "check"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cvbuild.api import Diagnostic, Result, build, check


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from cvbuild import api

    found = globals()[name] = getattr(api, name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
