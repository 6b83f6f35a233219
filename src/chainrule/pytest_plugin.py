"""Fixtures for a project's own tests: `check_gradient` and `check_backward`, which fail a test as an assertion does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chainrule.checking.verdicts import Check


@pytest.fixture
def check_gradient() -> Callable[..., Check]:
    """`check_gradient(loss, gradient, values)`: is the gradient that of the loss, as functions?"""
    from chainrule.checking.gradient import check_gradient

    return check_gradient


@pytest.fixture
def check_backward() -> Callable[..., Check]:
    """`check_backward(forward, backward, values)`: does the layer hand back the derivatives of what it computes?"""
    from chainrule.checking.gradient import check_backward

    return check_backward
