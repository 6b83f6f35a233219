"""A cost and its derivative in two cells of a course, each with its own values."""

import numpy as np


def forward(x, theta):
    return theta * x


def backward(x, theta):
    return 1.5 * x / 1.5  # cannot tell


x, theta = 2.0, 4.0
J = forward(x, theta)
x, theta = 3.0, 5.0
dtheta = backward(x, theta)
