w, b = 0.7, 0.4
x, y = 1.5, 2.0

prediction = w * x + b
loss = 0.5 * (prediction - y) ** 2

dw = 2 * (prediction - y) * x
db = 2 * (prediction - y)
w = w - 0.1 * dw
b = b - 0.1 * db
