"""What is shown as the cost is a mean of errors with their signs, which nothing is learned from."""

inputs, targets = [1, 2, 3, 4], [12, 14, 16, 18]
w, b, learning_rate = 0.1, 0.3, 0.01
for _ in range(5):
    pred = [w * i + b for i in inputs]
    errors = [t - p for t, p in zip(targets, pred)]
    cost = sum(errors) / len(targets)
    errors_s2_d = [2 * (p - t) for p, t in zip(pred, targets)]
    weight_d = [e * i for i, e in zip(inputs, errors_s2_d)]
    print(f"Cost: {cost:.2f}")
    w -= learning_rate * sum(weight_d) / len(weight_d)  # right
    b -= learning_rate * sum(errors_s2_d) / len(errors_s2_d)  # right
