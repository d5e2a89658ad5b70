"""The authority network: who decides on what, and who is listened to.

Nodes are the roles on the ward and the person staying.  An edge a -> b says what a has over b or gives to b:

decides
    to the person: a's weight in each matter that concerns them (their own say is the edge to themselves);
heard
    to somebody who decides: how much of a's knowledge reaches b.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wardsim.power.measures import authority_shares
from wardsim.power.weights import actors, effective_weights, present
from wardsim.scenario.schema import MATTERS, PERSON, Matter, Scenario

if TYPE_CHECKING:
    import networkx as nx

CONFERENCES = ("ward_round", "weekly_conference", "network_meeting")  # forums where several sit together


def authority(scenario: Scenario) -> nx.DiGraph:
    """The authority network of a scenario.

    Parameters
    ----------
    scenario
        Its power structure and staff; a role without hours is left out (see `effective_weights`).

    Returns
    -------
    networkx.DiGraph
        Nodes: role names and ``patient``, with attributes ``kind``, ``fte`` (0 for the person) and
        ``authority`` (share, every matter counting the same).
        Edges have ``decides`` (dict matter -> weight, empty if none), ``weight`` (mean of these weights over
        all matters) and ``heard`` (0-1, 0 if none).

    Notes
    -----
    ``heard`` is *listening* times the share of the listener's authority that lies in matters settled where
    the speaker is (`in_the_room`).  Deciding is not being heard: a role may be heard without any weight.
    """
    import networkx as nx  # here, so that those who need only the weights don't wait for it

    names = actors(scenario)
    weights = effective_weights(scenario)
    here = np.flatnonzero(present(scenario))
    shares = authority_shares(weights)
    room = np.array([in_the_room(scenario, matter) for matter in MATTERS])
    graph = nx.DiGraph(listening=scenario.power.listening, flexibility=scenario.power.flexibility)
    for i in here:
        role = scenario.staffing.roles.get(names[i])
        kind, fte = (role.kind, scenario.staffing.fte[names[i]]) if role else ("person", 0.0)
        graph.add_node(names[i], kind=kind, fte=fte, authority=float(shares[i]))
    for i in here:
        for j in here:
            decides = _decides(weights[:, i]) if names[j] == PERSON else {}
            heard = 0.0 if i == j else scenario.power.listening * _reach(weights[:, j], room[:, i])
            if decides or heard > 0:
                weight = sum(decides.values()) / len(MATTERS)
                graph.add_edge(names[i], names[j], decides=decides, weight=weight, heard=heard)
    return graph


def in_the_room(scenario: Scenario, matter: Matter) -> list[bool]:
    """Which of the `actors` are there when a matter is settled.

    The milieu is always there, and so is who has a weight in the matter; in a meeting also who has one in another
    matter of that meeting, and psychologists.  The person: see `person_there`.  The model's meetings seat these
    roles, and what those in the room know is what listening can bring to the deciders.
    """
    power = scenario.power
    forum = power.forum_of(matter)
    meeting = forum in CONFERENCES
    settled = [m for m in MATTERS if power.forum_of(m) == forum] if meeting else [matter]
    kinds = ("milieu_therapist", "psychologist") if meeting else ("milieu_therapist",)
    here = present(scenario)
    room = []
    for k, (name, role) in enumerate(scenario.staffing.roles.items()):
        decides = any(power.weights[m].get(name, 0.0) > 0 for m in settled)
        room.append(bool(here[k]) and (decides or role.kind in kinds))
    room.append(person_there(scenario, matter))
    return room


def person_there(scenario: Scenario, matter: Matter) -> bool:
    """Whether the person is there when a matter is settled.

    They are in a network meeting, and wherever somebody decides at once.  Elsewhere the structure says whether
    they are there for plan and medication; for the rest they are where they have a say.
    """
    power = scenario.power
    if power.forum_of(matter) in ("network_meeting", "at_once"):
        return True
    if matter in ("plan", "medication"):
        return power.person_present
    return power.weights[matter].get(PERSON, 0.0) > 0


def _decides(column: np.ndarray) -> dict[str, float]:
    return {matter: float(w) for matter, w in zip(MATTERS, column, strict=True) if w > 0}


def _reach(listener: np.ndarray, speaker_there: np.ndarray) -> float:
    """Share of the listener's weight in matters where the speaker is there; 0 for who decides nothing."""
    total = float(listener.sum())
    return float((listener * speaker_there).sum()) / total if total > 0 else 0.0
