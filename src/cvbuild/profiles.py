"""The networks that researchers have accounts in: what they are called and where an account lives."""

from __future__ import annotations

from cvbuild.diagnostics import BAD_IDENTIFIER, BAD_URL, UNKNOWN_NETWORK, Sink, closest
from cvbuild.frozen import frozen
from cvbuild.model import Profile
from cvbuild.schema.values import INVALID, read_orcid, read_url
from cvbuild.source import Source, Span
from cvbuild.text import Url
from cvbuild.tree import Scalar


@frozen
class Network:
    """A network. `address` holds ``{}`` where the user name goes; `shows_user` is false where that is a mere number."""

    label: str
    address: str
    shows_user: bool = True


NETWORKS: dict[str, Network] = {
    "arxiv": Network("arXiv", "https://arxiv.org/a/{}", shows_user=False),
    "bluesky": Network("Bluesky", "https://bsky.app/profile/{}"),
    "dblp": Network("DBLP", "https://dblp.org/pid/{}", shows_user=False),
    "facebook": Network("Facebook", "https://www.facebook.com/{}"),
    "github": Network("GitHub", "https://github.com/{}"),
    "gitlab": Network("GitLab", "https://gitlab.com/{}"),
    "google-scholar": Network("Google Scholar", "https://scholar.google.com/citations?user={}", shows_user=False),
    "huggingface": Network("Hugging Face", "https://huggingface.co/{}"),
    "inspire": Network("INSPIRE", "https://inspirehep.net/authors/{}", shows_user=False),
    "kaggle": Network("Kaggle", "https://www.kaggle.com/{}"),
    "linkedin": Network("LinkedIn", "https://www.linkedin.com/in/{}"),
    "mastodon": Network("Mastodon", ""),
    "mathscinet": Network("MathSciNet", "https://mathscinet.ams.org/mathscinet/MRAuthorID/{}", shows_user=False),
    "openreview": Network("OpenReview", "https://openreview.net/profile?id={}", shows_user=False),
    "orcid": Network("ORCID", "https://orcid.org/{}"),
    "researchgate": Network("ResearchGate", "https://www.researchgate.net/profile/{}"),
    "scopus": Network("Scopus", "https://www.scopus.com/authid/detail.uri?authorId={}", shows_user=False),
    "semantic-scholar": Network("Semantic Scholar", "https://www.semanticscholar.org/author/{}", shows_user=False),
    "stackoverflow": Network("Stack Overflow", "https://stackoverflow.com/users/{}"),
    "web-of-science": Network("Web of Science", "https://www.webofscience.com/wos/author/record/{}", shows_user=False),
    "wikipedia": Network("Wikipedia", "https://en.wikipedia.org/wiki/User:{}"),
    "x": Network("X", "https://x.com/{}"),
    "youtube": Network("YouTube", "https://www.youtube.com/@{}"),
    "zbmath": Network("zbMATH", "https://zbmath.org/authors/{}", shows_user=False),
}
_ALSO = {
    "twitter": "x",
    "scholar": "google-scholar",
    "googlescholar": "google-scholar",
    "researcher-id": "web-of-science",
}


@frozen(kw_only=True)
class Account:
    """A profile, looked up: the network's key, its label, what to print, and where it leads."""

    kind: str
    label: str
    words: str
    url: Url


def look_up(profile: Profile, sink: Sink) -> Account | None:
    """The account that a profile names; None and a diagnostic if that cannot be told."""
    kind = "-".join(profile.network.lower().split())
    kind = _ALSO.get(kind, kind)
    network = NETWORKS.get(kind)
    user = profile.user.strip()
    place = profile.span.behind(profile.user) if profile.span is not None else None
    if profile.url is not None:
        label = network.label if network else profile.network
        return Account(kind=kind, label=label, words=profile.label or user, url=profile.url)
    if network is None:
        near = closest(kind, [*NETWORKS, *_ALSO])
        hint = (
            f"did you mean `{near}`?"
            if near
            else f"give its address: `{profile.network}: {{user: {user}, url: https://…}}`"
        )
        sink.add(UNKNOWN_NETWORK, f"cvbuild does not know the network `{profile.network}`", profile.span, hint=hint)
        return None
    if "://" in user:
        address = read_url(_scalar(user, place), sink)
        if address is INVALID:
            return None
        last = user.rstrip("/").rsplit("/", 1)[-1].lstrip("@")
        words = last if network.shows_user and "=" not in last else network.label
        return Account(kind=kind, label=network.label, words=profile.label or words, url=address)
    if kind == "mastodon":
        return _mastodon(user, profile, sink)
    if kind == "orcid":
        orcid = read_orcid(_scalar(user, place), sink)
        if orcid is INVALID:
            return None
        user = orcid
    user = user.lstrip("@")
    if not user or any(c.isspace() or c in '<>"{}\\^`' for c in user):
        sink.add(BAD_IDENTIFIER, f"`{profile.user}` is not a user name of {network.label}", place)
        return None
    words = profile.label or (user if network.shows_user else network.label)
    return Account(kind=kind, label=network.label, words=words, url=Url(network.address.format(user)))


def _mastodon(user: str, profile: Profile, sink: Sink) -> Account | None:
    name, at, host = user.lstrip("@").partition("@")
    if not (name and at and "." in host) or any(c.isspace() for c in user):
        hint = "a Mastodon name has its server in it: `@name@example.org`"
        sink.add(BAD_URL, f"`{user}` does not tell the server", profile.span, hint=hint)
        return None
    words = profile.label or f"@{name}@{host}"
    return Account(kind="mastodon", label="Mastodon", words=words, url=Url(f"https://{host}/@{name}"))


def _scalar(value: str, span: Span | None) -> Scalar:
    return Scalar(value, span if span is not None else Span(Source("", value), 0, len(value)))
