"""What holds in every test: graphs are verified as they are made, and on the build machine nothing is skipped."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Generator

import pytest

os.environ["CHAINRULE_VERIFY"] = "1"
collect_ignore = [] if importlib.util.find_spec("torch") else ["checking/test_with_pytorch.py"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=true a skipped test is a failure: what it needs can be installed there."""
    report = yield
    known_defect = hasattr(report, "wasxfail")
    if report.skipped and not known_defect and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped on the build machine: {report.longrepr}"
    return report
