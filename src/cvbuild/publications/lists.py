"""Which works a list prints, in which order, in which groups, under which numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace

from cvbuild.diagnostics import EMPTY_LIST, NO_EFFECT, UNKNOWN_NAME, Sink, closest
from cvbuild.model import ListSpec, StyleSpec, Work
from cvbuild.publications.database import Database, date_of
from cvbuild.publications.groups import UNDATED, Grouping
from cvbuild.publications.links import ICONS
from cvbuild.publications.listing import Group, Listing, ListItem
from cvbuild.publications.numbers import Number, Numbered, number_lists
from cvbuild.publications.order import in_order
from cvbuild.publications.place import place_of
from cvbuild.publications.select import selected
from cvbuild.publications.styles import Styles, resolve_style
from cvbuild.publications.typeset import Typesetter
from cvbuild.words import Words


def make_listings(
    specs: Iterable[ListSpec],
    defaults: ListSpec | None,
    database: Database,
    styles: Styles,
    typesetter: Typesetter,
) -> tuple[Listing, ...]:
    """The lists of a document, given in document order, since numbers may go on from one to the next."""
    lists: list[Numbered] = []
    for spec in specs:
        full = _with_defaults(spec, defaults)
        _check_keys(spec, full, typesetter.sink, first=all(one.spec.number == "none" for one in lists))
        lists.append(_chosen(full, database, typesetter))
    _check_links(
        [*(full.spec.style for full in lists), *(styles[0].values() if styles else ())], database, typesetter.sink
    )
    out: list[Listing] = []
    index = 0
    for one, numbers in zip(lists, number_lists(lists, typesetter.sink), strict=True):
        if one.clusters or not database.left_out:
            index += 1
        style = resolve_style(one.spec.style, styles, typesetter.sink)
        works = [work for cluster in one.clusters for work in cluster.works]
        items = iter(
            ListItem(
                label=number.label if number is not None else None,
                own=number.own if number is not None else None,
                series=number.series if number is not None else 0,
                number=number.n if number is not None else 0,
                anchor=f"work.{index}.{place}",
                body=typesetter.body(work, style),
                work=work,
                span=work.span,
            )
            for place, (work, number) in enumerate(zip(works, numbers, strict=True), start=1)
        )
        groups = [
            Group(heading=cluster.heading, items=tuple(next(items) for _ in cluster.works)) for cluster in one.clusters
        ]
        margin = one.spec.margin == "year"
        out.append(
            Listing(
                groups=tuple(_with_years(group, typesetter.words) if margin else group for group in groups),
                widest=_widest(numbers),
                labels=tuple(dict.fromkeys(n.own for n in numbers if n is not None and n.own is not None)),
                margin=margin,
                legend=one.spec.legend,
                span=one.spec.span,
            )
        )
    return tuple(out)


def _with_defaults(spec: ListSpec, defaults: ListSpec | None) -> ListSpec:
    """What the document says of all its lists, unless the list says otherwise."""
    if defaults is None:
        return spec
    given = {f.name: getattr(spec, f.name) for f in fields(spec) if f.name not in ("span", "written")}
    unset = {name: getattr(defaults, name) for name, value in given.items() if value in (None, ())}
    return replace(spec, **unset)


def _check_keys(spec: ListSpec, full: ListSpec, sink: Sink, *, first: bool) -> None:
    """Report what a list itself says to no effect; `full` has also what is said of all lists, `first` if it has numbers first."""
    grouped = full.group not in (None, "none")
    if spec.headings and not grouped:
        hint = "add what the groups are: `group: kind`, or `topic`, `year`, `status`, `venue`"
        sink.add(NO_EFFECT, "the list has `headings`, but no groups", spec.headings[0].span, hint=hint)
    if spec.restart and not grouped and full.number != "none":
        hint = "add what the groups are: `group: kind`, or `topic`, `year`, `status`, `venue`"
        sink.add(NO_EFFECT, "the list has `restart`, but no groups", place_of("restart", spec.span), hint=hint)
    if spec.resume and first and full.number != "none":
        hint = "delete it, or put the list whose numbers go on before this one"
        sink.add(
            NO_EFFECT, "the list has `resume`, but no numbers stand before", place_of("resume", spec.span), hint=hint
        )
    if full.number == "none":
        said = next((name for name in ("label", "labels", "restart", "resume") if getattr(spec, name)), None)
        if said is not None:
            hint = "delete one of the two: `number: none` prints no numbers"
            sink.add(NO_EFFECT, f"the list has `{said}`, but no numbers", place_of(said, spec.span), hint=hint)


def _check_links(styles: Iterable[StyleSpec | None], database: Database, sink: Sink) -> None:
    """Report links that a style shows, but no work has; not those that every work may have one day, as `slides`."""
    labels = {link.label.casefold(): link.label for work in database.known for link in work.links}
    known = {**dict.fromkeys(ICONS), **labels}
    for style in styles:
        for label in style.show_links if style is not None else ():
            if label.casefold() not in known:
                near = closest(label, [*labels.values(), *ICONS])
                hint = f"did you mean `{near}`?" if near else "labels are the keys below `links:` of a work"
                place = place_of(label, style.span if style is not None else None)
                sink.add(UNKNOWN_NAME, f"no work has the link `{label}`", place, hint=hint)


def _chosen(spec: ListSpec, database: Database, typesetter: Typesetter) -> Numbered:
    order = spec.order or ("written" if spec.keys else "newest",)
    works = in_order(selected(spec, database, typesetter.who, typesetter.marks, typesetter.sink), order)[: spec.limit]
    if not works and not typesetter.sink.failed and not database.left_out:
        typesetter.sink.add(EMPTY_LIST, "no work of the database `publications:` is selected here", spec.span)
    grouping = Grouping(spec, database, typesetter.words)
    grouping.check((*spec.headings, *spec.labels), typesetter.sink)
    return Numbered(spec, grouping, grouping.clusters(works, order))


def _widest(numbers: Iterable[Number | None]) -> str:
    """The longest number that the theme decorates."""
    return max((n.label for n in numbers if n is not None and n.own is None), key=len, default="")


def _with_years(group: Group, words: Words) -> Group:
    """The group with the year at the first of each run of works that share it."""
    items: list[ListItem] = []
    last = None
    for item in group.items:
        year = _year(item.work, words)
        items.append(replace(item, margin="" if year == last else year))
        last = year
    return replace(group, items=tuple(items))


def _year(work: Work, words: Words) -> str:
    """The year of a work, or what stands in its place: how far it has got."""
    date = date_of(work)
    if date is not None:
        return str(date.year)
    return words(work.status.capitalize() if work.status != "published" else UNDATED)
