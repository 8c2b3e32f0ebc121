"""cvbuild: a researcher's CV, from YAML to a typeset PDF."""

__version__ = "0.1.0"
