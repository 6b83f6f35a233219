import numpy as np

rng = np.random.default_rng(37)
Wa, Wv, s = rng.normal(size=(4, 2)), rng.normal(size=4), rng.normal(size=4)
for t in range(5):
    p = np.exp(s @ Wa) / np.sum(np.exp(s @ Wa))
    r = 1.0 if s[0] > 0 else 0.0
    v = s @ Wv
    advantage = r - v
    actor_loss = -advantage * np.log(p[1])
    critic_loss = 0.5 * advantage ** 2
    dWa = np.outer(s, advantage * (p - np.array([0.0, 1.0])))  # right
    dWv = -advantage * s  # right
    Wa -= 0.05 * dWa
    Wv -= 0.1 * dWv  # right
    s = rng.normal(size=4)
