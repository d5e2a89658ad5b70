"""Power as it was lived, staff, and the service: alignment, strain, hours, occupancy, stays, returns,
cost."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wardsim.model.buffers import (
    ADMITTED,
    EXCLUDED,
    F_COVERING,
    F_OPEN,
    F_OVERTIME,
    F_TEMP,
    F_WORKED,
    FULL_WAITS,
    LEFT_THE_LIST,
    S_PLANNED,
)
from wardsim.model.state import K_HOME, R_CHOSEN, R_CRISIS, R_PLANNED
from wardsim.model.world import DOCTOR, MILIEU, ROLE_KIND
from wardsim.observe.indices import compact, distinct, gini, mean, share, spread
from wardsim.observe.window import Window, is_counted
from wardsim.power import (
    authority_shares,
    freeman_centralisation,
    power_contact_alignment,
    power_responsibility_imbalance,
)
from wardsim.roster import RosterSummary


def power(w: Window) -> dict[str, float]:
    """Authority weighted by the decisions taken, against contact and responsibility."""
    authority, here = _authority(w), _ever_here(w)
    contact_min = w.contact_sums.equivalent_min.sum(axis=(0, 2, 3))
    minutes = w.duties["contact_min"] + w.duties["crisis_min"] + w.duties["duty_min"]
    responsibility = np.bincount(w.duties["role"], weights=minutes, minlength=len(contact_min))
    kinds = w.inputs.roles["kind"]
    found = {
        "authority_freeman": freeman_centralisation(authority[here]),
        "authority_gini": gini(authority[here]),
        "voice_of_person": float(authority[-1]),
        "voice_of_peers": float(authority[:-1][kinds == ROLE_KIND.index("peer_worker")].sum()),
        "power_contact_alignment": power_contact_alignment(authority[:-1], contact_min),
    }
    imbalance = power_responsibility_imbalance(authority[:-1], responsibility)
    for number, name in enumerate(ROLE_KIND[:4]):
        found[f"power_responsibility_imbalance_{name}"] = float(np.nansum(imbalance[kinds == number]))
    return found


def _ever_here(w: Window) -> NDArray[np.bool_]:
    """Which roles are on the ward in this run, before or after a change, and the person."""
    here = np.zeros(len(w.inputs.roles) + 1, dtype=bool)
    here[w.record.staff["role"]] = True
    here[-1] = True
    return here


def _authority(w: Window) -> NDArray[np.float64]:
    """Share of every role, and of the person, in the decisions taken; what was granted at once counts for whoever
    granted it, and everything else with the weights in force when it was settled."""
    m = w.matters
    since, weights = [minute for minute, _ in w.record.say], np.array([each for _, each in w.record.say])
    n_matters, n_actors = weights.shape[1:]
    if len(m) == 0:
        return authority_shares(weights[-1])
    at_once = m["granted_by"] >= 0
    in_force = np.searchsorted(since, m["decided_min"][~at_once], side="right") - 1
    settled = np.bincount(in_force * n_matters + m["matter"][~at_once], minlength=len(since) * n_matters)
    granted = np.bincount(m["granted_by"][at_once], minlength=n_actors)
    rows = np.vstack([weights.reshape(-1, n_actors), np.eye(n_actors)])
    return authority_shares(rows, np.concatenate([settled, granted]))


def staff(w: Window) -> dict[str, float]:
    """Sleepiness, strain, sickness, turnover, overtime, work left undone, hours; error index by duty."""
    d = w.duties
    worked = d[np.isin(d["state"], (F_WORKED, F_COVERING))]
    milieu = w.of_role(worked, MILIEU)
    nights, days = milieu[milieu["is_night"] == 1], milieu[milieu["is_night"] == 0]
    quick, slow = days[days["quick"] == 1], days[days["quick"] == 0]
    planned = w.sum("planned_min")
    held = worked[w.record.staff["home_post"][worked["staff"]] == 1]
    posts = compact(held["staff"])
    newcomers = distinct(posts, compact(held["who"])) - len(np.unique(posts)) + _new_posts(w)
    return {
        "staff_kss_mean": mean(milieu["kss"]),
        "staff_strain_mean": mean(milieu["strain"]),
        "staff_sickness_share": share(w.sum("sick_min"), planned),
        "open_duty_share": share(w.sum("open_duty_min"), planned),
        "temp_share": share(w.sum("temp_min"), planned),
        "overtime_h_per_week": w.sum("overtime_min") / 60.0 / (w.days / 7.0),
        "undone_min_per_patient_day": share(w.sum("undone_min"), w.treated_days),
        "newcomers_per_year": newcomers / (w.days / 365.0),
        "mean_weekly_hours_team_member": _of_rota(w, lambda rota: rota.mean_weekly_hours),
        "rota_breaches_per_year": _of_rota(w, lambda rota: rota.breaches_per_year),
        "fatigue_risk_ratio_night_vs_day": share(mean(nights["rho"]), mean(days["rho"])),
        "fatigue_risk_ratio_quick_return": share(mean(quick["rho"]), mean(slow["rho"])),
        "staff_share_duties": share(w.sum("duty_min"), w.sum("staff_awake_min")),
        "staff_share_handover": share(w.sum("handover_min"), w.sum("staff_awake_min")),
        "staff_share_meetings": share(w.sum("meeting_min"), w.sum("staff_awake_min")),
        "staff_share_in_milieu_unengaged": share(w.sum("milieu_min"), w.sum("staff_awake_min")),
        "staff_share_office": share(w.sum("office_min"), w.sum("staff_awake_min")),
    }


def _of_rota(w: Window, what: Callable[[RosterSummary], float]) -> float:
    """A number of the rota; where the rota changes within the window, its mean over the counted days."""
    roster, day = w.inputs.roster, w.inputs.scenario.change_on_day
    if day is None:
        return what(roster.summary)
    before = min(1.0, day / w.days)
    return before * what(roster.summary_before) + (1.0 - before) * what(roster.summary)


def _new_posts(w: Window) -> int:
    """Posts that begin with a changeover in the window: whoever holds one is new to the ward."""
    begins = w.inputs.roster.people["from_min"]
    own = w.record.staff["home_post"][: len(begins)] == 1
    return int((own & (begins >= max(1.0, w.inputs.warmup_min)) & (begins < w.inputs.end_min)).sum())


def service(w: Window) -> dict[str, float]:
    """Occupancy, stays, distress and recovery, returns, who was not admitted, waiting, cost."""
    e, r = w.ended, w.referrals
    years = w.days / 365.0
    in_min = w.sum("in_min")
    known = e[e["return_days"] > -2]
    back = known["return_days"]
    crisis = known["return_kind"] == R_CRISIS
    first = r[r["returning"] == 0]
    referred = np.isin(r["reason"], (ADMITTED, FULL_WAITS, EXCLUDED))  # once for each time somebody comes
    asked = float((referred & (r["returning"] == 0)).sum())
    money = _cost(w)
    at_once = int((r["reason"] == ADMITTED).sum())
    contact_h = float(w.contact_sums.equivalent_min.sum()) / 60.0
    admitted = w.stays[w.stays["start_min"] >= w.inputs.warmup_min]
    visits, home_days = w.contact_sums.n[:, :, K_HOME].sum(axis=(0, 2)), w.sum("home_min") / 1440.0
    by_doctors = float(visits[w.inputs.roles["kind"] == DOCTOR].sum())
    in_year = (back >= 0) & (back <= 365)
    return {
        "occupancy_share": share(in_min + w.sum("leave_min"), w.sum("bed_min")),
        "stays_per_year": len(e) / years,
        "mean_stay_days": mean((e["in_min"] + e["leave_min"]) / 1440.0),
        "mean_days_all_settings": mean((e["end_min"] - e["start_min"]) / 1440.0),
        "people_in_day_clinic": w.sum("day_min") / 1440.0 / w.days,
        "people_at_home": w.sum("home_min") / 1440.0 / w.days,
        "people_outside_needing_the_ward": w.sum("bed_wanted") / w.days,
        "home_visits_per_day_at_home": share(float(visits.sum()), home_days),
        "doctor_visits_per_week_at_home": share(by_doctors, home_days / 7.0),
        "leave_share": share(w.sum("leave_min"), w.sum("leave_min") + in_min),
        "readmission_30d": mean((back >= 0) & (back <= 30)),
        "readmission_365d": mean(in_year),
        "readmission_365d_in_crisis": mean(in_year & crisis),
        "readmission_365d_planned": mean(in_year & (known["return_kind"] == R_PLANNED)),
        "readmission_365d_self_chosen": mean(in_year & (known["return_kind"] == R_CHOSEN)),
        "distress_mean": share(w.sum("distress_min"), in_min),
        "recovery_mean": share(w.sum("recovery_min"), in_min),
        "recovery_at_discharge": mean(e["recovery_end"]),
        "recovery_at_discharge_sd": spread(e["recovery_end"]),
        "recovery_gain_per_stay": mean(e["recovery_end"] - e["recovery_start"]),
        "medication_level_mean": share(w.sum("medicated_min"), in_min),
        "referrals_per_year": float(referred.sum()) / years,
        "not_admitted_excluded_share": share(float((first["reason"] == EXCLUDED).sum()), asked),
        "left_waiting_list_per_year": float((r["reason"] == LEFT_THE_LIST).sum()) / years,
        "waiting_list_people": w.sum("waiting_people") / w.days,
        "waited_days_mean": mean(admitted["waited_min"] / 1440.0),
        "discharged_as_planned_share": mean(e["end"] == S_PLANNED),
        "admitted_at_once_share": share(float(at_once), float(at_once + (r["reason"] == FULL_WAITS).sum())),
        "cost_per_patient_day": share(money, w.treated_days),
        "cost_per_referral": share(money, float(referred.sum())),
        "cost_per_contact_hour": share(money, contact_h),
        "standardised_effect_of_trust_on_next_distress": alliance_effect(w),
    }  # fmt: skip


def _cost(w: Window) -> float:
    """Money of the duties begun in the window, with their supplements, sick pay, temps and overtime dearer, and of
    the bed days.  Duties that still run at the end cost what they will have cost, or long ones would look cheap."""
    cost = w.inputs.scenario.cost
    factor = np.ones(5)
    # whoever is sick is paid, and so is whoever comes
    factor[F_OPEN] = factor[F_OVERTIME] = cost.sick_pay_share
    factor[F_COVERING] = cost.temp_factor
    factor[F_TEMP] = cost.temp_factor + cost.sick_pay_share
    running = w.record.staff[w.record.staff["on_site"] == 1]
    began = w.inputs.roster.duties["start_min"][running["duty"]]
    running = running[is_counted(w.inputs, began)]
    state = np.where(
        running["covering"] == 1, F_COVERING, np.where(running["is_temp"] == 1, F_TEMP, F_WORKED)
    )
    role, duty, how = (
        np.concatenate([w.duties[name], more])
        for name, more in (("role", running["role"]), ("duty", running["duty"]), ("state", state))
    )
    paid = w.inputs.roster.duties["cost_h"][duty]
    return (
        float((paid * w.inputs.roles["hourly"][role] * factor[how]).sum())
        + cost.overhead_per_bed_day * w.sum("bed_min") / 1440.0
    )


def alliance_effect(w: Window) -> float:
    """Within-person slope of z(distress at the next contact) on z(trust), adjusted for distress now.

    Each row is a pair of consecutive contacts of one person: trust and distress at the first, distress at the
    second; all centred on the person's own mean.
    """
    c = w.contacts
    stay, trust_last = c["stay"], c["trust_last"]
    keep = np.flatnonzero((trust_last >= 0) & np.append(False, stay[1:] == stay[:-1]))
    if len(keep) < 50:
        return math.nan
    first = np.flatnonzero(np.append(True, np.diff(stay[keep]) != 0))  # of each stay; contacts go by stay
    after, now, trust = (
        _within(first, c[name][keep]) for name in ("distress", "distress_last", "trust_last")
    )
    columns = np.stack([trust / max(trust.std(), 1e-9), now / max(now.std(), 1e-9)])
    gram = columns @ columns.T
    slopes = np.linalg.solve(gram + 1e-9 * np.eye(2), columns @ (after / max(after.std(), 1e-9)))
    return float(slopes[0])


def _within(first: NDArray[np.intp], values: NDArray[Any]) -> NDArray[Any]:
    """Values minus the mean of their group; `first` says where each group begins."""
    n = np.diff(np.append(first, len(values)))
    centred: NDArray[Any] = values - np.repeat(np.add.reduceat(values, first) / n, n)
    return centred
