"""Every mechanism acts: switched off, it moves a named outcome of a named service at default parameters.

Why: a mechanism that changes nothing would be a promise without content, and one that acts in the wrong
direction a mistake. Scenario and twin share their random numbers, so the paired 95 % interval must exclude
zero.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import yaml

import wardsim.model.inputs
import wardsim.model.processes
from tests.mechanisms.runs import changed, outcomes, run, scenario
from wardsim.experiment.paired import paired_difference
from wardsim.model.parameters import MECHANISMS
from wardsim.observe.outcomes import OUTCOMES

CONFIGS = Path(__file__).parents[2] / "configs" / "model"
DAYS, WARMUP = 90, 30


class Row(NamedTuple):
    """What switching off does: the outcome falls or rises, over so many replications; and why, in theory."""

    mechanism: str
    service: str
    outcome: str
    without: str
    replications: int
    why: str


TABLE = (
    Row("fatigue", "conventional_acute", "fatigue_risk_ratio_night_vs_day", "lower", 12,
        "nobody errs more at night"),
    Row("sickness", "community_centre", "share_new_staff_by_day", "lower", 12, "no temps, no stand-ins"),
    Row("turnover", "conventional_acute", "share_new_staff_by_day", "lower", 96, "no newcomers"),
    Row("staff_rotation", "heidenheim", "share_staff_on_duty_known", "higher", 24,
        "no guests of other wards"),
    Row("handover", "soteria_berne", "usable_knowledge_after_handover", "lower", 12, "nothing is told"),
    Row("written_record", "community_centre", "usable_knowledge_after_handover", "lower", 12,
        "nothing on paper"),
    Row("duties", "community_centre", "one_to_one_minutes_per_patient_day", "higher", 12,
        "time is free for people"),
    Row("household", "soteria_berne", "contact_minutes_per_patient_day", "lower", 12,
        "meals and work are not shared"),
    Row("programme", "community_centre", "shared_minutes_per_patient_day", "lower", 12,
        "no groups, no sessions"),
    Row("need", "community_centre", "distress_mean", "lower", 12, "no unmet need that distresses"),
    Row("company", "community_centre", "distress_mean", "higher", 12, "nobody else to be with"),
    Row("visits", "community_centre", "share_awake_undisturbed", "higher", 12,
        "no hours spent with visitors"),
    Row("stance", "community_centre", "best_trust_on_duty", "higher", 12,
        "pressure and limits cost no trust"),
    Row("rule_friction", "community_centre", "best_trust_on_duty", "higher", 12, "no refusals over rules"),
    Row("being_with", "soteria_berne", "one_to_one_minutes_per_patient_day", "lower", 12,
        "nobody stays with a person"),
    Row("trust", "soteria_berne", "distress_mean", "higher", 12, "contact without trust calms less"),
    Row("knowledge", "community_centre", "worked_out_share", "lower", 12, "deciders know nobody"),
    Row("listening", "community_centre", "worked_out_share", "lower", 12, "what others know is lost"),
    Row("power", "soteria_berne", "preference_met_share", "lower", 12, "the person's weight counts no more"),
    Row("waiting", "community_centre", "distress_mean", "lower", 12, "waiting does not distress"),
    Row("agency", "community_centre", "recovery_mean", "lower", 12, "having a say adds nothing"),
    Row("medication", "community_centre", "distress_mean", "higher", 12, "nothing calms"),
    Row("contagion", "conventional_acute", "incidents_per_100_patient_days", "lower", 36,
        "no crisis feeds another"),
    Row("circadian", "conventional_acute", "share_incidents_12_18", "lower", 24, "any hour is as likely"),
    Row("first_week", "conventional_acute", "incidents_per_100_patient_days", "lower", 24,
        "first days are like later"),
    Row("crisis_plans", "soteria_berne", "share_incidents_deescalated", "lower", 48, "no plan helps"),
    Row("trust_in_crises", "soteria_berne", "share_incidents_deescalated", "lower", 120,
        "who is trusted calms no better"),
    Row("power_in_crises", "soteria_berne", "share_incidents_deescalated", "lower", 72,
        "a fitting decision calms no better"),
    Row("training", "heidenheim", "share_incidents_deescalated", "lower", 12, "nobody is trained"),
    Row("coercion_aftermath", "conventional_acute", "agency_mean", "higher", 24,
        "coercion leaves nothing behind"),
    Row("recovery", "community_centre", "distress_mean", "higher", 12, "nobody gets better"),
    Row("returns", "conventional_acute", "occupancy_share", "lower", 12, "nobody comes back"),
    Row("settings", "heidenheim", "mean_days_all_settings", "lower", 12, "no day clinic, nothing at home"),
    Row("leave", "community_centre", "leave_share", "lower", 12, "nobody goes home for the weekend"),
    Row("strain", "community_centre", "contact_minutes_per_patient_day", "higher", 12,
        "strained staff withdraw"),
    Row("familiarity", "conventional_acute", "usable_knowledge_after_handover", "lower", 24,
        "teams hand over like strangers"),
)  # fmt: skip


def test_the_table_has_every_mechanism_once() -> None:
    assert [row.mechanism for row in TABLE] == list(MECHANISMS)
    assert {row.outcome for row in TABLE} <= {outcome.name for outcome in OUTCOMES}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.mechanism)
def test_switching_off_moves_an_outcome(row: Row) -> None:
    settings = (f"service={row.service}", f"horizon_days={DAYS}", f"warmup_days={WARMUP}")
    given = scenario(*settings)
    assert given.model.mechanisms[row.mechanism], f"{row.mechanism} is off in {row.service} from the start"
    twin = changed(given, f"model.mechanisms.{row.mechanism}", False)
    most = max(r.replications for r in TABLE if r.service == row.service)
    on = outcomes(*settings, replications=most)[row.outcome][: row.replications]
    off = run(twin, range(row.replications))[row.outcome]
    found = paired_difference(on, off)
    said = (
        f"{row.outcome} of {row.service}: {np.nanmean(on):.4g} with {row.mechanism}, change without it "
        f"{found.difference:+.3g} ({found.low:+.3g} to {found.high:+.3g}), n = {found.n}; expected {row.without}: {row.why}"
    )
    print(said)
    assert found.n >= row.replications / 2, said
    assert found.low > 0 if row.without == "higher" else found.high < 0, said


@pytest.mark.parametrize("name", ["standard", "sceptical"])
def test_the_options_of_the_model_name_every_mechanism(name: str) -> None:
    option = yaml.safe_load((CONFIGS / f"{name}.yaml").read_text(encoding="utf-8"))
    assert list(option["mechanisms"]) == list(MECHANISMS)
    if name == "standard":
        assert all(option["mechanisms"].values())


def test_every_switch_is_read_by_the_code() -> None:
    processes = Path(str(wardsim.model.processes.__path__[0]))
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(processes.glob("*.py")))
    inputs = Path(wardsim.model.inputs.__file__).read_text(encoding="utf-8")
    unread = [
        name
        for name in MECHANISMS
        if f".on_{name} " not in f"{text} " and f'mechanisms["{name}"]' not in inputs
    ]
    assert not unread
