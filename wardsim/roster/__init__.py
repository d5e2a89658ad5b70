"""Who is there when: from a rotation scheme to duties, hours, cover and breaches of working-time rules."""

from wardsim.roster.roster import Roster, breaches_of, expand
from wardsim.roster.rota_file import fill_rota, read_rota
from wardsim.roster.soundness import problems
from wardsim.roster.summary import RosterSummary, posts_of_file, summarise
from wardsim.roster.working_time import Breach, breaches, rules_not_checked

__all__ = [
    "Breach", "Roster", "RosterSummary", "breaches", "breaches_of", "expand", "fill_rota", "posts_of_file",
    "problems", "read_rota", "rules_not_checked", "summarise",
]  # fmt: skip
