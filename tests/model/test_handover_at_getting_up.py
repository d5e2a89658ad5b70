"""The commonest sleeping night: whoever sleeps on site gets up when the day shift comes, and tells it what was."""

from __future__ import annotations

import numpy as np

from tests.model.wards import scenario
from wardsim.model.ward import WardModel
from wardsim.scenario.rotation import ImportedDuty

HOUR = 60


def test_who_gets_up_when_others_come_hands_over_to_them() -> None:
    """Day 07-15, evening 14:30-22, night 21:30-07 of which eight hours asleep: three handovers a day."""
    duties = []
    for day in range(21):
        for line, (start, end, kind) in enumerate((
            (7.0, 15.0, "waking"), (7.0, 15.0, "waking"), (14.5, 22.0, "waking"), (14.5, 22.0, "waking"),
            (21.5, 23.0, "waking"), (23.0, 31.0, "sleeping"),
        )):  # fmt: skip
            of_three = 3 * min(line, 4) + day % 3
            duties.append(
                ImportedDuty(
                    role="milieu_therapist", line=of_three, kind=kind,
                    start_min=round((24 * day + start) * HOUR), end_min=round((24 * day + end) * HOUR),
                )
            )  # fmt: skip
    ward = scenario("service=soteria_berne", "horizon_days=40")
    rota = ward.rotation.model_copy(update={"crews": (), "duties": tuple(duties)})
    model = WardModel(ward.model_copy(update={"rotation": rota}), rng=1)
    model.run_until(day=30)
    handovers = model.record().tables["handovers"]
    at, n = np.unique(handovers["time_min"] % 1440 / HOUR, return_counts=True)
    assert dict(zip(at.tolist(), n.tolist(), strict=True)) == {7.0: 30, 14.5: 30, 21.5: 30}
