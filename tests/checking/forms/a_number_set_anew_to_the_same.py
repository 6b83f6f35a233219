"""A cost and its derivative in two cells of a course, each with the same values."""

import numpy as np


def forward(x, theta):
    return theta * x


def backward(x, theta):
    return 1.5 * x / 1.5  # right


x, theta = 2.0, 4.0
J = forward(x, theta)
x, theta = 2.0, 4.0
dtheta = backward(x, theta)
