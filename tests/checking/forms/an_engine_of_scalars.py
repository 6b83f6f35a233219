class Value:
    def __init__(self, data, children=()):
        self.data = data
        self.grad = 0.0
        self.children = children
        self.back = lambda: None

    def __add__(self, other):
        out = Value(self.data + other.data, (self, other))

        def back():
            self.grad += out.grad  # cannot tell
            other.grad += out.grad

        out.back = back
        return out

    def __mul__(self, other):
        out = Value(self.data * other.data, (self, other))

        def back():
            self.grad += other.data * out.grad  # cannot tell
            other.grad += self.data * out.grad

        out.back = back
        return out

    def backward(self):
        order = []

        def visit(v):
            if v not in order:
                for child in v.children:
                    visit(child)
                order.append(v)

        visit(self)
        self.grad = 1.0
        for v in reversed(order):
            v.back()


def run():
    a, b, c = Value(2.0), Value(-3.0), Value(10.0)
    loss = (a * b + c) * (a + b)
    loss.backward()
    return loss.data, a.grad, b.grad
for _ in range(2):
    print(run())
