"""The benchmark: ``python -m tools.bench`` measures, prints, and writes docs/performance.md.

inputs      CVs to be typeset, with as many publications as are wanted
peer        the same CV in the YAML of RenderCV
words       whether two PDFs say the same
places      where things are installed: cvbuild from a wheel, RenderCV from its lock
timing      commands in turn, by hyperfine; memory
watching    how long `cvbuild watch` takes after an edit
stages      where the time of one render goes
figures     medians, ratios, fits
page, plot  docs/performance.md, docs/performance.svg
"""
