"""Interventions: what can be done from outside to a run that is under way.

Everything here acts on the arrays of that run alone; what replications share is copied before it is changed.
Somebody added gets the last row and a number of their own, so nobody else's draws move.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, MutableMapping

import numpy as np
from numpy.typing import NDArray

from wardsim.model.engine import RETRAIN, Run, enlarged, enter
from wardsim.model.inputs import MINUTES_PER_DAY, ROUNDS, duty_rows, sleep_off_duty, spans
from wardsim.model.parameters import GROUPS, MECHANISMS, PAR_DTYPE
from wardsim.model.processes.from_outside import appoint, dismiss
from wardsim.roster.duty import Stretches, tables
from wardsim.scenario.register import Parameter, find, model_defaults
from wardsim.scenario.schema import WEEKDAYS

Rows = NDArray[np.void]

#: Numbers of those who were added on the way; holders of posts count from 1, temps from a million.
ADDED_WHO = 500_000

#: Parameters that act while a run is prepared or set up: to set them later would do nothing.
BEFORE_DAY_0 = frozenset({
    "tick_min", "people_limit", "pool_size", "recovery_halfway_day", "longest_stay_share", "list_size", "patients_demand_ratio",
    "patients_waiting_at_start_days", "returns_aftercare_reference", "fatigue_start_pressure",
    "relations_start_contact_h_per_day", "record_start_together_h", "strain_on_day_0",
    "on_circadian", "duties_day_share", "duties_evening_share", "ward_beds",
    "record_keep_verbal", "record_keep_notes", "record_keep_written",
    "crises_circadian_swing", "crises_circadian_peak_h", "crises_self_harm_peak_h",
    "crises_door_partly_locked", "crises_door_locked", "crises_last_resort_without_incident",
    *(f"crises_{policy}_{what}_{kind}" for policy in ("routine", "last_resort", "never", "under_regulation")
      for what in ("coerces", "passes_on") for kind in ("verbal", "physical")),
    "power_person_present", "staffing_position_size", "staffing_full_time_hours_per_week",
    "staffing_rotating_share", "rotation_night_cover_from_rows", "rotation_sleeping_paid_fraction",
    "rotation_closed_weekend_every_weeks",
    "fatigue_day_swing", "fatigue_day_peak_h", "fatigue_half_day_swing", "fatigue_half_day_mean", "fatigue_half_day_peak_h",
    "sleep_bedtime_min", "sleep_unwind_min", "sleep_night_min", "sleep_day_min",
    "sleep_rise_before_min", "duties_day_first_h", "duties_evening_first_h", "duties_night_first_h",
    "contact_wake_h", "crises_partly_locked_share", *(f"medication_{part}_round_h" for part in ROUNDS),
})  # fmt: skip


# -------------------------------------------------------------------- parameters
def _settings() -> dict[str, str]:
    """Path in the register of every parameter that has one."""
    paths = {
        f"{submodel}_{name}": f"model.{submodel}.{name}"
        for submodel, names in model_defaults().items()
        for name in names
    }
    for name in PAR_DTYPE.names or ():
        prefix, _, rest = name.partition("_")
        if prefix in GROUPS:
            paths[name] = f"{prefix}.{rest}"
    return paths


class Parameters(MutableMapping[str, float]):
    """The parameters of one run by name (``care_presence_norm``, ``relations_trust_h``, ``on_fatigue``).

    Setting one changes this run from the next tick on, and no other.  A parameter that acts only before day 0
    is refused, as is a value outside the range of the register.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._paths = _settings()

    def __getitem__(self, name: str) -> float:
        self._check_name(name)
        return float(self._run.arrays["par"][0][name])

    def __setitem__(self, name: str, value: float) -> None:
        self._check_name(name)
        if name in BEFORE_DAY_0:
            raise ValueError(f"{name} acts only before day 0; set it in the scenario")
        row: Parameter | None = find(self._paths[name]) if name in self._paths else None
        if row is not None and not row.allows(float(value)):
            raise ValueError(f"{name} = {value!r} is out of range: {row.range_text}")
        if name.removeprefix("on_") in MECHANISMS and value not in (0, 1):
            raise ValueError(f"{name} is a switch: True or False, got {value!r}")
        self._run.own("par")[0][name] = value
        if name == "staffing_training":
            self._run.act(enter, RETRAIN)

    def __delitem__(self, name: str) -> None:
        raise TypeError("a parameter can be set, not deleted")

    def __iter__(self) -> Iterator[str]:
        return iter(PAR_DTYPE.names or ())

    def __len__(self) -> int:
        return len(PAR_DTYPE.names or ())

    @staticmethod
    def _check_name(name: str) -> None:
        if name not in (PAR_DTYPE.names or ()):
            near = difflib.get_close_matches(str(name), PAR_DTYPE.names or (), n=1)
            raise KeyError(f"no parameter {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))


# ------------------------------------------------------------------------- staff
def add_staff(
    run: Run, role: str, unit: int | str, weekdays: tuple[str, ...], start: str, hours: float
) -> int:
    """Enlarge the team of this run by one; returns the row of the new member.

    A role that had nobody so far gets the say and the seats that the power structure gives it.

    Raises
    ------
    ValueError
        If role, unit, a weekday, the time or the hours make no sense.
    """
    given = run.inputs
    if role not in given.role_names:
        raise ValueError(f"no role {role!r}; the scenario declares {', '.join(given.role_names)}")
    begin, place = _clock(start), _unit(run, unit)
    if not 0 < hours <= 24 or not weekdays or not set(weekdays) <= set(WEEKDAYS):
        raise ValueError(
            f"a duty takes up to 24 hours, on days out of {', '.join(WEEKDAYS)}; "
            f"got {hours!r} h on {weekdays!r}"
        )
    arrays, j = run.arrays, len(run.arrays["staff"])
    arrays["staff"] = enlarged(arrays["staff"], j + 1)
    arrays["staff"][j]["role"] = given.role_names.index(role)
    arrays["staff"][j]["unit"] = place
    arrays["staff"][j]["home_post"] = 1
    arrays["present"] = enlarged(arrays["present"], j + 1)
    arrays["candidates"] = enlarged(arrays["candidates"], len(arrays["candidates"]) + 1)
    arrays["pair"] = enlarged(arrays["pair"], len(arrays["pair"]), j + 1)
    arrays["pair"][:, j]["trust"] = -1.0
    arrays["together"] = enlarged(arrays["together"], j + 1, j + 1)
    days = _days_on(run, weekdays)
    first = days * MINUTES_PER_DAY + begin
    _add_duties(run, j, first[first >= _minute(run)], round(60 * hours))
    run.bind()
    run.act(appoint, j, ADDED_WHO + j, _minute(run))
    run.share_say()
    return j


def remove_staff(run: Run, j: int) -> None:
    """Staff j goes home; the duties still to come fall away, and so does sleep off duty.

    Raises
    ------
    ValueError
        Nobody would be left to settle some matter.
    """
    run.share_say(gone=j)
    run.act(dismiss, j, _minute(run))
    for name, following in (("duties", "next_duty"), ("rests", "next_rest"), ("sleeps", "next_sleep")):
        table = run.arrays[name]
        done = np.arange(len(table)) < run.clock[following]
        run.arrays[name] = np.ascontiguousarray(table[done | (table["staff"] != j)])
    run.n_left += 1
    run.bind()


def _add_duties(run: Run, j: int, start: NDArray[np.int64], minutes: int) -> None:
    """Duties of staff j and their sleep off duty join the tables of this run, in order of time."""
    none = np.zeros(0, dtype=np.int64)
    bare = Stretches(np.full(len(start), j), start, start + minutes, none, none, none)
    planned, _ = tables(bare, (0, MINUTES_PER_DAY * (run.inputs.days_total + 1)))
    planned["paid_h"] = planned["working_h"]
    rows = duty_rows(planned)
    run.arrays["duties"] = _merged(run.arrays["duties"], rows, "start_min")
    asleep = sleep_off_duty(rows, run.inputs.days_total, run.inputs.scenario.model.parameters["sleep"])
    rests = spans(np.full(len(asleep[0]), j), *asleep)
    past = rests["time_min"] < _minute(run)
    run.arrays["staff"][j]["resting"] = rests["asleep"][past][-1] if past.any() else 0
    run.arrays["rests"] = _merged(run.arrays["rests"], rests[~past], "time_min")


def _merged(table: Rows, rows: Rows, by: str) -> Rows:
    """Rows put into a table that is in order of time, after those of the same minute."""
    at = np.searchsorted(table[by], rows[by], side="right")
    return np.insert(table, at, rows)


def _days_on(run: Run, weekdays: tuple[str, ...]) -> NDArray[np.int64]:
    """Days of the run on which somebody with these weekdays works (public holidays are off)."""
    days = run.arrays["days"]
    wanted = np.isin(days["weekday"], [WEEKDAYS.index(day) for day in weekdays])
    holiday = (days["rest_day"] == 1) & (days["weekday"] < 5)
    return np.flatnonzero(wanted & ~holiday)


def _minute(run: Run) -> float:
    return float(run.tick) * float(run.arrays["par"]["tick_min"][0])


def _clock(text: str) -> int:
    hour, colon, minute = text.partition(":")
    if not (colon and hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60):
        raise ValueError(f"start is a time of day such as '09:00', got {text!r}")
    return 60 * int(hour) + int(minute)


def _unit(run: Run, unit: int | str) -> int:
    names = [u.name for u in run.inputs.scenario.ward.units]
    if unit in names:
        return names.index(str(unit))
    if isinstance(unit, int) and 0 <= unit < len(names):
        return unit
    raise ValueError(f"no unit {unit!r}; the ward has {', '.join(names)}")
