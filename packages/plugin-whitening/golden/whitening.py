"""Writes whitening.json: outputs and gradients of every method in float64, from NumPy alone.

    python3 golden/whitening.py > golden/whitening.json

The formulas are those of the README, written down a second time; every gradient is a central difference of
sum(cotangent * whiten(features)), so nothing here shares a derivation with the package.
"""

import json

import numpy as np

STEP = 1e-5


def shrink(covariance, epsilon, floor):
    size = len(covariance)
    share = max(epsilon / size, 1e-6)
    return (1 - epsilon) * covariance + (share * np.trace(covariance) + floor) * np.eye(size)


def newton(matrix, iterations):
    trace = np.trace(matrix)
    p = np.eye(len(matrix))
    for _ in range(iterations):
        p = 1.5 * p - 0.5 * p @ p @ p @ (matrix / trace)
    return p / np.sqrt(trace)


def whitening_matrix(covariance, method, epsilon, floor, iterations):
    if method == "batch-norm":
        return np.diag(1 / np.sqrt(np.diag(covariance) + floor))
    shrunk = shrink(covariance, epsilon, floor)
    if method == "newton":
        return newton(shrunk, iterations)
    if method == "cholesky":
        return np.linalg.inv(np.linalg.cholesky(shrunk)).T
    values, vectors = np.linalg.eigh(shrunk)
    return vectors @ np.diag(values**-0.5) @ vectors.T


def whiten(features, method, epsilon=0.1, floor=1e-5, iterations=5, groups=1):
    centred = features - features.mean(axis=0)
    parts = [
        part @ whitening_matrix(part.T @ part / len(part), method, epsilon, floor, iterations)
        for part in np.split(centred, groups, axis=1)
    ]
    return np.concatenate(parts, axis=1)


def gradient(features, cotangent, options):
    result = np.zeros_like(features)
    for index in np.ndindex(features.shape):
        moved = np.zeros_like(features)
        moved[index] = STEP
        difference = whiten(features + moved, **options) - whiten(features - moved, **options)
        result[index] = np.sum(cotangent * difference) / (2 * STEP)
    return result


def digits(array):
    return [[float(f"{value:.7g}") for value in row] for row in np.where(np.abs(array) < 1e-9, 0, array)]


random = np.random.default_rng(7)
mixed = random.normal(size=(12, 6)) @ random.normal(size=(6, 6)) + random.normal(size=6)
hadamard = np.array([[1.0]])
for _ in range(3):
    hadamard = np.block([[hadamard, hadamard], [hadamard, -hadamard]])
half = random.normal(size=(10, 3))

FEATURES = {
    "full rank": mixed,
    "equal eigenvalues": hadamard[:, 1:5],
    "duplicated": np.concatenate([half, half], axis=1),
    "more features than examples": random.normal(size=(4, 6)),
}
OPTIONS = {
    "full rank": [
        {"method": "zca"},
        {"method": "zca", "epsilon": 0.001, "groups": 2},
        {"method": "newton"},
        {"method": "newton", "epsilon": 0.01, "iterations": 9, "groups": 3},
        {"method": "cholesky"},
        {"method": "cholesky", "epsilon": 0.001, "groups": 2},
        {"method": "batch-norm"},
    ],
    "equal eigenvalues": [
        {"method": "zca", "epsilon": 0.0},
        {"method": "zca"},
        {"method": "newton"},
        {"method": "cholesky"},
    ],
    "duplicated": [{"method": "zca"}, {"method": "newton"}, {"method": "cholesky"}, {"method": "batch-norm"}],
    "more features than examples": [{"method": "zca"}, {"method": "newton"}, {"method": "cholesky"}],
}

cases = []
for name, raw in FEATURES.items():
    features = np.round(raw, 3)
    cotangent = np.round(random.normal(size=features.shape), 3)
    for options in OPTIONS[name]:
        cases.append(
            {
                "name": name,
                "options": options,
                "features": digits(features),
                "cotangent": digits(cotangent),
                "output": digits(whiten(features, **options)),
                "gradient": digits(gradient(features, cotangent, options)),
            }
        )
print("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]")
