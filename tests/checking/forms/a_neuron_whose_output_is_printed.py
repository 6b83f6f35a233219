x = [1.0, -2.0, 3.0]
w = [-3.0, -1.0, 2.0]
b = 1.0
z = x[0] * w[0] + x[1] * w[1] + x[2] * w[2] + b
y = max(z, 0)
print(y)
upstream = 1.0
dw0 = upstream * x[0]  # cannot tell
dw1 = upstream * x[1]  # cannot tell
dw2 = upstream * x[2]  # cannot tell
db = upstream
w[0] += -0.001 * dw0
w[1] += -0.001 * dw1
w[2] += -0.001 * dw2
b += -0.001 * db
