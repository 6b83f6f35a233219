"""The mean square that a function named for an error gives back, and shows in every tenth pass, is what is learned from."""

points = [[1.0, 2.1], [2.0, 3.9], [3.0, 6.2], [4.0, 7.8]]
def compute_error(b, m, points):
    total = 0
    for i in range(len(points)):
        x, y = points[i][0], points[i][1]
        total += (y - (m * x + b)) ** 2
    return total / float(len(points))
def step_gradient(b, m, points, rate):
    b_gradient, m_gradient = 0, 0
    n = float(len(points))
    for i in range(len(points)):
        x, y = points[i][0], points[i][1]
        b_gradient += -(2 / n) * (y - (m * x + b))  # right
        m_gradient += -(2 / n) * x * (y - (m * x + b))  # right
    return [b - rate * b_gradient, m - rate * m_gradient]
b, m = 0, 0
for step in range(20):
    b, m = step_gradient(b, m, points, 0.01)
    if step % 10 == 0:
        print(compute_error(b, m, points))
