"""Things that developers run: python -m tools.NAME."""
