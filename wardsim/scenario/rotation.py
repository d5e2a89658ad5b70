"""The rotation group of a scenario: shifts, crews, duties from a file.  (What the words mean stands in ``roster``.)"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, model_serializer, model_validator

from wardsim.scenario.frozen import Frozen

ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class ShiftType(Frozen):
    """One duty: when it starts, how long it is, and when in it one sleeps on site."""

    start: ClockTime
    hours: float = Field(gt=0, le=72)
    sleep: str | None = Field(None, pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$",
                              description="clock window asleep on site, for example 23:00-07:00")  # fmt: skip


class Crew(Frozen):
    """Lines that together cover `posts` posts; sizing says how many copies of the crew there are.

    ``rows`` hold one character per day (a shift token, or ``-`` for a day off). All rows have the same
    length, the period. The person who works row r in one period works row r+1 in the next.
    ``weekend_rows`` roll among themselves (small weekend positions). ``part_rows`` replace ``rows`` in
    every copy that would not be whole; they hold no night. They default to ``rows``.
    ``posts`` says how many people one whole copy brings at the same time by day.
    """

    name: str
    sized_by: Literal["night_waking", "hours"]
    posts: float = 1.0
    rows: tuple[str, ...]
    weekend_rows: tuple[str, ...] = ()
    part_rows: tuple[str, ...] = ()


_DUTY = re.compile(
    r"(?P<role>\S+) (?P<line>\d+) (?P<start>\d+)-(?P<end>\d+) (?P<kind>\w+)(?: on (?P<unit>.+))?"
)


class ImportedDuty(Frozen):
    """A stretch on duty from a rota file: role and line instead of a name, minutes since the file's first Monday.

    Written as one line of text, ``role line start-end kind``, with `` on unit`` where the ward has several.
    """

    role: str
    line: int = Field(ge=0)
    start_min: int = Field(ge=0)
    end_min: int
    kind: Literal["waking", "sleeping"]
    unit: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _read(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        found = _DUTY.fullmatch(given)
        if found is None:
            raise ValueError("is not a duty; expected for example 'milieu_therapist 0 420-900 waking'")
        return {
            "role": found["role"], "line": int(found["line"]), "start_min": int(found["start"]),
            "end_min": int(found["end"]), "kind": found["kind"], "unit": found["unit"],
        }  # fmt: skip

    @model_serializer
    def _write(self) -> str:
        on = f" on {self.unit}" if self.unit is not None else ""
        return f"{self.role} {self.line} {self.start_min}-{self.end_min} {self.kind}{on}"


class Rotation(Frozen):
    """A rotation scheme as data."""

    label: str
    about: str
    legal_basis: Literal["statute", "union_agreement", "national_agreement", "live_in_regulation", "none"] = (
        Field(
            description="what the rota rests on: the statute alone; an agreement with the local union; one with a national "
            "union; the rules for staff who live in; none: nothing is claimed, checked like statute"
        )
    )
    shifts: dict[str, ShiftType]
    crews: tuple[Crew, ...]
    team_of: Literal["whole_unit", "copy"] = Field(
        description="whole_unit: everybody rolls through all rows of all copies, and a post that is only partly staffed "
        "is staffed duty by duty; copy: a team keeps its rows, and a partly staffed post is staffed block by block "
        "(duties of a line without a day off between)"
    )
    contract: Literal["part_time", "whole_line"] = Field(
        description="part_time: free weeks bring each line to the position size; whole_line: one person per line"
    )
    night_cover_from_rows: bool = Field(
        False,
        description="the rows themselves bring somebody (asleep or awake) at night; no waking night post needed",
    )
    handover_minutes: float
    sleeping_paid_fraction: float
    closed_weekend_every_weeks: int = Field(0, description="0: never closed; 4: one weekend in four")
    file: str | None = Field(
        None, description="rota file, only for rotation=imported; read once, into `duties`"
    )
    duties: tuple[ImportedDuty, ...] | None = Field(
        None, description="what the rota file said; the rota repeats after its length in whole weeks"
    )
