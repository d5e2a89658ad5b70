"""Runs that several tests of the model look at, made once."""

from __future__ import annotations

import pytest

from tests.model.wards import SERVICES, finished
from wardsim.model.engine import Run


@pytest.fixture(scope="session", params=SERVICES)
def two_months(request: pytest.FixtureRequest) -> Run:
    """Sixty days of each service."""
    return finished(f"service={request.param}", "horizon_days=60")
