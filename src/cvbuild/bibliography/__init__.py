"""Files of works: BibTeX, biblatex and CSL-JSON, in the words of a CV.

    text ─bibtex, csl→ raw entries ─inherit→ ─fields→ nodes with the keys of `model.Work` ─schema→ works

The nodes are what people would write in YAML; their places are those in the file.
"""

from cvbuild.bibliography.load import Brought, Entries, Entry, load_works, read_entries, to_model

__all__ = ["Brought", "Entries", "Entry", "load_works", "read_entries", "to_model"]
