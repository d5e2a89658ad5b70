"""What is simulated: frozen pydantic models, one for each config group.

A scenario is a full parameter set without a seed.  Ranges of single numbers stand in the parameter
register (``register.csv``) and are checked in ``compose.py``; what stands here is the shape, and what must
hold between numbers (weights that sum to one, shares of units ...).
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field, field_validator, model_validator

from wardsim.scenario.frozen import Frozen
from wardsim.scenario.rotation import ClockTime, Crew, ImportedDuty, Rotation, ShiftType

__all__ = [
    "DEFERRED", "FORUMS", "MATTERS", "MEASURES", "PERSON", "WEEKDAYS", "Activity", "Calendar", "Care",
    "ClockTime", "Cost", "Crew", "Crisis", "Forum", "ForumName", "Frozen", "ImportedDuty", "Matter",
    "Measure", "Model", "NightCover", "Patients", "Power", "Role", "RoleKind", "Rotation", "Scenario",
    "ShiftType", "Staffing", "Unit", "Ward", "Weekday",
]  # fmt: skip

Matter = Literal["everyday", "plan", "medication", "crisis", "admission", "discharge"]
#: Matters that can wait for a forum; a crisis is decided where it happens.
DeferredMatter = Literal["everyday", "plan", "medication", "admission", "discharge"]
DEFERRED: tuple[DeferredMatter, ...] = ("everyday", "plan", "medication", "admission", "discharge")
MATTERS: tuple[Matter, ...] = ("everyday", "plan", "medication", "crisis", "admission", "discharge")
ForumName = Literal[
    "at_once", "shift_leader", "next_doctor", "ward_round", "weekly_conference", "network_meeting"
]
FORUMS: tuple[ForumName, ...] = (
    "at_once", "shift_leader", "next_doctor", "ward_round", "weekly_conference", "network_meeting",
)  # fmt: skip
RoleKind = Literal["milieu_therapist", "doctor", "psychologist", "peer_worker", "other"]
Measure = Literal[
    "holding", "mechanical_restraint", "seclusion", "shielding", "rapid_tranquillisation", "forced_medication",
]  # fmt: skip
MEASURES: tuple[Measure, ...] = (
    "holding", "mechanical_restraint", "seclusion", "shielding", "rapid_tranquillisation", "forced_medication",
)  # fmt: skip
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIRST_YEAR, LAST_YEAR = 1900, 2200  # calendars and public holidays are known for these years
PERSON = "patient"  # the role name under which the person staying has a weight in decisions


# ------------------------------------------------------------------ ward
class Unit(Frozen):
    """A team with the places it looks after."""

    name: str
    share: float = Field(description="share of the ward's beds")
    day_places: int = 0
    home_places: int = 0


class Ward(Frozen):
    label: str
    beds: int
    units: tuple[Unit, ...]
    door: Literal["open", "partly_locked", "locked"]
    soft_room: bool = Field(description="a room of low stimulation, used for being-with and in crises")

    @field_validator("units")
    @classmethod
    def _shares(cls, units: tuple[Unit, ...]) -> tuple[Unit, ...]:
        total = sum(u.share for u in units)
        if not units or abs(total - 1) > 1e-6:
            raise ValueError(f"the units' shares of the beds sum to {total:g}; they must sum to 1")
        if len({u.name for u in units}) != len(units):
            raise ValueError("two units have the same name")
        return units


# ----------------------------------------------------------------- power
class Forum(Frozen):
    """Where matters are settled: on which days, when, for how many minutes (per unit)."""

    weekdays: tuple[Weekday, ...]
    start: ClockTime
    minutes: float


class Power(Frozen):
    """Who decides what, where, and who is listened to."""

    label: str
    about: str
    flexibility: float = Field(
        description="share of everyday requests that whoever is present may grant at once"
    )
    listening: float = Field(description="how much of the best knowledge in the forum reaches the deciders")
    person_present: bool = Field(
        description="the person is there and heard when plan and medication are decided"
    )
    weights: dict[Matter, dict[str, float]]
    forum: dict[DeferredMatter, ForumName]
    forums: dict[ForumName, Forum] = Field(description="timetable of the forums that meet at set times")

    @model_validator(mode="after")
    def _complete(self) -> Power:
        problems = []
        for matter in MATTERS:
            if matter not in self.weights:
                problems.append(f"weights.{matter} is missing")
                continue
            total = sum(self.weights[matter].values())
            if abs(total - 1) > 1e-6:
                problems.append(f"weights.{matter} sum to {total:g}; they must sum to 1")
            if matter != "crisis" and matter not in self.forum:
                problems.append(f"forum.{matter} is missing")
        for matter, name in self.forum.items():
            if name in ("ward_round", "weekly_conference", "network_meeting") and name not in self.forums:
                problems.append(f"forum.{matter} is {name}, but forums.{name} has no timetable")
        if problems:
            raise ValueError("\n".join(problems))  # one line per problem: compose.py splits them
        return self

    def forum_of(self, matter: Matter) -> ForumName:
        """Where a matter is settled; a crisis where it happens, by who is there."""
        return "at_once" if matter == "crisis" else self.forum[matter]


# -------------------------------------------------------------- staffing
class Role(Frozen):
    """A kind of work on the ward. Declared here, so a new role needs no code."""

    kind: RoleKind
    skill: float = Field(description="mean relational skill, 1 = average milieu therapist")
    means_knowledge: float = Field(description="E: knowledge of means for decisions, 0-1")
    documents: bool = Field(description="does documentation, indirect care and medication")
    counts_for_cover: bool = Field(description="counts toward nursing cover and crisis response")
    weekday_hours: float = Field(7.5, description="length of a weekday duty, if not on the ward's rotation")
    weekday_start: ClockTime = "08:00"


class NightCover(Frozen):
    waking: int | None = Field(
        None, description="waking night posts per unit; empty: one per started beds_per_waking"
    )
    beds_per_waking: int = 15
    sleeping: int = Field(0, description="people asleep on site that a rota must bring")


class Staffing(Frozen):
    label: str
    fte: dict[str, float] = Field(description="full-time equivalents by role, whole ward")
    roles: dict[str, Role]
    allocation: dict[str, tuple[float, ...]] = Field({}, description="weights by unit; empty: by places")
    position_size: float
    full_time_hours_per_week: float
    sizing: Literal["same_paid_hours", "same_presence", "same_cost", "same_cover"]
    sizing_target: float | None = Field(
        None, description="set by compare from the baseline: h or money a week"
    )
    night_cover: NightCover
    training: float = Field(description="share of staff trained in de-escalation and relational work, 0-1")
    turnover_per_year: float
    rotating_share: float = Field(description="share of milieu posts that other wards' staff fill in turn")

    @model_validator(mode="after")
    def _roles(self) -> Staffing:
        unknown = [r for r in self.fte if r not in self.roles]
        if unknown:
            raise ValueError(f"fte names roles that are not declared in roles: {', '.join(unknown)}")
        if not any(self.roles[r].kind == "milieu_therapist" and v > 0 for r, v in self.fte.items()):
            raise ValueError("no role of kind milieu_therapist has any FTE")
        return self


# -------------------------------------------------------------- patients
class Patients(Frozen):
    """Mix of people referred."""

    label: str
    stay_median_days: float
    stay_sigma: float
    stay_max_days: float
    demand_ratio: float = Field(description="referrals (first and returning) x mean stay / places")
    involuntary_share: float
    medicated_share: float
    medication_free_share: float = Field(description="share who wish to be without medication")
    excluded_share: float = Field(description="share of referrals whom the service excludes by its rules")
    self_referral_share: float
    patience_days: float = Field(description="mean time somebody stays on the waiting list")
    waiting_at_start_days: float = Field(description="wait that the list of day 0 stands for")
    baseline_distress: float = Field(description="mean of b, SD units")
    risk_sd: float = Field(description="spread of risk at referral beyond distress")
    crisis_rate: float = Field(description="multiplier on everybody's individual crisis rate")


# ------------------------------------------------------------------ care
class Activity(Frozen):
    """An item of the programme."""

    kind: Literal["group", "meal", "household", "meeting", "exposure"]
    weekdays: tuple[Weekday, ...]
    start: ClockTime
    minutes: float
    role: str = Field("any", description="role that leads it, or any")
    n_staff: int = 1
    share: float = Field(
        description="share of those present who take part on average; 0: a meeting of staff without them"
    )


class Care(Frozen):
    label: str
    presence_norm: float
    administration_load: float
    household_shared: bool
    named_worker: bool
    record: Literal["verbal", "notes", "written"]
    planning_conversations_per_week: float
    sessions_per_week: dict[str, float] = Field(
        description="individual sessions per person and week, by role"
    )
    session_minutes: float
    alternating_sessions: bool = Field(
        description="sessions alternate between therapists instead of one's own"
    )
    programme: dict[str, Activity]
    network_meetings_per_month: float
    visits_per_week: float
    being_with: bool
    weekend_leave_share: float
    taper_offered: float = Field(
        description="probability that a wish to taper is met with an offer, per week"
    )
    information: float = Field(description="0-1, how well people are informed about means and medication")
    joint_crisis_plans: float = Field(description="share of stays that begin with an own crisis plan")
    aftercare: float = Field(description="0-1, follow-up after discharge")
    supervision_per_month: float


# ---------------------------------------------------------------- crisis
class Crisis(Frozen):
    label: str
    policy: Literal["containment_routine", "last_resort", "never", "under_regulation"]
    measures: dict[Measure, float] = Field(description="mix of coercive measures where the policy allows any")
    response_team: int = Field(description="extra staff who come from elsewhere, day and night")
    debriefing: bool
    refers_elsewhere: bool = Field(description="no alliance after 14 days: the person is referred elsewhere")

    @model_validator(mode="after")
    def _has_measures(self) -> Crisis:
        takes_some = self.policy in ("containment_routine", "last_resort")
        if takes_some and sum(self.measures.values()) <= 0:
            raise ValueError(f"measures are all 0, but the policy {self.policy} takes some")
        return self


# -------------------------------------------------- calendar, cost, model
class Calendar(Frozen):
    label: str
    start_date: dt.date
    public_holidays: str | None = Field(None, description="country code (NO, DE, CH, GB), or empty")
    working_time_law: Literal["EU", "NO", "DE", "CH", "UK"]

    @field_validator("start_date")
    @classmethod
    def _in_these_centuries(cls, day: dt.date) -> dt.date:
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueError(f"{day} lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
        return day


class Cost(Frozen):
    label: str
    currency: str
    hourly: dict[str, float] = Field(
        description="hourly cost by role, on-costs included; 'other' for any other role"
    )
    evening_supplement: float
    night_supplement: float
    weekend_supplement: float
    temp_factor: float
    sick_pay_share: float
    overhead_per_bed_day: float


class Model(Frozen):
    """How it is simulated: structural choices, switches, and the numbers of the register."""

    label: str
    decision: Literal["geometric", "arithmetic", "minimum", "rights_only", "no_power_effect"]
    tick_minutes: Literal[5, 15]
    mechanisms: dict[str, bool]
    parameters: dict[str, dict[str, float]] = Field(
        description="submodel -> name -> value, defaults from the register"
    )


class Scenario(Frozen):
    """Everything that one run needs but its seed."""

    name: str
    about: str = ""
    horizon_days: int
    warmup_days: int
    ward: Ward
    rotation: Rotation
    power: Power
    staffing: Staffing
    patients: Patients
    care: Care
    crisis: Crisis
    calendar: Calendar
    cost: Cost
    model: Model
    choices: dict[str, str] = Field({}, description="the option chosen in each group")
    notes: dict[str, str] = Field({}, description="answers printed in reports, not simulated")
    change_on_day: int | None = None
    after: Scenario | None = Field(None, description="what the ward becomes on change_on_day")

    @property
    def change_after_days(self) -> int | None:
        """Days from the first simulated one, the warm-up included, to the change; None: no change."""
        return None if self.change_on_day is None else self.warmup_days + self.change_on_day

    @model_validator(mode="after")
    def _together(self) -> Scenario:
        problems = []
        roles = {*self.staffing.roles, PERSON}
        for matter, weights in self.power.weights.items():
            missing = sorted(r for r in weights if r not in roles)
            if missing:
                problems.append(f"power.weights.{matter} names unknown roles: {', '.join(missing)}")
        problems += [
            f"care.sessions_per_week names an unknown role: {role}"
            for role in self.care.sessions_per_week
            if role not in roles
        ]
        for name, item in self.care.programme.items():
            if item.role != "any" and item.role not in roles:
                problems.append(f"care.programme.{name}.role names an unknown role: {item.role}")
        n_units = len(self.ward.units)
        for role, split in self.staffing.allocation.items():
            if len(split) != n_units:
                problems.append(f"staffing.allocation.{role} has {len(split)} weights for {n_units} units")
        if (self.change_on_day is None) != (self.after is None):
            problems.append("a changeover needs both a day (change_on_day) and what the ward becomes (after)")
        if self.patients.stay_max_days < self.patients.stay_median_days:
            problems.append(
                f"patients.stay_max_days={self.patients.stay_max_days:g}, the longest stay, is below "
                f"patients.stay_median_days={self.patients.stay_median_days:g}, which half of all stays are longer than"
            )
        if self.after is not None and [u.name for u in self.after.ward.units] != [
            u.name for u in self.ward.units
        ]:
            problems.append(
                "a changeover keeps its units: ward.units must have the same names before and after"
            )
        if self.after is not None and list(self.after.staffing.roles) != list(self.staffing.roles):
            problems.append("a changeover keeps its roles: declare the same staffing.roles before and after")
        if problems:
            raise ValueError("\n".join(problems))  # one line per problem: compose.py splits them
        return self

    @property
    def at_first(self) -> Scenario:
        """The ward before anything changes; itself where nothing changes."""
        return self if self.after is None else self.model_copy(update={"after": None, "change_on_day": None})

    @property
    def in_the_end(self) -> Scenario:
        """The ward after its last change; itself where nothing changes."""
        return self if self.after is None else self.after.in_the_end
