"""Dates: what people write, what is printed, in which order."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvbuild.dates import (
    ENGLISH,
    PATTERNS,
    PRESENT,
    DateError,
    DatePattern,
    DateRange,
    DateStyle,
    PartialDate,
    ReversedRange,
    Season,
    When,
    Words,
    format_when,
    latest,
    parse_when,
    sort_key,
    year_of,
)

ISO = DateStyle("2012-07", "/", "now")
"""Prints the precision of everything, without ambiguity."""

READ = {
    # one date
    "2020": "2020",
    "2012.7": "2012-07",
    "2012.07": "2012-07",
    "2012-07": "2012-07",
    "2012/7": "2012-07",
    "7/2012": "2012-07",
    "07.2012": "2012-07",
    "07-2012": "2012-07",
    "2019-06-03": "2019-06-03",
    "2019.6.3": "2019-06-03",
    "03.06.2019": "2019-06-03",
    "3 June 2019": "2019-06-03",
    "3. June 2019": "2019-06-03",
    "3rd June 2019": "2019-06-03",
    "June 3, 2019": "2019-06-03",
    "June 21st, 2019": "2019-06-21",
    "Jun 3 2019": "2019-06-03",
    "Jul 2012": "2012-07",
    "Jul. 2012": "2012-07",
    "JULY 2012": "2012-07",
    "july, 2012": "2012-07",
    "Sept. 2012": "2012-09",
    "2012 July": "2012-07",
    "May 2012": "2012-05",
    "Summer 2020": "Summer 2020",
    "fall 2014": "Fall 2014",
    "Autumn 2014": "Autumn 2014",
    "Winter 2024": "Winter 2024",
    "  2020\n": "2020",
    # ranges
    "2012.7 - 2018.7": "2012-07/2018-07",
    "2012.7-2018.7": "2012-07/2018-07",
    "2018-02 – 2018-05": "2018-02/2018-05",
    "2018-02-2018-05": "2018-02/2018-05",
    "2019-06-03-2019-06-05": "2019-06-03/2019-06-05",
    "7/2012-9/2013": "2012-07/2013-09",
    "2020-2024": "2020/2024",
    "2020 -- 2024": "2020/2024",
    "2020—2024": "2020/2024",
    "2020 to 2024": "2020/2024",
    "2020 until 2024": "2020/2024",
    "from May 2020 to 2024": "2020-05/2024",
    "Jun 2022–Sep 2022": "2022-06/2022-09",
    "2020-07 - 2020": "2020-07/2020",
    "2020 - 2020": "2020",
    "2020 – May 2020": "2020/2020-05",
    "July 2020 – 10 July 2020": "2020-07/2020-07-10",
    "Fall 2020 – Spring 2021": "Fall 2020/Spring 2021",
    "Fall 2020 – Winter 2020": "Fall 2020/Winter 2020",
    # the present, and open ends
    "2024–present": "2024/now",
    "2018.11 - Present": "2018-11/now",
    "2018.11 -": "2018-11/now",
    "2018–": "2018/now",
    "since 2020": "2020/now",
    "2020 - now": "2020/now",
    "2020 - current": "2020/now",
    "2020 - ongoing": "2020/now",
    "2020 until today": "2020/now",
    "present": "now",
    "until 2018": "/2018",
    "– 2018": "/2018",
    # what neighbours share
    "May–August 2021": "2021-05/2021-08",
    "Sep–Dec 2021": "2021-09/2021-12",
    "10–14 June 2019": "2019-06-10/2019-06-14",
    "June 10–14, 2019": "2019-06-10/2019-06-14",
    "30 May – 2 June 2019": "2019-05-30/2019-06-02",
    "Spring and Fall 2014": "Spring 2014, Fall 2014",
    "May, June & July 2014": "2014-05, 2014-06, 2014-07",
    # short years: only what cannot be a month
    "2023–24": "2023/2024",
    "2023-24": "2023/2024",
    "2023/24": "2023/2024",
    "2010–11": "2010/2011",
    "2010--11": "2010/2011",
    "2010-11": "2010-11",
    "2010/11": "2010-11",
    "2012 - 13": "2012/2013",
    "1999–00": "1999/2000",
    "1999-00": "1999/2000",
    "2023–24, 2025": "2023/2024, 2025",
    # several parts
    "2014, 2016–2018": "2014, 2016/2018",
    "2014; 2016": "2014, 2016",
    "2014, 2016, and 2018": "2014, 2016, 2018",
    "June 3, 2019, 2020": "2019-06-03, 2020",
    "2018, June 3, 2019": "2018, 2019-06-03",
    "2018 –, 2012": "2018/now, 2012",
    "2024–2025, Winter 2024": "2024/2025, Winter 2024",
}


@pytest.mark.parametrize("text", READ)
def test_reads(text: str) -> None:
    assert format_when(parse_when(text), ISO) == READ[text]


REFUSED = {
    "«»": "empty",
    "«   »": "empty",
    "«2024-13»": "no month 13",
    "«2024-00»": "no month 0",
    "«2024-02-30»": "February 2024 has no day 30",
    "«2023-02-29»": "February 2023 has no day 29",
    "«31 April 2020» – 2021": "April 2020 has no day 31",
    "«0000»": "no year 0",
    "«Marhc» 2024": "did you mean `March`?",
    "3. «Juni» 2019": "did you mean `Jun`?",
    "2018 - «presnt»": "did you mean `Present`?",
    "May 2025 («expected»)": "`expected` is not a month",
    "«in» press": "`in` is not a month",
    "«03/07/2012»": "a day is written 2012-07-31",
    "«June»": "the year is missing",
    "May 2021 - «August»": "the year is missing",
    "2014, «July»": "the year is missing",
    "2012 - «7»": "the year is missing",
    "2012.07-«09»": "the year is missing",
    "«12» - 14 2019": "the month is missing",
    "«Summer 3, 2019»": "a season has no",
    "«2020 to»": "missing at the end",
    "«2014,»": "missing at the end",
    "«20123»": "is not a date",
    "2020 «(May)»": "`(May)` is not a date",
    "2020–«20»": "the year is missing",
    "2020–«10»": "the year is missing",
    "2018 «2019»": "is not a date",
    "2014 - 2015 «- 2016»": "is not a date",
    "Winter 2023«/24»": "is not a date",
    "2018«...»": "is not a date",
}


@pytest.mark.parametrize("marked", REFUSED)
def test_refuses_at_the_place(marked: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    with pytest.raises(DateError) as caught:
        parse_when(text)
    error = caught.value
    assert f"{text[: error.start]}«{text[error.start : error.end]}»{text[error.end :]}" == marked
    assert REFUSED[marked] in f"{error.message}; {error.hint}"
    assert not isinstance(error, ReversedRange)


@pytest.mark.parametrize(
    "marked",
    ["«2020-2019»", "2012, «2018.7 - 2018.6»", "«Dec–Feb 2021»", "«5 June 2020 – 4 June 2020»", "«2020 – Fall 2019»"],
)
def test_a_range_ends_behind_its_start(marked: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    with pytest.raises(ReversedRange) as caught:
        parse_when(text)
    assert text[caught.value.start : caught.value.end] == marked[marked.index("«") + 1 : marked.index("»")]


@pytest.mark.parametrize(
    "make",
    [
        lambda: PartialDate(0),
        lambda: PartialDate(2020, 13),
        lambda: PartialDate(2020, 0),
        lambda: PartialDate(2020, None, 3),
        lambda: PartialDate(2020, 2, 30),
        lambda: PartialDate(1900, 2, 29),
        lambda: PartialDate(2020, 2, None, Season.WINTER),
        lambda: PartialDate(2020, None, 2, Season.WINTER),
        lambda: DateRange(PartialDate(2020), PartialDate(2019)),
        lambda: When(()),
        lambda: Words(("x",), ("x",), {}),
    ],
)
def test_impossible_dates_cannot_be_made(make: object) -> None:
    with pytest.raises(ValueError):
        make()  # type: ignore[operator]


PRINTED: dict[DatePattern, tuple[str, str, str, str]] = {
    "2012-07": ("2012", "2012-07", "2012-07-03", "Summer 2012"),
    "2012.7": ("2012", "2012.7", "2012.7.3", "Summer 2012"),
    "07/2012": ("2012", "07/2012", "03/07/2012", "Summer 2012"),
    "7/2012": ("2012", "7/2012", "3/7/2012", "Summer 2012"),
    "Jul 2012": ("2012", "Jul 2012", "3 Jul 2012", "Summer 2012"),
    "July 2012": ("2012", "July 2012", "3 July 2012", "Summer 2012"),
    "2012": ("2012", "2012", "2012", "2012"),
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_is_an_example_of_itself(pattern: DatePattern) -> None:
    style = DateStyle(pattern)
    assert format_when(parse_when("2012-07"), style) == pattern
    assert (
        tuple(format_when(parse_when(t), style) for t in ("2012", "2012-07", "2012-07-03", "Summer 2012"))
        == PRINTED[pattern]
    )


@pytest.mark.parametrize(
    ("text", "style", "expected"),
    [
        ("2012-2014", DateStyle(), "2012–2014"),
        ("2012.7-2014", DateStyle(), "Jul 2012–2014"),
        ("2012-2014", DateStyle(separator=" to "), "2012 to 2014"),
        ("-2014", DateStyle(separator=" – "), "– 2014"),
        ("2012-", DateStyle(separator=" – ", present="now"), "2012 – now"),
        ("May–June 2012", DateStyle("2012"), "2012"),
        ("May 2012, June 2012", DateStyle("2012"), "2012"),
        ("May–June 2012", DateStyle(), "May 2012–Jun 2012"),
    ],
)
def test_ranges_print_with_the_separator_as_given(text: str, style: DateStyle, expected: str) -> None:
    assert format_when(parse_when(text), style) == expected


def test_words_of_another_language() -> None:
    german = Words(
        ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", *ENGLISH.long[7:]),
        ("Jan", "Feb", "März", "Apr", "Mai", "Juni", "Juli", *ENGLISH.short[7:]),
        {season: "Sommer" if season is Season.SUMMER else season.value for season in Season},
    )
    assert format_when(parse_when("Summer 2020, March 2021"), DateStyle("Jul 2012"), german) == "Sommer 2020, März 2021"
    assert format_when(parse_when("2021-05"), DateStyle("July 2012"), german) == "Mai 2021"


def test_short_months_have_no_full_stop() -> None:
    assert ENGLISH.short == ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def test_newest_first() -> None:
    written = [
        "2023–present",
        "2019–present",
        "2010, 2024",
        "2023",
        "2020–2023",
        "December 2023",
        "Fall 2020",
        "Summer 2020",
        "Spring 2020",
        "2020-06",
        "Winter 2020",
        "until 2019",
        "2019-12-30",
    ]
    # A year and a season sort by their last day; of two that end together, the one that began later is newer.
    expected = [
        "2023–present",
        "2019–present",
        "2010, 2024",
        "December 2023",
        "2023",
        "2020–2023",
        "Fall 2020",
        "Summer 2020",
        "2020-06",
        "Spring 2020",
        "Winter 2020",
        "until 2019",
        "2019-12-30",
    ]
    assert sorted(written, key=lambda text: sort_key(parse_when(text)), reverse=True) == expected


def test_latest_and_year() -> None:
    assert latest(parse_when("2014, 2016–2018, 2012")) == PartialDate(2018)
    assert latest(parse_when("2014–, 2018")) is PRESENT
    assert year_of(parse_when("2014, 2016.3–2018.4")) == 2018
    assert year_of(parse_when("2014–present")) == 2014
    assert year_of(parse_when("present")) is None


years = st.integers(1000, 9999)
months = st.builds(PartialDate, years, st.integers(1, 12))
days = st.builds(PartialDate, years, st.integers(1, 12), st.integers(1, 28))
seasons = st.builds(PartialDate, years, season=st.sampled_from(Season))
dates = st.builds(PartialDate, years) | months | days | seasons


def in_order(ends: tuple[PartialDate, PartialDate]) -> DateRange:
    return DateRange(min(ends), max(ends))


parts = st.one_of(
    dates,
    st.tuples(dates, dates).filter(lambda ends: ends[0].year != ends[1].year).map(in_order),
    st.builds(DateRange, dates, st.just(PRESENT)),
    st.builds(DateRange, st.none(), dates | st.just(PRESENT)),
)
whens = st.lists(parts, min_size=1, max_size=3, unique=True).map(lambda found: When(tuple(found)))


@given(whens, st.sampled_from(["2012-07", "2012.7", "Jul 2012", "July 2012"]), st.sampled_from(["–", " - ", " to "]))
def test_what_is_printed_reads_back(when: When, pattern: DatePattern, separator: str) -> None:
    style = DateStyle(pattern, separator)
    assert parse_when(format_when(when, style)) == when


@given(st.text(alphabet="0123456789 -–./,;JunmaySt") | st.text())
def test_reads_or_refuses_within_the_text(text: str) -> None:
    try:
        assert parse_when(text).parts
    except DateError as error:
        assert 0 <= error.start <= error.end <= len(text)  # noqa: PT017 (most texts are refused, not all)


def test_dates_are_ordered_by_their_last_day() -> None:
    written = [
        "2019",
        "2020-05",
        "Spring 2020",
        "30 June 2020",
        "2020",
        "Fall 2020",
        "December 2020",
        "31 December 2020",
    ]
    order = [parse_when(text).parts[0] for text in written]
    assert all(
        isinstance(one, PartialDate) and isinstance(two, PartialDate) and one < two for one, two in pairwise(order)
    )


@given(dates, dates)
def test_dates_are_totally_ordered(one: PartialDate, two: PartialDate) -> None:
    assert (one < two) + (one == two) + (one > two) == 1
    assert one.first <= one.last
    if one.last < two.first:
        assert one < two
        assert sort_key(When((one,))) < sort_key(When((two,)))
