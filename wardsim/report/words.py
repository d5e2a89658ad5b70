"""Words for numbers: rounding, units, sentences for a difference, titles that say the finding.

All text stands in a catalogue (``words_en.yaml``): another language is another file, not other code.
Numbers are rounded by the width of their interval: digits that chance would change are not shown.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from wardsim.report.describe import OutcomeWords
    from wardsim.roster import RosterSummary

MINUS = "\N{MINUS SIGN}"
SPACE = "\N{NO-BREAK SPACE}"


@lru_cache(maxsize=4)
def catalogue(lang: str = "en") -> Mapping[str, Any]:
    """Read the catalogue of words of one language (`en`)."""
    text = resources.files("wardsim.report").joinpath(f"words_{lang}.yaml").read_text(encoding="utf-8")
    words: Mapping[str, Any] = _unbroken(
        yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    )
    return words


def _unbroken(node: Any) -> Any:
    """No line ends between a number and its per cent sign."""
    if isinstance(node, dict):
        return {key: _unbroken(child) for key, child in node.items()}
    if isinstance(node, list):
        return [_unbroken(child) for child in node]
    return re.sub(r"(?<=[0-9}]) %", f"{SPACE}%", node) if isinstance(node, str) else node


def limits(lang: str = "en") -> tuple[str, ...]:
    """Return the limits of use, one sentence each; report, workbook, app and README show all of them."""
    return tuple(catalogue(lang)["limits"])


# ------------------------------------------------------------------ numbers
def rounding_step(low: float, high: float) -> float:
    """Step to which a number with the interval ``low`` to ``high`` is rounded.

    The half-width keeps one digit, two if the first is a 1; so a step is at most half the half-width.
    Returns 0 where there is no width to go by.
    """
    half = abs(high - low) / 2
    if not math.isfinite(half) or half < 1e-12:
        return 0.0
    exponent = math.floor(math.log10(half) + 1e-9)
    if half / 10.0**exponent < 2 - 1e-9:
        exponent -= 1
    return float(10.0**exponent)


def safe_step(value: float, low: float, high: float, smallest: float = 0.0) -> float:
    """Rounding step of a difference: never finer than a tenth of what matters (``smallest``, 0 if unknown).

    An interval that leaves out zero still does so when it is printed; only for that the step may be finer.
    """
    step = rounding_step(low, high)
    if step and smallest > 0:
        step = max(step, 10.0 ** (math.floor(math.log10(smallest) + 1e-9) - 1))
    apart = low > 0 or high < 0
    for _ in range(9):
        if not step or not apart or min(abs(low), abs(high), abs(value)) >= step / 2:
            break
        step /= 10
    return step


def number(value: float, step: float = 0.0) -> str:
    """Write ``value`` rounded to ``step`` (a power of ten; 0: four significant digits), with a minus sign."""
    if value is None or not math.isfinite(value):
        return "–"
    if step <= 0:
        if value == 0:
            return "0"
        step = 10.0 ** (math.floor(math.log10(abs(value))) - 3)
        decimals = max(0, -round(math.log10(step)))
        text = f"{value:,.{decimals}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        decimals = max(0, -round(math.log10(step)))
        text = f"{round(value / step) * step:,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        text = text.replace("-", "")
    return text.replace("-", MINUS)


def signed(value: float, step: float = 0.0) -> str:
    """Write a difference with its sign: `+6`, `−3`, `0`."""
    text = number(value, step)
    return text if text[0] in f"{MINUS}–" or float(text.replace(",", "")) == 0 else f"+{text}"


# -------------------------------------------------------------------- units
@dataclass(frozen=True)
class Unit:
    """How a unit is written: factor, text after a level, text after a difference, the same after a 1."""

    scale: float
    after: str
    difference: str
    one: str


@lru_cache(maxsize=256)
def unit_words(unit: str, lang: str = "en") -> Unit:
    """Look up how ``unit`` is written; `min per patient-day` like `min`, unknown units as they are."""
    known = catalogue(lang)["units"]
    head = unit.split(" per ")[0].split("/")[0].strip()
    entry = known.get(unit, known.get(head))
    if entry is None:
        head = unit if unit.startswith("per ") else head
        return Unit(1.0, f" {head}", f" {head}", f" {head}")
    after, difference = str(entry["after"]), str(entry["difference"])
    return Unit(float(entry.get("scale", 1.0)), after, difference, str(entry.get("one", difference)))


def axis_unit(unit: str, lang: str = "en") -> str:
    """The unit as it stands in a table's column or on an axis."""
    shown: str = catalogue(lang)["unit_names"].get(unit, unit)
    return shown


def level(value: float, unit: str, low: float = math.nan, high: float = math.nan) -> str:
    """Write a mean without its unit, `31` for 31 %; the interval ``low`` to ``high`` sets the digits."""
    u = unit_words(unit)
    if value is None or not math.isfinite(value):
        return "–"
    step = rounding_step(low * u.scale, high * u.scale) if math.isfinite(low) and math.isfinite(high) else 0.0
    return number(value * u.scale, step)


def replications_text(n: int) -> str:
    """`1 replication`, `100 replications`."""
    one, several = catalogue()["terminal"]["replications"]
    return str((one if n == 1 else several).format(n=n))


# ---------------------------------------------------------------- sentences
@dataclass(frozen=True)
class Finding:
    """A paired difference with what is needed to say it: one row of the comparison's table.

    ``label`` and ``baseline`` are display names; ``share_better`` is NaN where neither direction is better.
    """

    outcome: OutcomeWords
    label: str
    baseline: str
    n: int
    mean_baseline: float
    mean_alternative: float
    difference: float
    low: float
    high: float
    share_better: float
    distinguishable: bool
    note: str = ""
    counted: bool = True
    n_equal: int = 0

    @property
    def gain(self) -> int:
        """+1 better, −1 worse, 0 not distinguishable, neither direction better, or not counted as a gain."""
        if not self.distinguishable or not self.counted or self.outcome.better == "neither":
            return 0
        up = self.difference > 0
        return 1 if up == (self.outcome.better == "higher") else -1

    @property
    def is_compared(self) -> bool:
        """Whether there is a difference at all: not across currencies, nor of sums over wards of other sizes."""
        return math.isfinite(self.difference)

    @property
    def is_small(self) -> bool:
        """The whole interval lies below the smallest difference that matters."""
        small = self.outcome.smallest_difference
        return small is not None and max(abs(self.low), abs(self.high)) < small

    @property
    def matters(self) -> bool:
        """Distinguishable and not wholly below the smallest difference that matters."""
        return self.distinguishable and not self.is_small


def interval_text(f: Finding) -> tuple[str, str, str]:
    """Difference, low and high as signed numbers in the outcome's unit, rounded by the interval's width."""
    u = unit_words(f.outcome.unit)
    d, low, high = (x * u.scale for x in (f.difference, f.low, f.high))
    step = safe_step(d, low, high, (f.outcome.smallest_difference or 0.0) * u.scale)
    return signed(d, step), signed(low, step), signed(high, step)


def baseline_text(f: Finding) -> str:
    """The baseline's mean without its unit, with the digits of the difference beside it."""
    u = unit_words(f.outcome.unit)
    if not math.isfinite(f.mean_baseline):
        return number(f.mean_baseline)
    d, low, high = (x * u.scale for x in (f.difference, f.low, f.high))
    small = (f.outcome.smallest_difference or 0.0) * u.scale
    step = safe_step(d, low, high, small) if all(math.isfinite(x) for x in (d, low, high)) else 0.0
    return number(f.mean_baseline * u.scale, step)


def unit_after(f: Finding, n: str = "") -> str:
    """The unit after a difference in a sentence; none where the outcome counts things that its noun names."""
    if f.outcome.form == "count":
        return ""
    u = unit_words(f.outcome.unit)
    return (u.one if n == "1" else u.difference).replace(" ", SPACE, 1)


def better_in(f: Finding, lang: str = "en", *, brief: bool = False) -> str:
    """`better in 83 of 100 replications` (brief: without the last word); empty where neither is better."""
    if not math.isfinite(f.share_better) or f.outcome.better == "neither":
        return ""
    key = "better_in_brief" if brief else "better_in"
    k = round(f.share_better * f.n - 0.5 * f.n_equal)  # a tie counts half in the share
    text: str = catalogue(lang)["sentences"][key].format(k=k, n=f.n)
    ties = {"k": f.n_equal, "worse": f.n - f.n_equal - k}
    return text + (catalogue(lang)["sentences"]["equal_in"].format(**ties) if f.n_equal else "")


def sentence(f: Finding, lang: str = "en") -> str:
    """One sentence for one paired difference, for a reader who has not seen the table."""
    s = catalogue(lang)["sentences"]
    noun = f.outcome.noun
    words = {
        "Noun": first_up(noun),
        "noun": noun,
        "label": inside(f.label),
        "baseline": inside(f.baseline),
        "replications": replications_text(f.n),
    }
    if f.n == 1 and math.isfinite(f.difference):
        return _close(s["few"].format(**words), f.note)
    if not all(math.isfinite(x) for x in (f.difference, f.low, f.high)):
        return f"{first_up(noun)}: {f.note}." if f.note else _close(s["missing"].format(**words), "")
    if f.difference == 0 and f.low == 0 and f.high == 0:
        return _close(s["same"].format(**words), f.note)
    if f.distinguishable:
        return _distinguishable(f, words, lang)
    _, low, high = interval_text(f)
    chance = better_in(f, lang)
    words |= {
        "low": low,
        "high": high + unit_after(f),
        "better_in": f"; {chance}" if chance else "",
    }
    small = f.outcome.smallest_difference
    if small is not None and f.is_small:
        return _close(s["equivalent"].format(smallest=_size(small, f, lang), **words), f.note)
    return _close(s["open"].format(**words), f.note)


def _distinguishable(f: Finding, words: dict[str, Any], lang: str) -> str:
    s, u = catalogue(lang)["sentences"], unit_words(f.outcome.unit)
    d, *ends = (abs(x) * u.scale for x in (f.difference, f.low, f.high))
    low, high = sorted(ends)
    step = safe_step(d, low, high, (f.outcome.smallest_difference or 0.0) * u.scale)
    n = number(d, step)
    text = s[f.outcome.form].format(**(words | {"n": n, "unit": unit_after(f, n), "way": way(f, lang)}))
    brackets = [_level_before(f, words, lang)] if math.isfinite(f.mean_baseline) else []
    brackets.append(s["interval"].format(low=number(low, step), high=number(high, step)))
    if chance := better_in(f, lang):
        brackets.append(chance)
    small = f.outcome.smallest_difference
    if small is not None and f.is_small:
        brackets.append(s["too_small"].format(smallest=_size(small, f, lang)))
    elif small is not None and min(abs(f.low), abs(f.high)) < small:
        brackets.append(s["maybe_small"].format(smallest=_size(small, f, lang)))
    return _close(f"{text} ({'; '.join(brackets)})", f.note)


def _level_before(f: Finding, words: dict[str, Any], lang: str) -> str:
    """What the baseline has, without which nobody can tell whether a difference is large; an index with its
    scale."""
    s, after = catalogue(lang)["sentences"], ""
    if f.outcome.form != "count":
        after = unit_words(f.outcome.unit, lang).after.replace(" ", SPACE, 1)
    scale = s["scale_of_index"] if f.outcome.unit == "index" else ""
    return str(s["level_before"].format(value=baseline_text(f) + after, scale=scale, **words))


def _size(value: float, f: Finding, lang: str) -> str:
    scaled = value * unit_words(f.outcome.unit, lang).scale
    halved = math.isclose(value, f.mean_baseline / 2, rel_tol=1e-9)  # see within_reach
    n = number(scaled, 10.0 ** (math.floor(math.log10(scaled)) - 1) if halved else 0.0)
    half = catalogue(lang)["sentences"]["half"].format(baseline=inside(f.baseline)) if halved else ""
    return f"{n}{unit_after(f, n)}{half}"


def _close(text: str, note: str) -> str:
    return f"{text}; {note}." if note else f"{text}."


def first_up(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def inside(name: str, lang: str = "en") -> str:
    """A scenario's name as it stands inside a sentence: small first letter unless it is a proper name."""
    first = name.split(" ")[0].strip(",()")
    keeps = first in catalogue(lang)["proper_names"] or (not first[1:].islower() and "-" not in first)
    return name if keeps else name[:1].lower() + name[1:]


def together(items: Sequence[str], join: str = "and", lang: str = "en") -> str:
    """`a, b and c`, or with another word of the catalogue's joins."""
    items = list(items)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {catalogue(lang)['joins'][join]} {items[-1]}"


def way(f: Finding, lang: str = "en") -> str:
    """The direction of a difference in one word that fits the outcome's noun."""
    up, down = catalogue(lang)["ways"][f.outcome.form]
    return str(up if f.difference > 0 else down)


def title(findings: Sequence[Finding], group: str, lang: str = "en") -> str:
    """A title that says the finding of a group of outcomes: its first outcome with a difference that matters.

    The findings stand in the order of importance. Where no difference matters, the title says so, and where
    those that do are not counted as gains, it says that.
    """
    s = catalogue(lang)["findings"]
    told = [f for f in findings if f.matters and f.counted]
    if not told and (withheld := [inside(f.label) for f in findings if f.matters]):
        labels = together(list(dict.fromkeys(withheld)))
        return str(s["not_counted"].format(group=group, labels=labels))
    if not told:
        n = max((f.n for f in findings), default=0)
        text: str = s["nothing"].format(group=group, replications=replications_text(n))
        return text
    lead = told[0].outcome
    rows = [f for f in findings if f.outcome.name == lead.name]
    says: dict[str, list[str]] = {}
    for f in rows:
        says.setdefault(_part(f, lang), []).append(inside(f.label))
    parts = [part.format(labels=together(names)) for part, names in says.items()]
    text = s["lead"].format(Noun=first_up(lead.noun), parts=", ".join(parts))
    return text + _against(told, rows, lang)


def _part(f: Finding, lang: str) -> str:
    """What a title says of one scenario, with a place for the names of those of whom the same is said."""
    s = catalogue(lang)["findings"]
    if not f.counted:
        return str(s["part_not_counted"])
    if f.matters:
        return str(s["part"]).replace("{way}", way(f, lang))
    return str(s["part_small"] if f.distinguishable else s["part_open"])


def _against(told: Sequence[Finding], lead: Sequence[Finding], lang: str) -> str:
    """What speaks against the lead of a title: the first outcome of the group that moves the other way."""
    sign = {f.label: f.gain for f in lead if f.gain}
    other = [f for f in told if f.matters and f.gain * sign.get(f.label, 0) < 0]
    if not other:
        return ""
    first = other[0]
    names = [inside(f.label) for f in other if f.outcome.name == first.outcome.name and way(f) == way(first)]
    text: str = catalogue(lang)["findings"]["against"].format(
        noun=first.outcome.noun, way=way(first), labels=together(names)
    )
    return text


def law_text(roster: RosterSummary) -> str:
    """Where a rota stands in law, with the articles."""
    status = str(roster.legal_status)
    text: str = catalogue()["legal"].get(status, status.replace("_", " "))
    return f"{text} ({roster.legal_basis})" if roster.legal_basis else text
