"""chainrule: the mathematics of a neural network, worked out longhand and checked.

explain(path or function)   every value, derivative and update, step by step
check(path)                 which derivatives written by hand are wrong, and why
check_gradient(…)           the same for a loss and its gradient, in a project's own tests
check_backward(…)           the same for a layer's forward and backward functions
hessian(path or function)   second derivatives
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chainrule.api import Options as Options
    from chainrule.api import Work as Work
    from chainrule.api import check as check
    from chainrule.api import explain as explain
    from chainrule.api import hessian as hessian
    from chainrule.checking.gradient import check_backward as check_backward
    from chainrule.checking.gradient import check_gradient as check_gradient
    from chainrule.checking.verdicts import Check as Check
    from chainrule.checking.verdicts import Judgement as Judgement
    from chainrule.errors import AskError as AskError
    from chainrule.errors import ChainruleError as ChainruleError
    from chainrule.errors import FileExists as FileExists
    from chainrule.errors import GradientMismatch as GradientMismatch
    from chainrule.errors import NoLoss as NoLoss
    from chainrule.errors import ReadError as ReadError
    from chainrule.magic import load_ipython_extension as load_ipython_extension

__version__ = "0.1.0"

_WHERE = {
    "api": ("Options", "Work", "check", "explain", "hessian"),
    "checking.gradient": ("check_backward", "check_gradient"),
    "checking.verdicts": ("Check", "Judgement"),
    "errors": ("AskError", "ChainruleError", "FileExists", "GradientMismatch", "NoLoss", "ReadError"),
    "magic": ("load_ipython_extension",),
}
__all__ = sorted(name for names in _WHERE.values() for name in names)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    """Each name is imported when it is first used: the command line starts without NumPy for `--help`."""
    for module, names in _WHERE.items():
        if name in names:
            from importlib import import_module

            return getattr(import_module(f"chainrule.{module}"), name)
    raise AttributeError(f"module 'chainrule' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
