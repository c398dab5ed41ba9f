"""Writes losses.json: values and gradients of the published formulas in float64, from NumPy alone.

    python3 golden/losses.py > golden/losses.json

Every formula is written out for one example at a time, as the papers print it; every gradient is a central difference.
"""

import json

import numpy as np

COUNTS = np.array([5000.0, 387.0, 50.0])
LOGITS = np.array([[1.0, 2.0, 3.0], [-0.5, 0.0, 0.25], [4.0, -1.0, 0.5], [0.2, 0.1, -2.0]])
LABELS = [2, 0, 1, 0]
COSINES = np.array([[0.9, -0.2, 0.1], [0.3, 0.35, -0.8], [-0.1, 0.2, 0.6], [0.5, 0.4, 0.45]])
SCALE = 30
STEP = 1e-6


def log_p(z, y):
    """log softmax(z)_y."""
    return z[y] - np.log(np.sum(np.exp(z)))


def mean(loss):
    return lambda z: float(np.mean([loss(row, y) for row, y in zip(z, LABELS)]))


def effective(beta):
    """Cui et al.: 1 / E_n = (1 - beta) / (1 - beta^n), scaled to sum to the number of classes."""
    w = 1 / COUNTS if beta == 1 else (1 - beta) / (1 - beta**COUNTS)
    return w / w.sum() * len(w)


def weighted(loss, w):
    """PyTorch's reduction 'mean': divided by the weights in the batch."""
    total = sum(w[y] for y in LABELS)
    return lambda z: float(sum(w[y] * loss(row, y) for row, y in zip(z, LABELS)) / total)


def cross_entropy(z, y):
    return -log_p(z, y)


def balanced_softmax(z, y):
    """Ren et al.: -log(n_y e^{z_y} / sum_c n_c e^{z_c})."""
    return -np.log(COUNTS[y] * np.exp(z[y]) / np.sum(COUNTS * np.exp(z)))


def ldam(cosines, y):
    """Cao et al.: -log(e^{s(cos_y - m_y)} / (e^{s(cos_y - m_y)} + sum_{c != y} e^{s cos_c})), m = C / n^(1/4)."""
    m = COUNTS**-0.25
    m = m * 0.5 / m.max()
    hit = np.exp(SCALE * (cosines[y] - m[y]))
    others = sum(np.exp(SCALE * cosines[c]) for c in range(3) if c != y)
    return -np.log(hit / (hit + others))


def focal(gamma):
    """Lin et al.: -(1 - p_y)^gamma log p_y."""
    return lambda z, y: -((1 - np.exp(log_p(z, y))) ** gamma) * log_p(z, y)


def smoothing(head, tail, shape, power=None):
    """MiSLAS: epsilon as a function of the count."""
    n1, nk = COUNTS.max(), COUNTS.min()
    angle = (COUNTS - nk) * np.pi / (2 * (n1 - nk))
    if shape == "concave":
        return tail + (head - tail) * np.sin(angle)
    if shape == "linear":
        return tail + (head - tail) * (COUNTS - nk) / (n1 - nk)
    if shape == "exp":
        return tail + (head - tail) * np.power((COUNTS - nk) / (n1 - nk), power)
    return head + (head - tail) * np.sin(1.5 * np.pi + angle)


def label_aware(z, y, eps=smoothing(0.4, 0.1, "concave")):
    """MiSLAS: (1 - eps_y) on the class itself, eps_y / (K - 1) on each of the others."""
    others = [c for c in range(3) if c != y]
    return -(1 - eps[y]) * log_p(z, y) - eps[y] / 2 * sum(log_p(z, c) for c in others)


def with_gradient(loss, at):
    gradient = np.zeros_like(at)
    for index in np.ndindex(at.shape):
        moved = np.zeros_like(at)
        moved[index] = STEP
        gradient[index] = (loss(at + moved) - loss(at - moved)) / (2 * STEP)
    return {"value": round(loss(at), 7), "gradient": np.round(gradient.ravel(), 6).tolist()}


print(
    json.dumps(
        {
            "margins": np.round(0.5 * (COUNTS / 50) ** -0.25, 7).tolist(),
            "weights": {str(beta): np.round(effective(beta), 7).tolist() for beta in (0, 0.9, 0.9999, 1)},
            "smoothing": {
                shape: np.round(smoothing(0.4, 0.1, shape), 7).tolist() for shape in ("concave", "linear", "convex")
            },
            "exp": {str(power): np.round(smoothing(0.4, 0.1, "exp", power), 7).tolist() for power in (0.5, 2, 3)},
            "losses": {
                "balanced softmax": with_gradient(mean(balanced_softmax), LOGITS),
                "ldam": with_gradient(mean(ldam), COSINES),
                "ldam-drw": with_gradient(weighted(ldam, effective(0.9999)), COSINES),
                "class-balanced": with_gradient(weighted(cross_entropy, effective(0.9999)), LOGITS),
                "focal, gamma 2": with_gradient(mean(focal(2)), LOGITS),
                "focal, gamma 0.5": with_gradient(mean(focal(0.5)), LOGITS),
                "class-balanced focal": with_gradient(weighted(focal(2), effective(0.9999)), LOGITS),
                "label-aware smoothing": with_gradient(mean(label_aware), LOGITS),
            },
        },
        indent=2,
    )
)
