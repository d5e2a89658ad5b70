"""Keyed draws: every random number is a hash of (replication key, stream, entity, time, number).

There is no generator and no state, so a draw for one person never shifts the draws of another, and two
scenarios that share a seed meet the same people, the same moods of the day and the same chances: *common
random numbers*.  Each decision of the model has its own stream, named below and never used for two things.

Each argument is multiplied by an odd constant of its own and added to the key; the finaliser of splitmix64
(Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators", OOPSLA) makes the bits of the
sum.  For one stream and one entity the draws over time are thus a splitmix64 sequence with a start of its own.
"""

import math

import numpy as np

from wardsim.model.compiled import kernel

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_C1 = np.uint64(0xBF58476D1CE4E5B9)
_C2 = np.uint64(0x94D049BB133111EB)
_C3 = np.uint64(0xD6E8FEB86659FD93)
_STREAM = np.uint64(0xA0761D6478BD642F)
_ENTITY = np.uint64(0xE7037ED1A0B428DB)
_NUMBER = np.uint64(0x8EBC6AF09C88C6E3)
_S27 = np.uint64(27)
_S30 = np.uint64(30)
_S31 = np.uint64(31)
_S11 = np.uint64(11)
_S16 = np.uint64(16)
_S32 = np.uint64(32)
_S48 = np.uint64(48)
_LOW16 = np.uint64(0xFFFF)
_UNIT = 1.0 / 9007199254740992.0  # 2**-53

# ---- the register of streams: name -> number. One stream, one decision. -------------------------
STREAM_NAMES = (
    "referral_gap", "trait_need", "trait_crisis", "trait_crisis_boost", "trait_self_harm",
    "trait_self_harm_boost", "trait_leaving", "trait_baseline", "trait_trust", "trait_medicated",
    "trait_medication_free", "trait_company", "trait_reach", "trait_risk", "stay_length",
    "legal_status", "excluded", "patience", "admission_state", "pool_discharged", "pool_return",
    "return_time", "return_kind", "trust_ceiling", "trust_first", "staff_skill", "staff_trained",
    "sickness_onset", "sickness_length", "sickness_cover", "cover_choice", "leaver", "guest", "mood",
    "threshold_aggression", "threshold_self_harm", "threshold_leaving", "threshold_measure", "seek",
    "seek_whom", "seek_kind", "approach", "approach_whom", "approach_named", "approach_kind",
    "contact_length", "conversation_length", "stance", "friction", "next_activity", "presence",
    "duty_kind", "document_whom", "meal_part", "group_part", "session_due", "visit", "company",
    "network", "matter_arises", "everyday_at_once", "wish_fits", "preference", "worked_out", "own_plan",
    "plan_after", "crisis_length", "deescalation", "severity", "after_failure", "measure_number",
    "measure_kind", "measure_length", "absence_length", "leave", "involuntary_ends", "woken",
    "conflict", "welcome", "beds_taken", "pool_stayed", "lot", "shift_leader", "plan_known",
    "resident_stay",
)  # fmt: skip
STREAMS = {name: number + 1 for number, name in enumerate(STREAM_NAMES)}


@kernel
def _mix(x):
    x = (x ^ (x >> _S30)) * _C1
    x = (x ^ (x >> _S27)) * _C2
    return x ^ (x >> _S31)


@kernel
def bits(key, stream, entity, time, number):
    """Return 64 random bits for one decision. All arguments but the key are integers >= 0."""
    x = key + np.uint64(stream) * _STREAM + np.uint64(entity) * _ENTITY
    return _mix(x + np.uint64(time) * _GOLDEN + np.uint64(number) * _NUMBER)


@kernel
def uniform(key, stream, entity, time, number):
    """Uniform on [0, 1)."""
    return float(bits(key, stream, entity, time, number) >> _S11) * _UNIT


@kernel
def exponential(key, stream, entity, time, number):
    """Exponential with mean 1."""
    return -math.log(1.0 - uniform(key, stream, entity, time, number))


@kernel
def normal(key, stream, entity, time, number):
    """Standard normal (Box and Muller 1958), for traits and lengths."""
    u = 1.0 - uniform(key, stream, entity, time, number)
    v = uniform(key, stream, entity, time, number + 1000003)
    return math.sqrt(-2.0 * math.log(u)) * math.cos(6.283185307179586 * v)


@kernel
def bump(key, stream, entity, time):
    """Near-normal step with mean 0 and sd 1 from one hash (sum of four 16-bit uniforms), for the fast
    mood."""
    x = bits(key, stream, entity, time, 0)
    total = float(x & _LOW16) + float((x >> _S16) & _LOW16) + float((x >> _S32) & _LOW16) + float(x >> _S48)
    return (total - 131070.0) * 2.6429e-05  # four uniforms on 0..65535: sd 37837


@kernel
def lognormal(key, stream, entity, time, number, median, sigma):
    """Lognormal with the given median and sigma of the logarithm."""
    return median * math.exp(sigma * normal(key, stream, entity, time, number))


@kernel
def gamma_unit_mean(key, stream, boost, entity, shape):
    """Gamma with mean 1 and the given shape < 1 (Marsaglia and Tsang 2000, with their boost for small
    shapes)."""
    d = shape + 1.0 - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    g = d
    for i in range(64):
        z = normal(key, stream, entity, 0, 2 * i)
        v = 1.0 + c * z
        if v <= 0.0:
            continue
        v = v * v * v
        u = 1.0 - uniform(key, stream, entity, 1, i)
        if math.log(u) < 0.5 * z * z + d - d * v + d * math.log(v):
            g = d * v
            break
    u = 1.0 - uniform(key, boost, entity, 0, 0)
    return g * math.exp(math.log(u) / shape) / shape


@kernel
def beta_like(key, stream, entity, time, mean, sd):
    """A share with the given mean and sd: logistic-normal with matched first moments (delta method)."""
    mu = math.log(mean / (1.0 - mean))
    sigma = sd / (mean * (1.0 - mean))
    return 1.0 / (1.0 + math.exp(-(mu + sigma * normal(key, stream, entity, time, 0))))


@kernel
def poisson_small(key, stream, entity, time, mean):
    """Poisson count for a small mean, by inversion."""
    u = uniform(key, stream, entity, time, 0)
    p = math.exp(-mean)
    total = p
    n = 0
    while u > total and n < 50:
        n += 1
        p = p * mean / n
        total += p
    return n


def replication_key(seed: int, replication: int) -> np.uint64:
    """Key of one replication. The same seed and number give the same people in every scenario."""
    with np.errstate(over="ignore"):
        x = np.uint64(seed % 2**63) * _GOLDEN + np.uint64(replication) * _C3 + _C1
        x = (x ^ (x >> _S30)) * _C1
        x = (x ^ (x >> _S27)) * _C2
        return np.uint64(x ^ (x >> _S31))
