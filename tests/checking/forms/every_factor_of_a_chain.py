"""A power of the error is the loss, and the error a value between; each factor has a name."""

x = 2.0
target = 6.0
w = 1.0
learning_rate = 0.1
for step in range(5):
    prediction = w * x
    error = prediction - target
    loss = error**2
    d_loss_d_error = 2 * error  # right
    d_error_d_prediction = 1.0
    d_prediction_d_w = x  # right
    gradient = d_loss_d_error * d_error_d_prediction * d_prediction_d_w  # right
    print(f"step {step}: loss={loss:.6f} gradient={gradient:.4f}")
    w = w - learning_rate * gradient
