"""The authority network is what the Power page draws: who decides, who is listened to, no edge too many."""

from __future__ import annotations

import networkx as nx
import pytest

from wardsim.power import authority, freeman_centralisation, in_the_room
from wardsim.scenario.schema import DEFERRED, MATTERS

CONFERENCE = {"weekly_conference": {"weekdays": ["mon"], "start": "10:00", "minutes": 60}}

TEAM = {
    "fte": {"milieu_therapist": 8.0, "doctor": 1.0, "psychologist": 1.0, "peer_worker": 0.5},
    "roles": {
        "psychologist": {
            "kind": "psychologist",
            "means_knowledge": 0.7,
            "documents": True,
            "counts_for_cover": False,
        }
    },
}


def test_nodes_are_those_on_the_ward(ward):
    graph = authority(ward({"patient": 0.5, "doctor": 0.5}, fte={"milieu_therapist": 5.0, "doctor": 1.0}))
    assert set(graph) == {"milieu_therapist", "doctor", "patient"}
    assert graph.nodes["doctor"] == {"kind": "doctor", "fte": 1.0, "authority": 0.5}
    assert graph.nodes["patient"]["kind"] == "person"


def test_who_decides_has_an_edge_to_the_person_and_the_person_to_themselves(ward):
    weights = {m: {"doctor": 1.0} for m in MATTERS} | {"everyday": {"patient": 0.4, "doctor": 0.6}}
    graph = authority(ward(weights))
    assert graph.edges["doctor", "patient"]["decides"] == dict.fromkeys(MATTERS, 1.0) | {"everyday": 0.6}
    assert graph.edges["doctor", "patient"]["weight"] == pytest.approx(5.6 / 6)
    assert graph.edges["patient", "patient"]["decides"] == {"everyday": 0.4}


def test_weights_of_deciding_add_up_to_one_for_every_matter(ward):
    graph = authority(ward({"patient": 0.3, "milieu_therapist": 0.2, "doctor": 0.4, "peer_worker": 0.1}))
    for matter in MATTERS:
        total = sum(e["decides"].get(matter, 0.0) for _, _, e in graph.in_edges("patient", data=True))
        assert total == pytest.approx(1)


def test_one_decider_makes_a_star(ward):
    graph = authority(ward({"doctor": 1.0}, listening=0.0))
    strength = [d for _, d in graph.out_degree(weight="weight")]
    assert freeman_centralisation(strength) == 1
    assert list(graph.edges) == [("doctor", "patient")]


def test_listening_gives_those_without_a_weight_an_edge_to_the_decider(ward):
    """At once: the milieu is there and the doctor hears it at half strength; peers are not there."""
    graph = authority(ward({"doctor": 1.0}, listening=0.5))
    assert graph.edges["milieu_therapist", "doctor"]["heard"] == pytest.approx(0.5)
    assert graph.edges["milieu_therapist", "doctor"]["decides"] == {}
    assert not graph.has_edge("peer_worker", "doctor")


def test_in_a_conference_psychologists_are_heard_without_a_weight(ward):
    forum = dict.fromkeys(DEFERRED, "weekly_conference")
    graph = authority(ward({"doctor": 1.0}, **TEAM, listening=0.5, forum=forum, forums=CONFERENCE))
    assert graph.edges["psychologist", "doctor"]["heard"] == pytest.approx(
        0.5 * 5 / 6
    )  # a crisis waits for none
    assert not graph.has_edge("peer_worker", "doctor"), "no seat without a say"


def test_a_seat_in_a_conference_is_one_for_all_its_matters(ward):
    """Peers have a say in the plan; what they know is heard for medication too, which the same conference settles."""
    weights = {m: {"doctor": 1.0} for m in MATTERS} | {"plan": {"peer_worker": 0.5, "doctor": 0.5}}
    forum = dict.fromkeys(DEFERRED, "at_once") | {
        "plan": "weekly_conference",
        "medication": "weekly_conference",
    }
    given = ward(weights, forum=forum, forums=CONFERENCE)
    names = [*given.staffing.roles, "patient"]
    peers = [in_the_room(given, m)[names.index("peer_worker")] for m in MATTERS]
    assert peers == [m in ("plan", "medication") for m in MATTERS]


def test_being_heard_counts_only_the_matters_one_is_there_for(ward):
    forum = dict.fromkeys(DEFERRED, "at_once") | {"plan": "weekly_conference"}
    graph = authority(ward({"doctor": 1.0}, **TEAM, listening=0.6, forum=forum, forums=CONFERENCE))
    assert graph.edges["psychologist", "doctor"]["heard"] == pytest.approx(0.6 / 6)


def test_the_person_is_out_of_the_room_where_the_structure_says_so(ward):
    weights = {"patient": 0.1, "doctor": 0.9}
    forum = dict.fromkeys(DEFERRED, "ward_round")
    forums = {"ward_round": {"weekdays": ["mon"], "start": "09:00", "minutes": 60}}
    away = ward(weights, person_present=False, forum=forum, forums=forums)
    there = ward(weights, person_present=True, forum=forum, forums=forums)
    assert [in_the_room(away, m)[-1] for m in MATTERS] == [True, False, False, True, True, True]
    assert all(in_the_room(there, m)[-1] for m in MATTERS)


def test_the_network_is_an_ordinary_networkx_graph(ward):
    graph = authority(ward())
    assert isinstance(graph, nx.DiGraph)
    assert nx.is_weakly_connected(graph)
    assert nx.node_link_data(graph)["directed"]
