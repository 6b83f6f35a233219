"""Writing a plan out as Python, either as the program itself or as one whose values are asked for from outside."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from checking.programs.plans import Plan, Values
from checking.programs.slots import Edits, Step, mentions, render, slots_of

INDENT = "    "


class Writer:
    """Writes one plan with one set of mistakes.

    With `values` None the program asks for its values, has each intermediate bumped, and tells what it computed.
    """

    def __init__(self, plan: Plan, edits: Edits, values: Values | None, rows: Sequence[Values] = ()) -> None:
        self.plan = plan
        self.edits = edits
        self.values = values
        self.rows = rows

    def source(self) -> str:
        container = self.plan.layout.container
        body = {"dict": self._dict, "class": self._class, "functions": self._functions, "rows": self._rows}.get(
            container, self._flat
        )()
        lines: list[str] = []
        for piece in self.plan.preamble:
            lines += [*piece.split("\n"), ""] if "\n" in piece else [piece, ""]
        if self.plan.layout.rate:
            lines.append(f"{self.plan.layout.rate} = {self.plan.layout.rate_value}")
        lines += self.plan.constants
        return "\n".join([*lines, *body]) + "\n"

    # -------------------------------------------------------------------------------------------- pieces

    def literal(self, name: str) -> str:
        if self.values is None:
            return f'_hole("{name}")'
        value = self.values[name]
        if not isinstance(value, np.ndarray):
            return repr(value)
        return f"np.array({value.tolist()!r})"

    def leaves(self, names: Sequence[str]) -> list[str]:
        return [f"{self.plan.shown[n]} = {self.literal(n)}" for n in names]

    def data(self) -> list[str]:
        return self.leaves([*self.plan.named("input"), *self.plan.named("target")])

    def parameters(self) -> list[str]:
        return self.leaves(self.plan.named("parameter"))

    def steps(self, steps: Sequence[Step]) -> list[str]:
        lines: list[str] = []
        for step in steps:
            lines.append(f"{step.text} = {render(step.right, self.edits)}")
            if self.values is None:
                if step.target[0] in "zZhA":
                    lines.append(f'{step.text} = {step.text} + _bump("{step.target}")')
                    lines.append(f'_tell("{step.target}", {step.text})')
                elif step.with_respect_to or step.target == "loss":
                    lines.append(f'_tell("{step.target}", {step.text})')
        return lines

    def update(self, claim: Step, parameter: str) -> str:
        rate = self.plan.layout.rate or repr(self.plan.layout.rate_value)
        match self.plan.layout.updating:
            case "in place":
                return f"{parameter} -= {rate} * {claim.text}"
            case "new":
                return f"new_{parameter} = {parameter} - {rate} * {claim.text}"
            case _:
                return f"{parameter} = {parameter} - {rate} * {claim.text}"

    def backward(self, form: str = "{}", outside: bool = True) -> tuple[list[str], list[str]]:
        """The lines of the backward pass, and the updates that come after it.

        `form` is how a parameter is written here; where `outside`, updates may stand among the derivatives.
        """
        plan, steps = self.plan, self.plan.backward
        if plan.layout.updating == "none":
            return self.steps(steps), []
        needed = {self.edits[s.key].needs for step in steps for s in slots_of(step.right) if s.key in self.edits}
        lines: list[str] = []
        after: list[str] = []
        waiting: list[Step] = []
        texts = [render(s.right, {}) for s in steps]
        for i, step in enumerate(steps):
            lines += self.steps([step])
            if step.with_respect_to in plan.named("parameter"):
                waiting.append(step)
            for claim in list(waiting):
                written = form.format(plan.shown[claim.with_respect_to])
                last = not any(mentions(t, written) for t in texts[i + 1 :])
                if outside and (claim.with_respect_to in needed or (plan.layout.soon and last)):
                    lines.append(self.update(claim, written))
                    waiting.remove(claim)
        after += [self.update(claim, form.format(plan.shown[claim.with_respect_to])) for claim in waiting]
        return lines, after

    def looped(self, lines: list[str], extra: Sequence[str] = ()) -> list[str]:
        if not self.plan.layout.epochs:
            return ["", *lines]
        body = [*lines, *extra, "print(epoch, loss)"]
        return ["", f"for epoch in range({self.plan.layout.epochs}):", *(INDENT + line for line in body)]

    # -------------------------------------------------------------------------------------------- layouts

    def _flat(self) -> list[str]:
        lines, after = self.backward()
        body = [*self.steps(self.plan.forward), *self.steps(self.plan.loss), "# backward", *lines, *after]
        return [*self.data(), *self.parameters(), *self.looped(body)]

    def _rows(self) -> list[str]:
        plan = self.plan
        names = [*plan.named("input"), *plan.named("target")]
        first = "(" + ", ".join(self.literal(n) for n in names) + ")"
        others = ["(" + ", ".join(repr(row[n]) for n in names) + ")" for row in self.rows]
        lines, after = self.backward()
        body = [*self.steps(plan.forward), *self.steps(plan.loss), *lines, *after]
        loop = [f"for {', '.join(plan.shown[n] for n in names)} in rows:", *(INDENT + line for line in body)]
        return [*self.parameters(), f"rows = [{', '.join([first, *others])}]", *self.looped(loop)]

    def _functions(self) -> list[str]:
        plan, shown = self.plan, self.plan.shown
        inputs = [shown[n] for n in plan.named("input")]
        targets = [shown[n] for n in plan.named("target")]
        parameters = [shown[n] for n in plan.named("parameter")]
        results = list(dict.fromkeys(s.text for s in plan.forward))
        claims = [s for s in plan.backward if s.with_respect_to in plan.named("parameter")]
        lines, _ = self.backward(outside=False)
        given = ", ".join([*inputs, *targets, *parameters, *results])
        returned = ", ".join(c.text for c in claims)
        updates = [] if plan.layout.updating == "none" else [self.update(c, shown[c.with_respect_to]) for c in claims]
        return [
            "", f"def forward({', '.join([*inputs, *parameters])}):", *_in(self.steps(plan.forward)), f"    return {', '.join(results)}",
            "", f"def backward({given}):", *_in(lines), f"    return {returned}", "", *self.data(), *self.parameters(),
            *self.looped([
                f"{', '.join(results)} = forward({', '.join([*inputs, *parameters])})", *self.steps(plan.loss),
                f"{returned} = backward({given})", *updates,
            ]),
        ]  # fmt: skip

    def _dict(self) -> list[str]:
        plan, shown = self.plan, self.plan.shown
        x, y = shown["X"], shown["Y"]
        results = [s.text for s in plan.forward]
        lines, after = self.backward('params["{}"]')
        inside = plan.layout.soon or any(o.needs for o in self.edits.values())
        values = ", ".join(f'"{shown[n]}": {self.literal(n)}' for n in plan.named("parameter"))
        cache = ", ".join(f'"{r}": {r}' for r in results)
        return [
            "", f"def forward({x}, params):", *_in(self.steps(plan.forward)), f"    return {{{cache}}}",
            "", f"def backward({x}, {y}, params, cache):", *_in(["grads = {}", *lines, *(after if inside else ())]), "    return grads",
            "", *self.data(), f"params = {{{values}}}",
            *self.looped([f"cache = forward({x}, params)", *self.steps(plan.loss), f"grads = backward({x}, {y}, params, cache)", *(() if inside else after)]),
        ]  # fmt: skip

    def _class(self) -> list[str]:
        plan, shown = self.plan, self.plan.shown
        x, y, p = shown["X"], shown["Y"], shown[plan.output]
        lines, after = self.backward("self.{}")
        inside = plan.layout.soon or any(o.needs for o in self.edits.values())
        made = [f"self.{shown[n]} = {self.literal(n)}" for n in plan.named("parameter")]
        step = [] if inside or not after else ["", "    def step(self):", *_in(_in(after))]
        return [
            "", "class Network:", "    def __init__(self):", *_in(_in(made)), "", f"    def forward(self, {x}):", *_in(_in(self.steps(plan.forward))),
            f"        return self.{p}", "", f"    def backward(self, {x}, {y}):", *_in(_in([*lines, *(after if inside else ())])), *step,
            "", *self.data(), "net = Network()",
            *self.looped([f"{p} = net.forward({x})", *self.steps(plan.loss), f"net.backward({x}, {y})", *(["net.step()"] if step else ())]),
        ]  # fmt: skip


def _in(lines: Sequence[str]) -> list[str]:
    return [INDENT + line for line in lines]
