w, t, x = 0.5, 0.8, 0.5
for i in range(5):
    pred = x * w
    error = (pred - t) ** 2
    dw = 2 * (pred - t) * x  # right
    w = w - dw

v, s, z = 0.1, 1.0, 8.5
pred = z * v
error = (pred - s) ** 2
dv = 7 * z * z * (pred - s)  # wrong
v -= 0.01 * dv
