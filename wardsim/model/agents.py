"""Agents: the people on the ward as Mesa sees them.

An agent is a view on a row of the state and holds none itself: what you read is what the engine works with,
and the little that can be set is set there.  A patient's view begins and ends with the stay; somebody who
comes back is the same row and a new view.  A post that changes hands gets a new view; everybody else keeps
object and ``unique_id``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

import mesa
import numpy as np

from wardsim.model import interventions
from wardsim.model.processes import from_outside
from wardsim.model.state import ACTIVITY, DOING, PERSON, SETTING, STAFF

if TYPE_CHECKING:
    from wardsim.model.ward import WardModel


class Variable:
    """A state variable of the agent's row; unit, range and meaning stand in ``state.py``."""

    def __init__(self, name: str, convert: Callable[[Any], Any] = float, *, settable: bool = False) -> None:
        self.name = name
        self.convert = convert
        self.settable = settable
        self.spec = next(v for v in (*PERSON, *STAFF) if v.name == name)
        self.__doc__ = f"{self.spec.meaning} ({self.spec.unit})"

    def __get__(self, agent: _Row | None, owner: type) -> Any:
        return self if agent is None else self.convert(agent.state[self.name])

    def __set__(self, agent: _Row, value: float) -> None:
        if not self.settable:
            raise AttributeError(f"{self.name} follows from the model and can't be set")
        if not self.spec.low <= value <= self.spec.high:
            raise ValueError(
                f"{self.name} lies between {self.spec.low:g} and {self.spec.high:g}, got {value!r}"
            )
        agent.state[self.name] = value


class _Row(mesa.Agent):
    """An agent that stands for one row of a table of the state."""

    table: ClassVar[str]
    model: WardModel

    def __init__(self, model: WardModel, row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def state(self) -> np.void:
        """The row itself."""
        return self.model.run.arrays[self.table][self.row]  # type: ignore[no-any-return]

    @property
    def unit(self) -> str:
        """Name of the unit (team)."""
        number = int(self.state["unit"])
        return self.model.scenario.ward.units[number].name if number >= 0 else "none"

    def leave_model(self) -> None:
        """Take the view out of the model; the state stays as it is."""
        super().remove()


class Patient(_Row):
    """A person staying: on the ward, on leave, in the day clinic or in home treatment."""

    table = "people"
    slow = Variable("slow")
    fast = Variable("fast")
    need = Variable("need", settable=True)
    agency = Variable("agency", settable=True)
    recovery = Variable("recovery", settable=True)
    medication = Variable("medication")
    medication_goal = Variable("medication_goal", settable=True)
    wants_free = Variable("wants_free", bool)
    own_plan = Variable("own_plan", bool, settable=True)
    involuntary = Variable("involuntary", bool, settable=True)
    pending = Variable("pending", int)
    planned_days = Variable("planned_days", settable=True)

    def __init__(self, model: WardModel, row: int) -> None:
        super().__init__(model, row)
        self.stay = int(self.state["stay"])

    @property
    def distress(self) -> float:
        """Distress D = S + F (SD units)."""
        return self.slow + self.fast  # type: ignore[no-any-return]

    @property
    def setting(self) -> str:
        """Where the person is, as in ``state.SETTING``."""
        return SETTING[self.state["setting"]]

    @property
    def activity(self) -> str:
        """What the person does, as in ``state.DOING``."""
        return DOING[self.state["activity"]]

    @property
    def days_here(self) -> float:
        """Days since admission."""
        return (self.model.minute - float(self.state["admitted_min"])) / 1440.0

    @property
    def named_worker(self) -> StaffMember | None:
        """The named worker of this person."""
        return self.model.views.staff.get(int(self.state["named"]))

    @property
    def is_with(self) -> StaffMember | None:
        """The member of staff whom the person is with now."""
        return self.model.views.staff.get(int(self.state["with_staff"]))

    def trusts(self, member: StaffMember) -> float:
        """Trust in a member of staff, 0–1, as it would act now (looking at it changes nothing)."""
        return _relation(self, member)[0]

    def remove(self) -> None:
        """The stay ends here and now, as a transfer; the view goes with it."""
        if self.state["stay"] == self.stay:
            self.model.run.act(from_outside.transfer, self.row, self.model.minute)
        self.model.follow()


class StaffMember(_Row):
    """A member of staff: the person who holds a post now."""

    table = "staff"
    skill = Variable("skill", settable=True)
    trained = Variable("trained", bool, settable=True)
    strain = Variable("strain", settable=True)
    sleepiness = Variable("kss")
    error_index = Variable("rho")
    on_duty = Variable("on_site", bool)
    asleep = Variable("asleep", bool)
    is_temp = Variable("is_temp", bool)

    def __init__(self, model: WardModel, row: int) -> None:
        super().__init__(model, row)
        self.who = int(self.state["who"])

    @property
    def role(self) -> str:
        """Name of the role, as the scenario declares it."""
        return self.model.run.inputs.role_names[int(self.state["role"])]

    @property
    def activity(self) -> str:
        """What the member does, as in ``state.ACTIVITY``."""
        return ACTIVITY[self.state["activity"]]

    @property
    def is_with(self) -> Patient | None:
        """The person whom the member is with, one to one (the first of two in being-with)."""
        return self.model.views.patients.get(int(self.state["partner"])) if self.on_duty else None

    def knows(self, patient: Patient) -> float:
        """What the member knows of a person from time together, K, 0–1 (0 if they never met)."""
        return _relation(patient, self)[1]

    def remove(self) -> None:
        """The member goes home and gives up the post; duties still to come fall away, and nobody is hired."""
        if self.state["who"] == self.who and self.state["unit"] >= 0:
            interventions.remove_staff(self.model.run, self.row)
        self.model.follow()


class MilieuTherapist(StaffMember):
    """Somebody on the ward's rotation who shares the day with people."""


class Doctor(StaffMember):
    """A doctor."""


class Psychologist(StaffMember):
    """A psychologist."""


class PeerWorker(StaffMember):
    """Somebody who works here because of their own experience as a patient."""


class OtherStaff(StaffMember):
    """Any other role that a config declares."""


def _relation(patient: Patient, member: StaffMember) -> tuple[float, float]:
    """Trust and knowledge between the two as they would act now."""
    model = patient.model
    found: tuple[float, float] = model.run.act(
        from_outside.trust_and_knowledge, patient.row, member.row, model.minute
    )
    return found


#: Class of agent by the kind of role that ``staffing.roles`` declares.
KINDS: dict[str, type[StaffMember]] = {
    "milieu_therapist": MilieuTherapist,
    "doctor": Doctor,
    "psychologist": Psychologist,
    "peer_worker": PeerWorker,
    "other": OtherStaff,
}


class Views:
    """Keeps one agent for each stay that is open and for each holder of a post."""

    def __init__(self, model: WardModel) -> None:
        self._model = model
        self._seen: tuple[int, ...] = ()
        self.patients: dict[int, Patient] = {}  # by row of the person
        self.staff: dict[int, StaffMember] = {}  # by row of the post

    def follow(self) -> None:
        """Bring the agents into line with the state; costs next to nothing while nobody comes or goes."""
        run = self._model.run
        clock, staff = run.clock, run.arrays["staff"]
        seen = (int(clock["n_stays"]), int(clock["n_here"]), int(clock["next_who"]), len(staff), run.n_left)
        if seen == self._seen:
            return
        self._seen = seen
        people = run.arrays["people"]
        here = {int(row): int(people[row]["stay"]) for row in run.arrays["here"]["person"][: seen[1]]}
        for row in [row for row, agent in self.patients.items() if here.get(row) != agent.stay]:
            self.patients.pop(row).leave_model()
        for row in here:
            if row not in self.patients:
                self.patients[row] = Patient(self._model, row)
        held = {row: int(who) for row, who in enumerate(staff["who"]) if staff["unit"][row] >= 0}
        for row in [row for row, agent in self.staff.items() if held.get(row) != agent.who]:
            self.staff.pop(row).leave_model()
        roles, names = self._model.scenario.staffing.roles, run.inputs.role_names
        for row in held:
            if row not in self.staff:
                self.staff[row] = KINDS[roles[names[staff["role"][row]]].kind](self._model, row)
