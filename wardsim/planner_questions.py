"""What a planner is asked about a ward, in the order in which `wardsim new` asks.

The first ones describe the ward; the others are the decisions that the WHO package lists for anyone who sets
up or transforms a service (QualityRights, Hospital-based mental health services, 2021), in its order.  A
question is either simulated (its answer sets an option or a number) or asked and printed, not simulated (its
answer becomes a note).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["option", "number", "yes_no", "choice", "text", "file"]


@dataclass(frozen=True)
class Question:
    """One question.

    Parameters
    ----------
    topic
        Heading under which it is asked.
    key
        What the answer sets: a group, a setting, or the name of a note.
    text
        The question.
    kind
        How it is answered.
    simulated
        False: the answer is kept and printed, and does nothing else.
    choices
        For `choice`: the answers to choose from.
    whole
        For `number`: only a whole number makes sense.
    """

    topic: str
    key: str
    text: str
    kind: Kind = "number"
    simulated: bool = True
    choices: tuple[str, ...] = ()
    whole: bool = False


def _note(topic: str, key: str, text: str) -> Question:
    return Question(topic, key, text, "text", simulated=False)


WARD = "The ward"
SERVICE = Question(
    WARD, "service", "Which of these is nearest to yours? What you don't say is taken from it", "option"
)
BEDS = Question(WARD, "ward.beds", "How many beds?", whole=True)
ROTA = Question("Rota", "rotation", "Which rota does the milieu team work?", "option")


ROTA_FILE = Question("Rota", "rotation.file", "The rota file (CSV: person, role, start, end, kind)?", "file")


def posts(role: str) -> Question:
    """The question for the posts of one role."""
    return Question("Posts", f"staffing.fte.{role}", f"Full-time posts, {role.replace('_', ' ')}?")


LEGAL = (
    Question(
        "Legal status", "patients.involuntary_share", "What share is admitted against their will (0 to 1)?"
    ),
    _note("Legal status", "coercion_last_year", "Coercive measures last year (number, kinds, hours)?"),
)

PLANNER: tuple[Question, ...] = (
    Question(
        "New or transformed",
        "new_or_transformed",
        "Is it a new unit, or one that is to change?",
        "choice",
        False,
        ("new", "transformed"),
    ),
    Question("Crisis support", "crisis", "What is the rule when calming down fails?", "option"),
    _note("Crisis support", "crisis_support_outside", "Help in a crisis before and instead of admission?"),
    Question("Inpatient care", "patients.stay_median_days", "How long is a stay (median, days)?"),
    _note("Outpatient care", "outpatient", "Which outpatient care belongs to it?"),
    Question(
        "Care at home",
        "ward.units.0.home_places",
        "Places for treatment at home by the same team?",
        whole=True,
    ),
    Question("Care at home", "ward.units.0.day_places", "Places for people who come by day?", whole=True),
    Question(
        "On leaving",
        "care.aftercare",
        "How far does the team follow people after they leave (0 none, 1 for years)?",
    ),
    Question(
        "Getting in", "patients.excluded_share", "What share of referrals do the rules exclude (0 to 1)?"
    ),
    Question(
        "Getting in",
        "patients.self_referral_share",
        "What share of those who come back do so by self-referral (0 to 1)?",
    ),
    _note("Getting in", "who_is_excluded", "Who is excluded, and who says so?"),
    Question(
        "Day and night",
        "staffing.night_cover.waking",
        "Waking posts at night in each unit (empty: one for each started 15 beds)?",
    ),
    Question(
        "What is offered",
        "care.planning_conversations_per_week",
        "Conversations a week with each person about their own plan?",
    ),
    Question(
        "What is offered",
        "care.network_meetings_per_month",
        "Meetings a month with each person's family or network?",
    ),
    Question(
        "What is offered",
        "care.taper_offered",
        "What share of wishes to be without medication is met with an offer of help (0 to 1)?",
    ),
    _note("What is offered", "trauma_informed_care", "Is care trauma-informed, and how?"),
    _note("What is offered", "hotline", "Is there a hotline?"),
    _note("Physical health", "physical_health", "Who looks after physical health?"),
    _note("Support to other services", "support_to_others", "Which other services are advised or supported?"),
    Question(
        "Staff, skills, training",
        "staffing.training",
        "What share of staff is trained in de-escalation and relational work (0 to 1)?",
    ),
    Question("Staff, skills, training", "care.supervision_per_month", "Team supervisions a month?"),
    Question(
        "Referrals up and down",
        "crisis.refers_elsewhere",
        "Are people referred elsewhere when no alliance is found?",
        "yes_no",
    ),
    Question(
        "Legal capacity", "power", "Who decides, and where? Take the structure that is nearest", "option"
    ),
    Question(
        "Legal capacity",
        "care.information",
        "How well are people informed about medication and alternatives (0 to 1)?",
    ),
    Question(
        "Legal capacity",
        "care.joint_crisis_plans",
        "What share of stays begins with an own crisis plan (0 to 1)?",
    ),
    _note(
        "Legal capacity",
        "supported_decisions_and_consent",
        "How are decisions supported and consent asked for?",
    ),
    _note(
        "Legal capacity", "complaints_and_legal_help", "How are complaints made, and who gives legal help?"
    ),
    Question(
        "Without coercion", "ward.door", "The door?", "choice", choices=("open", "partly_locked", "locked")
    ),
    Question(
        "Without coercion",
        "power.flexibility",
        "What share of everyday requests may whoever is present grant at once (0 to 1)?",
    ),
    Question(
        "Without coercion",
        "ward.soft_room",
        "Is there a room to calm down in, or to be with somebody?",
        "yes_no",
    ),
    Question(
        "Without coercion", "crisis.response_team", "How many people come from elsewhere to help in a crisis?"
    ),
    _note("Without coercion", "signs_of_distress", "Are there plans for each person's signs of distress?"),
    _note("Without coercion", "environment", "What makes the surroundings supportive?"),
    _note("Participation", "volunteers", "Do people with own experience volunteer?"),
    _note("Participation", "in_management", "Do they take part in management?"),
    _note(
        "Participation",
        "feedback_and_networks",
        "How is feedback asked for, and which peer networks are there?",
    ),
    _note("Community", "community", "Help with work, housing, education, benefits, leisure?"),
    Question(
        "Recovery",
        "care.household_shared",
        "Is the household shared by staff and the people staying there?",
        "yes_no",
    ),
    Question(
        "Recovery",
        "care.being_with",
        "Does somebody stay with a person in acute distress who wishes it?",
        "yes_no",
    ),
    _note("Recovery", "recovery", "What serves connectedness, hope, identity, meaning and empowerment?"),
    Question("Costs", "cost", "Whose prices and wages?", "option"),
    _note("Costs", "present_costs", "What does the present service cost?"),
    _note(
        "Monitoring",
        "monitoring",
        "What is monitored (satisfaction, quality of life, recovery, rights, all coercion, sedation too)?",
    ),
)
