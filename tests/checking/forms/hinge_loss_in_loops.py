import numpy as np
def svm_loss_naive(W, X, y, reg):
    dW = np.zeros(W.shape)
    num_classes = W.shape[1]; num_train = X.shape[0]
    loss = 0.0
    for i in range(num_train):
        scores = X[i].dot(W)
        correct = scores[y[i]]
        for j in range(num_classes):
            if j == y[i]: continue
            margin = scores[j] - correct + 1
            if margin > 0:
                loss += margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss /= num_train
    dW /= num_train
    loss += reg * np.sum(W * W)
    dW += 2 * reg * W
    return loss, dW
rng = np.random.default_rng(0)
W = rng.normal(size=(4, 3)); X = rng.normal(size=(5, 4)); y = np.array([0, 1, 2, 0, 1])
loss, grad = svm_loss_naive(W, X, y, 0.1)  # right
W += -0.1 * grad
