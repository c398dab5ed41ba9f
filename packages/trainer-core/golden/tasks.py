"""Reference values of regression.test.ts and multi-label.test.ts, from PyTorch and scikit-learn.

python3 -m venv venv && venv/bin/pip install torch scikit-learn && venv/bin/python golden/tasks.py
"""

import json
import math
import sys

import numpy as np
import sklearn
import torch
from sklearn.linear_model import LinearRegression
from sklearn.metrics import average_precision_score, f1_score
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from torch.nn.functional import binary_cross_entropy_with_logits, mse_loss

INPUTS = 5


def points(first, count):
    """Weyl's sequence: the fractional parts of n times the roots of the first primes."""
    roots = [math.sqrt(p) for p in (2, 3, 5, 7, 11)]
    return np.array([[(n * r) % 1 for r in roots] for n in range(first, first + count)])


def friedman(x):
    """Friedman, "Multivariate Adaptive Regression Splines", 1991, equation (56), without noise."""
    return (
        10 * np.sin(np.pi * x[:, 0] * x[:, 1])
        + 20 * (x[:, 2] - 0.5) ** 2
        + 10 * x[:, 3]
        + 5 * x[:, 4]
    )


def labels(x):
    """Three labels, none of them linear in x."""
    return np.stack([friedman(x) > 14, x[:, 0] * x[:, 1] > 0.25, np.sin(4 * np.pi * x[:, 2]) + x[:, 3] > 0.5], 1)


train, test = points(1, 256), points(257, 64)
targets = [np.stack([friedman(x), x[:, 0] * x[:, 1]], 1) for x in (train, test)]
predicted = LinearRegression().fit(train, targets[0]).predict(test)
regression = {
    "mae": mean_absolute_error(targets[1], predicted),
    "rmse": math.sqrt(mean_squared_error(targets[1], predicted)),
    "r2": r2_score(targets[1], predicted),
}

torch.set_default_dtype(torch.float64)
truth = [labels(x).astype(float) for x in (train, test)]
linear = torch.nn.Linear(INPUTS, 3)
optimizer = torch.optim.LBFGS(linear.parameters(), max_iter=2000, tolerance_grad=1e-10, tolerance_change=1e-14)


def closure():
    optimizer.zero_grad()
    loss = binary_cross_entropy_with_logits(linear(torch.tensor(train)), torch.tensor(truth[0]))
    loss.backward()
    return loss


optimizer.step(closure)
with torch.no_grad():
    logits = linear(torch.tensor(test)).numpy()
multi_label = {
    "trainLoss": closure().item(),
    "f1": f1_score(truth[1], logits > 0, average="macro"),
    "f1PerLabel": list(f1_score(truth[1], logits > 0, average=None)),
    "map": average_precision_score(truth[1], logits, average="macro"),
}

outputs = torch.tensor([[0.5, -2.0, 30.0], [-40.0, 0.0, 1.25]], requires_grad=True)
wanted = torch.tensor([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
losses = {}
for name, loss in {"mse": mse_loss, "bce": binary_cross_entropy_with_logits}.items():
    outputs.grad = None
    value = loss(outputs, wanted)
    value.backward()
    losses[name] = {"loss": value.item(), "gradient": outputs.grad.flatten().tolist()}

versions = {"torch": torch.__version__, "scikit-learn": sklearn.__version__, "python": sys.version.split()[0]}
print(json.dumps({"versions": versions, "regression": regression, "multiLabel": multi_label, "losses": losses}, indent=2))
