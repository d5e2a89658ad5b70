"""Where each limit stands in the law, typed a second time and not read from working_time.csv.

A rule with a wrong article still finds the right breaches, and then names the wrong law to those who decide.
The articles are those of the evidence on working-time law.
"""

from __future__ import annotations

import pytest

from wardsim.roster.working_time import Rule, load_rules

STATUTE, UNION, NATIONAL, LIVE_IN = "statute", "union_agreement", "national_agreement", "live_in_regulation"
ARTICLES = {
    # European Union
    ("EU", "daily_rest", STATUTE): "2003/88/EC Art. 3",
    ("EU", "daily_rest", UNION): "2003/88/EC Art. 17(3)(c) and 18",
    ("EU", "weekly_rest", STATUTE): "2003/88/EC Art. 5",
    ("EU", "weekly_rest", UNION): "2003/88/EC Art. 17(3)(c) and 18",
    ("EU", "mean_week", STATUTE): "2003/88/EC Art. 6",
    ("EU", "mean_week", UNION): "2003/88/EC Art. 19",
    ("EU", "night_mean", STATUTE): "2003/88/EC Art. 8",
    ("EU", "night_mean", UNION): "2003/88/EC Art. 17(3)(c) and 18",
    # Norway
    ("NO", "daily_hours", STATUTE): "AML § 10-4(1)",
    ("NO", "daily_hours", UNION): "AML § 10-5(2)",
    ("NO", "daily_hours", LIVE_IN): "FOR-2005-06-24-686 § 2",
    ("NO", "any_week", STATUTE): "AML § 10-4(1)",
    ("NO", "any_week", UNION): "AML § 10-5(2)",
    ("NO", "any_week", LIVE_IN): "FOR-2005-06-24-686 § 2",
    ("NO", "total_hours", STATUTE): "AML § 10-6(8)",
    ("NO", "total_hours", UNION): "AML § 10-6(9)",
    ("NO", "total_hours", LIVE_IN): "FOR-2005-06-24-686 § 2",
    ("NO", "total_week", STATUTE): "AML § 10-6(8)",
    ("NO", "total_week", LIVE_IN): "FOR-2005-06-24-686 § 2",
    ("NO", "normal_week", STATUTE): "AML § 10-4(4)",
    ("NO", "normal_week", LIVE_IN): "FOR-2005-06-24-686 § 2",
    ("NO", "continuous_week", STATUTE): "AML § 10-4(5)",
    ("NO", "continuous_week", LIVE_IN): "FOR-2005-06-24-686 § 2",
    ("NO", "mean_week", STATUTE): "AML § 10-6(8)",
    ("NO", "mean_week", UNION): "AML § 10-5(2)",
    ("NO", "mean_week", LIVE_IN): "FOR-2005-06-24-686 § 2(2)",
    ("NO", "daily_rest", STATUTE): "AML § 10-8(1)",
    ("NO", "daily_rest", UNION): "AML § 10-8(3)",
    ("NO", "daily_rest", LIVE_IN): "FOR-2005-06-24-686 § 3",
    ("NO", "scope", LIVE_IN): "FOR-2005-06-24-686 § 1",
    ("NO", "live_in_rest", LIVE_IN): "FOR-2005-06-24-686 § 3(1)",
    ("NO", "live_in_night", LIVE_IN): "FOR-2005-06-24-686 § 3(1)",
    ("NO", "weekly_rest", STATUTE): "AML § 10-8(2)",
    ("NO", "weekly_rest", UNION): "AML § 10-8(3)",
    ("NO", "weekly_rest", LIVE_IN): "FOR-2005-06-24-686 § 2",
    ("NO", "sundays_in_row", STATUTE): "AML § 10-8(4)",
    ("NO", "sundays_in_row", UNION): "AML § 10-8(4)",
    ("NO", "sundays_in_row", LIVE_IN): "FOR-2005-06-24-686 § 2",
    ("NO", "sunday_share", UNION): "AML § 10-8(4)",
    ("NO", "night_mean", STATUTE): "AML § 10-11",
    ("NO", "night_mean", LIVE_IN): "FOR-2005-06-24-686 § 2",
    # Germany
    ("DE", "daily_hours", STATUTE): "ArbZG § 3",
    ("DE", "daily_hours", UNION): "ArbZG § 7(1) Nr. 1a",
    ("DE", "mean_week", STATUTE): "ArbZG § 3",
    ("DE", "mean_week", UNION): "ArbZG § 7(8)",
    ("DE", "daily_rest", STATUTE): "ArbZG § 5(2)",
    ("DE", "rest_after_long", STATUTE): "ArbZG § 7(9)",
    ("DE", "night_mean", STATUTE): "ArbZG § 6(2)",
    ("DE", "free_sundays", STATUTE): "ArbZG § 11(1)",
    ("DE", "scope", LIVE_IN): "ArbZG § 18(1) Nr. 3",
    # Switzerland
    ("CH", "scope", LIVE_IN): "ArG Art. 3 e",
    ("CH", "week_or_two", STATUTE): "ArG Art. 9; ArGV 2 Art. 7(2)",
    ("CH", "span", STATUTE): "ArGV 2 Art. 5",
    ("CH", "daily_rest", STATUTE): "ArGV 2 Art. 9",
    ("CH", "mean_rest", STATUTE): "ArGV 2 Art. 9",
    ("CH", "night_hours", STATUTE): "ArG Art. 17a; ArGV 2 Art. 10(2)",
    ("CH", "night_span", STATUTE): "ArG Art. 17a; ArGV 2 Art. 10(2)",
    ("CH", "seven_days", STATUTE): "ArGV 2 Art. 7(2)",
    ("CH", "rest_after_seven", STATUTE): "ArGV 2 Art. 7(2)",
    ("CH", "free_sundays", STATUTE): "ArGV 2 Art. 12(2)",
    ("CH", "rest_without_sunday", STATUTE): "ArGV 2 Art. 12(2)",
    # United Kingdom
    ("UK", "mean_week", STATUTE): "WTR reg. 4",
    ("UK", "daily_rest", STATUTE): "WTR reg. 10",
    ("UK", "daily_rest", UNION): "WTR reg. 21 and 24",
    ("UK", "fortnight_rest", STATUTE): "WTR reg. 11",
    ("UK", "fortnight_rest", UNION): "WTR reg. 21 and 24",
    ("UK", "night_mean", STATUTE): "WTR reg. 6",
    ("UK", "night_mean", UNION): "WTR reg. 21 and 24",
}
# One article lifts a whole law: these bases have it for every rule of theirs.
WHOLE_LAW = {
    ("NO", NATIONAL): "AML § 10-12(4)",
    ("DE", LIVE_IN): "ArbZG § 18(1) Nr. 3",
    ("CH", LIVE_IN): "ArG Art. 3 e",
}


def expected_article(rule: Rule) -> str:
    """The article typed here for a row of the table."""
    return WHOLE_LAW.get((rule.law, rule.basis)) or ARTICLES[rule.law, rule.rule, rule.basis]


@pytest.mark.parametrize("rule", load_rules(), ids=lambda r: f"{r.law}-{r.rule}-{r.basis}")
def test_each_limit_names_its_article(rule: Rule) -> None:
    assert rule.article == expected_article(rule)


def test_every_article_typed_here_has_its_limit() -> None:
    """A row that falls out of the table takes a rule out of the law."""
    there = {(rule.law, rule.rule, rule.basis) for rule in load_rules()}
    whole = {(law, rule, basis) for law, basis in WHOLE_LAW for rule in _lifted(law)}
    assert there == set(ARTICLES) | whole


def _lifted(law: str) -> set[str]:
    """Rules of a law that a basis for the whole of it lifts: all but those that stand on that basis alone."""
    return {rule for at, rule, _ in ARTICLES if at == law} - {"live_in_rest", "live_in_night", "scope"}
