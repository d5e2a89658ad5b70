"""Pytest plugin for CI: a skipped, xfailed or deselected test fails the session; so does running none at all.

It acts only where WARDSIM_CI=1 is set; `.ci/run` sets it.
"""

import os

import pytest

_KEY = "wardsim_deselected"
_LOOKS_FINE = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


class NoSkips:
    """Collects what did not run as a plain test; says so at the end and turns the exit status."""

    def __init__(self) -> None:
        self.n_ran = 0
        self.left_out: list[str] = []
        self.deselected: list[str] = []

    def _note(self, what: str, report: pytest.TestReport | pytest.CollectReport) -> None:
        reason = getattr(report, "wasxfail", "")
        if not reason and isinstance(report.longrepr, tuple):
            reason = report.longrepr[2].removeprefix("Skipped: ")
        self.left_out.append(f"{what}: {report.nodeid}" + (f" ({reason})" if reason else ""))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self._note("skipped", report)

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        self.deselected += [item.nodeid for item in items]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if hasattr(report, "wasxfail"):
            self._note("xfailed" if report.skipped else "xpassed", report)
        elif report.skipped:
            self._note("skipped", report)
        elif report.when == "call":
            self.n_ran += 1

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        """With xdist the tests are selected in the workers, which hand over what they left out."""
        for nodeid in getattr(node, "workeroutput", {}).get(_KEY, []):
            if nodeid not in self.deselected:
                self.deselected.append(nodeid)

    def problems(self) -> list[str]:
        found = self.left_out + [f"deselected: {nodeid}" for nodeid in self.deselected]
        return found if self.n_ran else [*found, "no test ran"]

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_KEY] = self.deselected
        elif self.problems() and session.exitstatus in _LOOKS_FINE:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if found := self.problems():
            terminalreporter.section("not every test ran: this fails the session (WARDSIM_CI=1)", red=True)
            for line in found:
                terminalreporter.line(line)


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("WARDSIM_CI") == "1":
        config.pluginmanager.register(NoSkips(), "wardsim-no-skips")
