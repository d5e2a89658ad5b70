"""Scenarios of one small unit for the roster's tests, independent of the services' figures."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from wardsim.scenario.schema import Calendar, Cost, NightCover, Role, Rotation, Scenario, Staffing, Unit, Ward

FOLDER = Path(__file__).parents[2] / "configs" / "rotation"
SCHEMES = (
    "three_shift", "twelve_hour", "co_living", "co_living_7_7", "co_living_7_14", "co_living_3747",
    "soteria_48", "soteria_48_pure", "five_day_programme",
)  # fmt: skip
KINDS = {"milieu_therapist": "milieu_therapist", "nurse": "milieu_therapist", "doctor": "doctor",
         "psychologist": "psychologist", "peer_worker": "peer_worker"}  # fmt: skip
MONDAY = dt.date(2027, 1, 4)


@cache
def rotation(name: str) -> Rotation:
    """The scheme as it stands in configs/."""
    return Rotation(**yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")))


def role(kind: str) -> Role:
    return Role(
        kind=kind,  # type: ignore[arg-type]
        skill=1.0, means_knowledge=0.5, documents=True, counts_for_cover=kind == "milieu_therapist",
    )  # fmt: skip


def small_ward(
    scheme: str | Rotation = "three_shift",
    hours: float = 397.25,
    *,
    beds: int = 10,
    units: tuple[Unit, ...] = (Unit(name="house", share=1.0),),
    fte: dict[str, float] | None = None,
    full_time: float = 35.5,
    position_size: float = 0.75,
    night_cover: NightCover | None = None,
    start_date: dt.date = MONDAY,
    public_holidays: str | None = None,
    law: str = "NO",
    legal_basis: str | None = None,
    **staffing: Any,
) -> Scenario:
    """A ward with `hours` of milieu staff a week; only the groups that the roster reads are there."""
    plan = rotation(scheme) if isinstance(scheme, str) else scheme
    if legal_basis is not None:
        plan = plan.model_copy(update={"legal_basis": legal_basis})
    return Scenario.model_construct(  # type: ignore[call-arg]
        name="small",
        ward=Ward(label="small", beds=beds, units=units, door="open", soft_room=False),
        rotation=plan,
        staffing=Staffing(
            label="small",
            fte=fte or {"milieu_therapist": hours / full_time},
            roles={name: role(kind) for name, kind in KINDS.items()},
            position_size=position_size,
            full_time_hours_per_week=full_time,
            night_cover=night_cover or NightCover(),
            training=0.3,
            turnover_per_year=0.1,
            rotating_share=0.0,
            **{"sizing": "same_paid_hours", **staffing},
        ),
        calendar=Calendar(
            label="small", start_date=start_date, public_holidays=public_holidays, working_time_law=law
        ),  # type: ignore[arg-type]
        cost=Cost(
            label="small", currency="NOK", hourly={"milieu_therapist": 400.0, "other": 500.0},
            evening_supplement=0.28, night_supplement=0.28, weekend_supplement=0.2, temp_factor=1.7, sick_pay_share=1.0,
            overhead_per_bed_day=0.0,
        ),
        warmup_days=0,
        after=None,
        change_on_day=None,
    )  # fmt: skip
