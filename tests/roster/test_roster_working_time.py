"""Working-time rules against rotas made by hand, each of which breaks one rule and just keeps another.

One line per example; the figures stand in wardsim/roster/working_time.csv and come from evidence on the laws.
"""

from __future__ import annotations

import datetime as dt

import pytest

from tests.roster.small_ward import SCHEMES, rotation, small_ward
from wardsim.roster import Breach, expand, summarise
from wardsim.roster.limits import CHECKS
from wardsim.roster.stays import Stays
from wardsim.roster.working_time import FALL_BACK, SCOPE, TEXTS, WHO, legal_status, load_rules, rules_for
from wardsim.scenario.schema import ImportedDuty

H = 60
DAY = 24 * H
WEEK = 7 * DAY


def breaches_of(
    stretches: list[tuple[float, float]],
    *,
    law: str,
    basis: str = "statute",
    asleep: tuple[tuple[float, float], ...] = (),
    weeks: int = 1,
    days: int | None = None,
) -> list[Breach]:
    """Breaches of a rota of one line: stretches in hours after Monday 00:00, repeated after `weeks` weeks."""
    duties = [
        ImportedDuty(role="milieu_therapist", line=0, start_min=round(a * H), end_min=round(b * H), kind=kind)
        for kind, group in (("waking", stretches), ("sleeping", asleep)) for a, b in group
    ]  # fmt: skip
    if weeks > 1:  # a line of another person makes the file as long as it is meant to be
        last = (weeks - 1) * WEEK
        duties.append(
            ImportedDuty(
                role="milieu_therapist", line=1, start_min=last + 600, end_min=last + 660, kind="waking"
            )
        )
    plan = rotation("imported").model_copy(update={"duties": tuple(duties), "legal_basis": basis})
    roster = expand(small_ward(plan, law=law), days or weeks * 7)
    return [b for b in roster.breaches if b.line == 1]


def named(found: list[Breach]) -> list[str]:
    return [b.rule for b in found]


def days_at(start: float, hours: float, *days: int) -> list[tuple[float, float]]:
    return [(24 * d + start, 24 * d + start + hours) for d in days]


# ------------------------------------------------------------------- Norway
def test_a_working_day_in_two_parts_is_one() -> None:
    """07-13 and 18-23 are 11 h of one working day; the rest of it is the longest gap, not the first."""
    split = [stretch for d in range(3) for stretch in ((24 * d + 7, 24 * d + 13), (24 * d + 18, 24 * d + 23))]
    found = [b for b in breaches_of(split, law="NO") if b.rule == "daily_hours"]
    assert [(b.date.day - 4, b.value) for b in found] == [(0, 11.0), (1, 11.0), (2, 11.0)]
    assert {b.value for b in breaches_of(split, law="DE") if b.rule == "daily_hours"} == {11.0}
    short = [stretch for d in range(3) for stretch in ((24 * d + 7, 24 * d + 11), (24 * d + 16, 24 * d + 20))]
    assert breaches_of(short, law="NO") == [], "8 h of work, and 11 h of rest from 20 to 7"


def test_the_shortest_rest_is_none_between_two_parts_of_a_day() -> None:
    """A board that reads 4.5 h beside "lawful" thinks that one of them is wrong; a quick return stays one."""

    def rests(*stretches: tuple[float, float]) -> float:
        duties = tuple(
            ImportedDuty(
                role="milieu_therapist", line=0, start_min=round(a * H), end_min=round(b * H), kind="waking"
            )
            for a, b in stretches
        )
        return summarise(
            small_ward(rotation("imported").model_copy(update={"duties": duties}))
        ).shortest_rest_h

    split = [(24 * d + a, 24 * d + b) for d in range(3) for a, b in ((8, 12), (16.5, 20.5))]
    assert rests(*split) == 11.5
    assert rests((14, 23), (30, 38)) == 7.0


def test_a_quick_return_is_two_working_days() -> None:
    """14-22 and 07-15 with 9 h between: short rest, but nobody works 16 h of one day."""
    found = breaches_of([(14, 22), (31, 39)], law="NO")
    assert [(b.rule, b.value) for b in found] == [("daily_rest", 9.0)]
    closer = breaches_of([(14, 22), (29, 37)], law="NO")
    assert ("daily_hours", 16.0) in [(b.rule, b.value) for b in closer], "7 h are no rest that ends a day"


def test_norway_daily_hours() -> None:
    """AML § 10-4(1): 9 h in 24 h; § 10-5(2): 12.5 h with the local union."""
    assert breaches_of(days_at(8, 9, 0, 1, 2), law="NO") == []
    [breach] = breaches_of([*days_at(8, 9, 0, 1), (56, 65.5)], law="NO")
    assert breach == Breach(
        date=dt.date(2027, 1, 6), unit="house", role="milieu_therapist", line=1, rule="daily_hours", article="AML § 10-4(1)",
        value=9.5, limit=9.0, text="9.5 h of work within 24 h; allowed 9 h",
    )  # fmt: skip
    assert breaches_of(days_at(7, 12.5, 0, 1, 3), law="NO", basis="union_agreement") == []
    assert named(breaches_of(days_at(7, 12.75, 2), law="NO", basis="union_agreement")) == ["daily_hours"]


def test_norway_split_shift_counts_as_one_day() -> None:
    """08-12 and 15-21 are ten hours of one working day, and the gap between is no rest."""
    found = breaches_of([(8, 12), (15, 21)], law="NO")
    assert [(b.rule, b.value) for b in found] == [("daily_hours", 10.0)]


def test_norway_weeks() -> None:
    """40 h in any week by statute; 54 h with the local union; 38 h on average with nights or Sundays."""
    assert named(breaches_of(days_at(8, 8, 0, 1, 2, 3, 4), law="NO")) == []
    [breach] = breaches_of(days_at(8, 7, 0, 1, 2, 3, 4, 5), law="NO")
    assert (breach.rule, breach.value, breach.article) == ("any_week", 42.0, "AML § 10-4(1)")
    assert breaches_of(days_at(8, 9, 0, 1, 2, 3, 4, 5), law="NO", basis="union_agreement", weeks=2) == []
    found = breaches_of(days_at(8, 11, 0, 1, 2, 3, 4), law="NO", basis="union_agreement", weeks=2)
    assert [(b.rule, b.value, b.limit) for b in found] == [("any_week", 55.0, 54.0)]
    sunday = days_at(8, 7.8, 0, 1, 2, 3, 6)
    found = breaches_of(sunday, law="NO", basis="union_agreement", days=14)
    assert ("normal_week", 39.0, "AML § 10-4(4)") in [(b.rule, b.value, b.article) for b in found]
    assert "normal_week" not in named(breaches_of(days_at(8, 7.8, 0, 1, 2, 3, 4), law="NO", days=14))


def test_norway_mean_week_over_eight_weeks() -> None:
    """48 h a week on average over eight weeks: 49 h in each is one breach, dated to the first Monday."""
    found = breaches_of(days_at(7, 9.8, 0, 1, 2, 3, 4), law="NO", basis="union_agreement", days=112)
    means = [(b.date, b.value) for b in found if b.rule == "mean_week"]
    assert means == [(dt.date(2027, 1, 4), 49.0), (dt.date(2027, 3, 1), 49.0)]
    assert "mean_week" not in named(
        breaches_of(days_at(7, 9.6, 0, 1, 2, 3, 4), law="NO", basis="union_agreement", days=112)
    )


def test_norway_totals_with_overtime() -> None:
    """AML § 10-6(8): 13 h in 24 h and 69 h in a week at most; § 10-6(9): 16 h with the union."""

    def totals(stretches: list[tuple[float, float]], **basis: str) -> list[tuple[str, float, float, str]]:
        found = breaches_of(stretches, law="NO", weeks=3, **basis)
        return [(b.rule, b.value, b.limit, b.article) for b in found if b.rule.startswith("total_")]

    assert totals(days_at(8, 13, 0)) == []
    assert totals(days_at(8, 13.5, 0)) == [("total_hours", 13.5, 13.0, "AML § 10-6(8)")]
    assert totals(days_at(8, 16, 0), basis="union_agreement") == []
    over = totals(days_at(6, 16.5, 0), basis="union_agreement")
    assert over == [("total_hours", 16.5, 16.0, "AML § 10-6(9)")]
    for basis in ("statute", "union_agreement"):
        assert totals(days_at(8, 11.5, *range(6)), basis=basis) == []
        week = totals(days_at(8, 11.75, *range(6)), basis=basis)
        assert week == [("total_week", 70.5, 69.0, "AML § 10-6(8)")]


def test_norway_daily_rest() -> None:
    """11 h between a late duty and an early one; 8 h with the union. 14:30-22:00, then 07:00 leaves 9 h."""
    quick = [(14.5, 22), (31, 39)]
    [breach] = breaches_of(quick, law="NO")
    assert (breach.rule, breach.value, breach.limit, breach.article) == (
        "daily_rest",
        9.0,
        11.0,
        "AML § 10-8(1)",
    )
    assert breach.text == "9 h of rest within 24 h; required 11 h"
    assert breaches_of(quick, law="NO", basis="union_agreement") == []
    assert breaches_of([(14.5, 22), (33, 41)], law="NO") == []
    hours, breach = breaches_of([(14, 23), (30.5, 37)], law="NO", basis="union_agreement")
    assert (hours.rule, hours.value) == ("daily_hours", 15.5), "7.5 h of rest end no working day"
    assert (breach.rule, breach.value, breach.limit, breach.article) == (
        "daily_rest",
        7.5,
        8.0,
        "AML § 10-8(3)",
    )


def test_norway_weekly_rest() -> None:
    """35 h in the week; a rest over its turn counts where most of it lies; 28 h with the union."""
    all_days = days_at(8, 5, 0, 1, 2, 3, 4, 5, 6)
    [breach] = breaches_of(all_days, law="NO", days=21)[:1]
    assert (breach.rule, breach.value, breach.date) == ("weekly_rest", 19.0, dt.date(2027, 1, 4))
    free_sunday = days_at(8, 5, 0, 1, 2, 3, 4, 5)  # Saturday 13:00 to Monday 08:00: 43 h
    assert breaches_of(free_sunday, law="NO", days=21) == []
    short = [
        *days_at(8, 5, 0, 1, 2, 3, 4),
        (24 * 5 + 16, 24 * 5 + 23),
    ]  # Saturday 23:00 to Monday 08:00: 33 h
    assert set(named(breaches_of(short, law="NO", days=21))) == {"weekly_rest"}
    assert breaches_of(short, law="NO", basis="union_agreement", days=21) == []


def test_norway_sundays() -> None:
    """By statute never two Sundays in a row; with an agreement every second one on average."""
    two = [*days_at(8, 6, 6), *days_at(8, 6, 13)]
    [breach] = [b for b in breaches_of(two, law="NO", weeks=3) if b.rule == "sundays_in_row"]
    assert (breach.date, breach.value) == (dt.date(2027, 1, 17), 2.0)
    assert breaches_of(days_at(8, 6, 6), law="NO", weeks=2) == []
    found = breaches_of(two, law="NO", basis="union_agreement", weeks=3, days=26 * 7)
    assert [(b.rule, round(b.value, 2)) for b in found] == [("sunday_share", 0.69)]


def test_norway_live_in_regulation() -> None:
    """Rest on site counts as rest: 8 h and 2 h in 24 h; 60 h a week over six weeks with consent."""
    whole_days = [(9, 13), (15, 23), (31, 37), (39, 47), (55, 57)]
    rests = ((13, 15), (23, 31), (37, 39), (47, 55))
    assert breaches_of(whole_days, law="NO", basis="live_in_regulation", asleep=rests, days=42) == []
    no_nap = [(9, 23), (31, 47), (55, 57)]
    found = breaches_of(no_nap, law="NO", basis="live_in_regulation", asleep=((23, 31), (47, 55)))
    assert [(b.rule, b.value, b.date.day) for b in found] == [
        ("live_in_rest", 8.0, 4),
        ("live_in_rest", 8.0, 5),
    ]
    broken_night = [(9, 13), (15, 23), (26, 27), (31, 33)]
    found = breaches_of(
        broken_night, law="NO", basis="live_in_regulation", asleep=((13, 15), (23, 26), (27, 31))
    )
    assert named(found) == ["live_in_rest"]
    much = days_at(8, 14, 0, 1, 2, 3, 4)
    assert {"total_hours", "total_week"} <= set(named(breaches_of(much, law="NO", days=84)))
    found = breaches_of(much, law="NO", basis="live_in_regulation", days=84)
    assert [(b.rule, b.value, b.limit) for b in found] == [("mean_week", 70.0, 60.0)] * 2


def test_norway_night_mean() -> None:
    """Night work: 8 h a working day on average over four weeks, that is 48 h in a week of six days."""
    nights = [(24 * d + 21, 24 * d + 31) for d in (0, 1, 2, 3, 4)]
    found = breaches_of(nights, law="NO", basis="union_agreement", days=28)
    assert "night_mean" in named(found)
    assert next(b.value for b in found if b.rule == "night_mean") == pytest.approx(50 / 6, abs=0.01)
    assert "night_mean" not in named(breaches_of(days_at(8, 10, 0, 1, 2, 3, 4), law="NO", days=28))


def test_national_agreement_lifts_the_chapter() -> None:
    """AML § 10-12(4): a national union may agree on anything in chapter 10."""
    endless = [(0, 72), (96, 160)]
    assert breaches_of(endless, law="NO", basis="national_agreement") == []
    assert breaches_of(endless, law="NO", basis="union_agreement") != []


# ---------------------------------------------------------------- elsewhere
def test_eu_directive() -> None:
    """11 h a day, 35 h a week, 48 h on average over 17 weeks; rests may be made up under an agreement."""
    quick = [(14.5, 22), (31, 39)]
    assert named(breaches_of(quick, law="EU")) == ["daily_rest"]
    assert breaches_of(quick, law="EU", basis="union_agreement") == []
    assert set(named(breaches_of(days_at(8, 5, *range(7)), law="EU", days=14))) == {"weekly_rest"}
    found = breaches_of(days_at(8, 10, 0, 1, 2, 3, 4), law="EU", days=17 * 7)
    assert [(b.rule, b.value, b.article) for b in found] == [("mean_week", 50.0, "2003/88/EC Art. 6")]


def test_german_act() -> None:
    """10 h without the break; 10 h of rest in hospitals; 11 h after more than 12 h; 15 free Sundays."""
    assert breaches_of([(21.25, 31.5)], law="DE") == [], "10.25 h on site are 9.5 h of work"
    assert named(breaches_of([(8, 19)], law="DE")) == ["daily_hours"]
    whole_day = [b for b in breaches_of([(8, 56)], law="DE") if b.rule == "daily_hours"]
    assert [b.value for b in whole_day] == [23.25], "48 h on site have a break on each day"
    assert breaches_of([(12, 22), (32, 40)], law="DE") == []
    assert named(breaches_of([(12, 22), (31.5, 40)], law="DE")) == ["daily_rest"]
    long = breaches_of([(8, 21.5), (32, 40)], law="DE", basis="union_agreement")
    assert named(long) == ["daily_hours", "rest_after_long"]
    every_sunday = breaches_of(days_at(8, 6, 6), law="DE", days=364)
    assert [(b.rule, b.value, b.limit) for b in every_sunday] == [("free_sundays", 0.0, 15.0)]
    assert breaches_of(days_at(8, 6, 6), law="DE", weeks=2, days=364) == []
    assert breaches_of([(0, 72), (96, 160)], law="DE", basis="live_in_regulation") == []


def test_german_agreement_on_long_duties_needs_sleep() -> None:
    """Over 10 h only with much on-call duty: a waking 12 h duty does not become lawful."""
    assert named(breaches_of([(7, 19.5)], law="DE", basis="union_agreement")) == ["daily_hours"]
    asleep = breaches_of([(17, 23), (30, 33)], law="DE", basis="union_agreement", asleep=((23, 30),))
    assert "daily_hours" not in named(asleep)


def test_swiss_act() -> None:
    """50 h a week, 9 h of rest if 12 on average, nights of 9 or 10 h, 17 h in a row, seven days, 12 Sundays."""
    assert breaches_of(days_at(7, 10.8, 0, 1, 2, 3, 4), law="CH") == [], "54 h on site are 49 h of work"
    assert named(breaches_of(days_at(7, 11.2, 0, 1, 2, 3, 4), law="CH")) == ["week_or_two"]
    assert named(breaches_of([(14, 23), (31, 39)], law="CH")) == ["daily_rest"]
    once = [(14, 22), (32, 40), *days_at(9, 8, 2, 3)]
    assert breaches_of(once, law="CH", days=14) == []
    always = days_at(8, 14, 0, 1, 2)
    assert named(breaches_of(always, law="CH", days=14)) == ["mean_rest"]
    assert named(breaches_of([(19, 31.5)], law="CH")) == ["night_hours", "night_span"]
    assert breaches_of([(21.25, 31.5)], law="CH") == []
    assert "span" in named(breaches_of([(6, 23.5)], law="CH"))
    seven = breaches_of(days_at(8, 5, *range(6)) + days_at(8, 10.5, 6), law="CH", weeks=2)
    assert [(b.rule, b.value) for b in seven] == [("seven_days", 9.5)]
    assert breaches_of(days_at(8, 5, *range(7)), law="CH", weeks=2) == []
    rested = [*days_at(8, 5, *range(7)), *days_at(24, 5, 9)]  # Sunday 13:00 to Thursday 00:00: 83 h
    assert breaches_of(rested, law="CH", weeks=3) == []
    [breach] = breaches_of([*days_at(8, 5, *range(7)), *days_at(23, 5, 9)], law="CH", weeks=3)
    assert (breach.rule, breach.value, breach.limit) == ("rest_after_seven", 82.0, 83.0)
    assert (breach.date, breach.article) == (dt.date(2027, 1, 10), "ArGV 2 Art. 7(2)")
    nine = breaches_of(days_at(8, 5, *range(9)), law="CH", weeks=3)
    assert [(b.rule, b.value) for b in nine] == [("rest_after_seven", 19.0)], (
        "said once for a run of nine days"
    )
    on_and_on = breaches_of([*days_at(8, 5, *range(6)), (152, 182)], law="CH", weeks=3)
    assert ("rest_after_seven", 0.0) in [(b.rule, b.value) for b in on_and_on], "the seventh day has no end"
    twice = breaches_of([*days_at(8, 5, *range(5)), (128, 158), (163, 167)], law="CH", weeks=3)
    assert "rest_after_seven" not in named(twice), "the rest is that after the last duty of the day"
    assert breaches_of(days_at(8, 5, *range(6), 7), law="CH", weeks=3) == [], "six days only"
    assert named(breaches_of(days_at(8, 6, 6), law="CH", days=364)) == ["free_sundays"]
    assert breaches_of([(0, 72), (96, 160)], law="CH", basis="live_in_regulation") == []


# ------------------------------------------------------------- legal status
@pytest.mark.parametrize(
    ("scheme", "law", "status", "article"),
    [
        ("three_shift", "NO", "needs_agreement", "AML § 10-5(2)"),
        ("three_shift", "EU", "lawful", ""),
        ("three_shift", "DE", "lawful", ""),
        ("three_shift", "CH", "lawful", ""),
        ("three_shift", "UK", "lawful", ""),
        ("twelve_hour", "NO", "needs_agreement", "AML § 10-5(2)"),
        ("twelve_hour", "DE", "not_lawful", "ArbZG § 7(1)"),
        ("twelve_hour", "CH", "not_lawful", "ArGV 2 Art. 10(2)"),
        ("co_living", "NO", "not_lawful", "AML § 10-8(1)"),
        ("co_living_7_7", "NO", "not_lawful", "AML § 10-6(8)"),
        ("co_living_3747", "NO", "not_lawful", "AML § 10-4(1)"),
        ("soteria_48", "NO", "not_lawful", "AML § 10-8(1)"),
        ("soteria_48_pure", "CH", "not_lawful", "ArGV 2 Art. 9"),
    ],
)
def test_legal_status_of_the_schemes(scheme: str, law: str, status: str, article: str) -> None:
    """Co-living and 48-hour duties are not lawful by default; shifts rest on statute or agreement."""
    summary = expand(small_ward(scheme, 397.25, law=law), 7).summary
    assert summary.legal_status == status
    assert article in summary.legal_basis
    assert (summary.breaches_per_year > 0) == (status == "not_lawful")
    assert summary.legal_text.startswith(status.replace("_", " "))


@pytest.mark.parametrize(
    ("scheme", "basis", "status"),
    [
        ("co_living", "national_agreement", "needs_agreement"),
        ("co_living", "live_in_regulation", "needs_agreement"),
        ("co_living", "union_agreement", "not_lawful"),
        ("co_living", "none", "not_lawful"),
        ("co_living_7_7", "live_in_regulation", "needs_agreement"),
        ("co_living_3747", "live_in_regulation", "not_lawful"),  # the second rest of 2 h is not in the rota
        ("soteria_48", "national_agreement", "needs_agreement"),
    ],
)
def test_what_a_legal_basis_changes_in_norway(scheme: str, basis: str, status: str) -> None:
    """The same rota stands differently on another basis; the rota itself is never changed."""
    scenario = small_ward(scheme, 397.25, legal_basis=basis)
    roster = expand(scenario, 7)
    assert roster.summary.legal_status == status
    assert (roster.duties == expand(small_ward(scheme, 397.25), 7).duties).all()


def test_the_way_out_is_named() -> None:
    """Who reads "not lawful" learns what it would need."""
    assert "agreement with a national union" in legal_status(expand(small_ward("co_living"), 364)).hint
    live_in = legal_status(expand(small_ward("co_living_7_7", legal_basis="live_in_regulation"), 364))
    assert "written consent" in live_in.hint


# -------------------------------------------------------------------- table
def test_every_rule_has_a_check_a_text_and_a_statute_or_basis() -> None:
    """A rule in the table that nothing checks, or a limit that belongs to no basis, would be silent."""
    for rule in load_rules():
        if rule.rule == SCOPE:  # for whom a basis is made, in words
            assert rule.note
            assert rule.limit is None
        else:
            assert rule.rule in CHECKS
            assert rule.rule in TEXTS
        assert rule.basis in FALL_BACK
        assert rule.who == "all" or hasattr(Stays, WHO[rule.who])
        assert rule.seen in {"S", "S2", "M+"}
        assert rule.article
    keys = [(r.law, r.rule, r.basis) for r in load_rules()]
    assert len(set(keys)) == len(keys)
    assert {r.law for r in load_rules()} == {"EU", "NO", "DE", "CH", "UK"}


@pytest.mark.parametrize("law", ["EU", "NO", "DE", "CH", "UK"])
def test_no_basis_means_statute(law: str) -> None:
    """`none` claims nothing, so the statute holds."""
    assert rules_for(law, "none") == rules_for(law, "statute")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_breaches_carry_date_line_and_article(scheme: str) -> None:
    """Sorted by date, within the horizon, each with where it stands in the law and what was found."""
    roster = expand(small_ward(scheme), 70)
    dates = [b.date for b in roster.breaches]
    assert dates == sorted(dates)
    for breach in roster.breaches:
        assert roster.start_date <= breach.date < roster.start_date + dt.timedelta(70)
        assert 1 <= breach.line <= len(roster.people)
        assert breach.article
        assert breach.text
