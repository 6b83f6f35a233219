import numpy as np

rng = np.random.default_rng(0)
G, D = rng.normal(size=(2, 3)), rng.normal(size=(3, 1))
for step in range(5):
    real, z = rng.normal(size=(8, 3)) + 1, rng.normal(size=(8, 2))
  
    fake = z @ G
    d_r, d_f = 1 / (1 + np.exp(-real @ D)), 1 / (1 + np.exp(-fake @ D))
    D_loss = -np.mean(np.log(d_r) + np.log(1 - d_f))
    dD = real.T @ (d_r - 1) / 8 - fake.T @ -d_f / 8  # right
    D -= 0.1 * dD
  
    fake = z @ G
    d_f = 1 / (1 + np.exp(-fake @ D))
    g_loss = -np.mean(np.log(d_f))
    dG = z.T @ ((d_f - 1) / 8 @ D.T)  # right
    G -= 0.1 * dG
    print(D_loss, g_loss)
