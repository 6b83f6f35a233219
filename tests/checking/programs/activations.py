"""Activations and their derivatives, in the several ways that people write them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from checking.programs.slots import Option


@dataclass(frozen=True)
class Activation:
    """How one activation is written in one program; in each text z is the sum and h the output."""

    name: str
    forward: str
    slope: str
    preamble: tuple[str, ...]

    def value(self, z: str) -> str:
        return self.forward.replace("§z", z)

    def derivative(self, z: str, h: str) -> str:
        return self.slope.replace("§z", z).replace("§h", h)

    def options(self, z: str, h: str) -> tuple[Option, ...]:
        """The ways to get it wrong, after a multiplication sign."""
        if not self.slope:
            return ()
        moved = self.slope.replace("§z", "§§").replace("§h", "§z").replace("§§", "§h")
        texts = [Option("activation's derivative left out", "")]
        texts.append(Option("activation's derivative at the wrong point", f" * {moved.replace('§z', z).replace('§h', h)}"))
        return tuple(texts)


IDENTITY = Activation("identity", "§z", "", ())


def choose_scalar(name: str, rng: Random, output_only: bool) -> Activation:
    """An activation of one number, with `math`; `output_only` where the sum's name has been bound anew."""
    match name:
        case "relu":
            function = rng.choice(
                [
                    "def relu(z):\n    if z > 0:\n        return z\n    else:\n        return 0",
                    "def relu(z):\n    return max(0, z)",
                    "def relu(z):\n    return z if z > 0 else 0",
                    "def relu(z):\n    if z <= 0:\n        return 0.0\n    return z",
                ]
            )
            prime = "def relu_deriv(z):\n    return 1 if z > 0 else 0"
            forward, pre = rng.choice(
                [("max(0, §z)", ()), ("relu(§z)", (function,)), ("max(§z, 0.0)", ()), ("relu(§z)", (function,))]
            )
            at = "§h" if output_only or rng.random() < 0.2 else "§z"
            slope, more = rng.choice([(f"(1 if {at} > 0 else 0)", ()), (f"relu_deriv({at})", (prime,)), (f"({at} > 0)", ())])
            return Activation(name, forward, slope, (*pre, *more))
        case "sigmoid":
            function = rng.choice(
                [
                    "def sigmoid(z):\n    return 1 / (1 + math.exp(-z))",
                    "def sigmoid(x):\n    return 1.0 / (1.0 + math.e ** (-x))",
                ]
            )
            prime = "def sigmoid_deriv(z):\n    return sigmoid(z) * (1 - sigmoid(z))"
            from_output = "def sigmoid_slope(s):\n    return s * (1 - s)"
            inline = "1 / (1 + math.exp(-(§z)))"
            forms = [("§h * (1 - §h)", ()), ("sigmoid_slope(§h)", (from_output,))]
            if not output_only:
                forms += [("sigmoid_deriv(§z)", (function, prime)), ("sigmoid(§z) * (1 - sigmoid(§z))", (function,))]
            slope, more = rng.choice(forms)
            forward, pre = rng.choice([("sigmoid(§z)", (function,)), (inline, ())])
            return Activation(name, forward, slope, (*pre, *more))
        case "tanh":
            texts = ["(1 - §h ** 2)", "(1 - §h * §h)"]
            if not output_only:
                texts += ["(1 - math.tanh(§z) ** 2)"]
            return Activation(name, "math.tanh(§z)", rng.choice(texts), ())
        case "leaky":
            function = "def leaky(z):\n    return z if z > 0 else 0.1 * z"
            prime = "def leaky_deriv(z):\n    if z > 0:\n        return 1\n    return 0.1"
            at = "§h" if output_only else "§z"
            slope, more = rng.choice([(f"(1 if {at} > 0 else 0.1)", ()), (f"leaky_deriv({at})", (prime,))])
            forward, pre = rng.choice([("leaky(§z)", (function,)), ("max(0.1 * §z, §z)", ())])
            return Activation(name, forward.replace("§z", "(§z)") if pre == () else forward, slope, (*pre, *more))
        case "softplus":
            slope = "(1 - math.exp(-§h))" if output_only else rng.choice(["(1 / (1 + math.exp(-§z)))", "(1 - math.exp(-§h))"])
            return Activation(name, "math.log(1 + math.exp(§z))", slope, ())
        case _:
            return IDENTITY


def choose_array(name: str, rng: Random) -> Activation:
    """An activation of an array, with NumPy."""
    match name:
        case "relu":
            function = rng.choice(
                ["def relu(z):\n    return np.maximum(0, z)", "def relu(z):\n    return np.where(z > 0, z, 0)",
                 "def relu(z):\n    mask = z > 0\n    return z * mask"]
            )  # fmt: skip
            prime = rng.choice(
                [
                    "def relu_prime(z):\n    return (z > 0).astype(float)",
                    "def relu_prime(z):\n    return np.where(z > 0, 1.0, 0.0)",
                ]
            )
            forward, pre = rng.choice(
                [("np.maximum(0, §z)", ()), ("relu(§z)", (function,)), ("§z * (§z > 0)", ()), ("np.where(§z > 0, §z, 0)", ())]
            )
            at = "§h" if rng.random() < 0.2 else "§z"
            slope, more = rng.choice([(f"({at} > 0)", ()), (f"relu_prime({at})", (prime,)), (f"np.where({at} > 0, 1, 0)", ())])
            return Activation(name, forward, slope, (*pre, *more))
        case "sigmoid":
            function = "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))"
            prime = "def sigmoid_prime(z):\n    s = sigmoid(z)\n    return s * (1 - s)"
            slope, more = rng.choice(
                [("§h * (1 - §h)", ()), ("sigmoid_prime(§z)", (function, prime)), ("(§h - §h**2)", ()),
                 ("sigmoid(§z) * (1 - sigmoid(§z))", (function,))]
            )  # fmt: skip
            forward, pre = rng.choice([("sigmoid(§z)", (function,)), ("1 / (1 + np.exp(-§z))", ())])
            return Activation(name, forward, slope, (*pre, *more))
        case "tanh":
            slope = rng.choice(["(1 - §h**2)", "(1 - np.tanh(§z) ** 2)", "(1 - np.square(§h))", "(1 / np.cosh(§z) ** 2)"])
            return Activation(name, "np.tanh(§z)", slope, ())
        case "leaky":
            forward = rng.choice(["np.where(§z > 0, §z, 0.1 * §z)", "np.maximum(0.1 * §z, §z)"])
            return Activation(name, forward, rng.choice(["np.where(§z > 0, 1, 0.1)", "np.where(§z > 0, 1.0, 0.1)"]), ())
        case "softplus":
            forward = rng.choice(["np.log(1 + np.exp(§z))", "np.log1p(np.exp(§z))", "np.logaddexp(0, §z)"])
            return Activation(name, forward, "(1 / (1 + np.exp(-§z)))", ())
        case _:
            return IDENTITY


def choose_softmax(rng: Random, columns: bool) -> Activation:
    axis = 0 if columns else 1
    stable = f"def softmax(z):\n    e = np.exp(z - np.max(z, axis={axis}, keepdims=True))\n    return e / np.sum(e, axis={axis}, keepdims=True)"
    plain = f"def softmax(z):\n    e = np.exp(z)\n    return e / e.sum(axis={axis}, keepdims=True)"
    return Activation("softmax", "softmax(§z)", "", (rng.choice([stable, plain]),))
