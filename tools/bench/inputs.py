"""CVs of any length, made from lists of words: the same ones on every machine, every time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random

OWNER = "Marta Kowalska-Lindqvist"

_GIVEN = (
    "Ana", "Björn", "Chiara", "Dmitri", "Elif", "François", "Grace", "Hiroshi", "Ingrid", "João", "Katarzyna", "Lars",
    "Mei", "Nikos", "Olivia", "Paweł", "Quentin", "Ruth", "Søren", "Tomás", "Uma", "Věra", "Wei", "Xin", "Yusuf", "Zoë",
)  # fmt: skip
_FAMILY = (
    "Abel", "Bäcklund", "Čech", "Dirichlet", "Erdős", "Fischer", "García Márquez", "Hölder", "Itô", "Jansen",
    "Kovalevskaya", "Łojasiewicz", "Müller", "Nakamura", "O’Brien", "Poincaré", "Quine", "Ramanujan", "Sjöström", "Turán",
    "Ulam", "van der Waerden", "Wiener", "Xu", "Yamabe", "Žižek",
)  # fmt: skip
_WHAT = (
    "A priori estimates", "Global convergence", "Implicit regularization", "Approximation rates", "Sample complexity",
    "Linear stability", "A mean-field theory", "Sharp bounds", "Fast algorithms", "An efficient office workflow",
    "Spectral analysis", "Optimal transport", "The fluctuation–dissipation relation", "Uniform concentration",
)  # fmt: skip
_OF = (
    "over-parameterized neural networks", "stochastic gradient descent", "two-layer models", "random features",
    "high-dimensional diffusion", "kernel ridge regression", "deep residual architectures", "nonconvex optimization",
    "non-Newtonian flow", "graph Laplacians", "Markov chain Monte Carlo", "multiscale simulation",
)  # fmt: skip
_FOR = (
    "under heavy-tailed noise", "beyond the lazy regime", "with limited data", "on Riemannian manifolds",
    "in the presence of symmetry", "without strong convexity", "at the edge of stability", "for inverse problems",
    "and its applications to fluid dynamics", "from a continuous viewpoint", "with O(1/k²) iterations",
)  # fmt: skip
_JOURNALS = (
    "Communications in Mathematical Sciences", "Physical Review E", "Constructive Approximation",
    "SIAM Journal on Numerical Analysis", "Journal of Machine Learning Research", "The Annals of Statistics",
    "Journal of Computational Physics", "Applied and Computational Harmonic Analysis",
)  # fmt: skip
_CONFERENCES = (
    ("Advances in Neural Information Processing Systems", "NeurIPS"),
    ("International Conference on Machine Learning", "ICML"),
    ("International Conference on Learning Representations", "ICLR"),
    ("Conference on Learning Theory", "COLT"),
    ("Mathematical and Scientific Machine Learning", "MSML"),
)

_HEAD = f"""\
name: {OWNER}
email: marta@example.org
phone: (+48) 555-010-0300
website: https://example.org/marta
address: [Institute of Applied Mathematics, 5 Long Street, Kraków]

sections:
  Education:
    - degree: Ph.D. in Applied Mathematics
      at: Jagiellonian University
      location: Kraków, Poland
      date: 2008.10 - 2012.6
      advisor: Prof. Ruth Sjöström
    - degree: M.Sc. in Mathematics
      at: Lund University
      location: Lund, Sweden
      date: 2006.9 - 2008.6

  Experience:
    - position: Professor of Applied Mathematics
      at: Jagiellonian University
      location: Kraków, Poland
      date: 2018.10 - Present
    - position: Assistant Professor
      at: Uppsala University
      location: Uppsala, Sweden
      date: 2012.9 - 2018.9

  Publications:
    publications: all

lists:
  number: up
  order: written

publications:
"""


def make_cv(works: int) -> str:
    """A CV file with so many publications."""
    return _HEAD + "".join(_works(works))


def _works(count: int) -> Iterator[str]:
    random = Random(2026)
    for number in range(1, count + 1):
        fields = {
            "title": _title(random),
            "authors": ", ".join(_authors(random)),
            **_venue(random, number),
            "year": 2026 - number * 20 // (count + 1),
        }
        if random.random() < 0.08:
            fields["note"] = random.choice(("Oral presentation", "Best paper award", "Invited"))
        lines = [f"    {key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in fields.items()]
        yield f"  work{number}:\n" + "".join(lines)


def _title(random: Random) -> str:
    title = f"{random.choice(_WHAT)} of {random.choice(_OF)} {random.choice(_FOR)}"
    if random.random() < 0.3:
        title += f": {random.choice(_WHAT).lower()} and {random.choice(_OF)}"
    return title


def _authors(random: Random) -> list[str]:
    """From one to six names, the owner's among them; some share the first place."""
    others = random.sample(range(len(_FAMILY)), random.randint(0, 5))
    names = [f"{random.choice(_GIVEN)} {_FAMILY[i]}" for i in others]
    names.insert(random.randint(0, len(names)), OWNER)
    if len(names) > 1 and random.random() < 0.25:
        names[:2] = [name + "*" for name in names[:2]]
    return names


def _venue(random: Random, number: int) -> dict[str, object]:
    kind = random.random()
    if kind < 0.5:
        start = random.randint(1, 2000)
        return {
            "journal": random.choice(_JOURNALS),
            "volume": random.randint(1, 120),
            "issue": random.randint(1, 12),
            "pages": f"{start}-{start + random.randint(8, 40)}",
            "doi": f"10.5555/example.{number:05d}",
        }
    if kind < 0.85:
        long, short = random.choice(_CONFERENCES)
        return {"conference": long, "short": short, "url": f"https://example.org/papers/{number}"}
    return {"arxiv": f"{random.randint(15, 25)}{random.randint(1, 12):02d}.{number:05d}"}
