"""Writes stages.json: tau-normalised kernels, scaled logits and nearest class means in float64, from NumPy alone.

    python3 golden/stages.py > golden/stages.json
"""

import json

import numpy as np

KERNEL = np.array([[1.0, -0.5, 3.0], [2.0, 0.25, -4.0]])
BIAS = np.array([0.1, -0.2, 0.3])
SCALE = np.array([1.5, 0.5, 2.0])
FEATURES = np.array([[3.0, 4.0], [1.0, 0.0], [-2.0, 1.0], [0.5, 1.5], [0.0, -3.0]])
LABELS = np.array([0, 1, 0, 2, 2])
QUERIES = np.array([[1.0, 2.0], [-0.5, 0.25]])


def unit(rows):
    return np.array([row / np.sqrt(row @ row) for row in rows])


def means(rows):
    return np.array([rows[LABELS == c].mean(axis=0) for c in range(3)])


def cosine(queries, centroids):
    return [[q @ c / np.sqrt((q @ q) * (c @ c)) for c in centroids] for q in queries]


def euclidean(queries, centroids):
    return [[-np.sum((q - c) ** 2) for c in centroids] for q in queries]


centre = FEATURES.mean(axis=0)
seen = {"plain": lambda x: x, "normalised": unit, "centred": lambda x: unit(x - centre)}

print(
    json.dumps(
        {
            "normalised": {
                str(tau): [[w / np.hypot(*KERNEL[:, c]) ** tau for c, w in enumerate(row)] for row in KERNEL]
                for tau in (0, 0.7, 1, 2)
            },
            "scaled": [[SCALE[c] * (x @ KERNEL[:, c] + BIAS[c]) for c in range(3)] for x in QUERIES],
            "means": means(FEATURES).tolist(),
            "cosine": {key: cosine(see(QUERIES), means(see(FEATURES))) for key, see in seen.items()},
            "euclidean": {key: euclidean(see(QUERIES), means(see(FEATURES))) for key, see in seen.items()},
        },
        indent=2,
    )
)
