"""Random inputs by the hundred thousand: none may end in a traceback, take long, or be told of in a way that is wrong.

`python -m tools.fuzz` changes inputs that there are (examples, cases, .bib files, logs) byte by byte and line by line, keeps
those that reach new lines of cvbuild, and goes on from these. What it finds becomes a file of tests/fuzz/, and stays one.
"""
