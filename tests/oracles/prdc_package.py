"""Records what the package prdc 0.2, by the authors of density and coverage, makes of drawn features.

In an environment of its own, with prdc==0.2 from PyPI:

    python tests/oracles/prdc_package.py tests/oracles/prdc_package.json
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np

CASES = [
    {"name": "one distribution", "seed": 0, "reference": [300, 16], "generated": [300, 16], "k": 5},
    {"name": "shifted", "seed": 1, "reference": [200, 8], "generated": [250, 8], "k": 3, "shift": 1.0},
    {"name": "too narrow", "seed": 2, "reference": [250, 8], "generated": [200, 8], "k": 5, "scale": 0.4},
    {"name": "too wide", "seed": 3, "reference": [250, 8], "generated": [200, 8], "k": 5, "scale": 2.0},
    {"name": "far from the origin", "seed": 4, "reference": [200, 8], "generated": [200, 8], "k": 4, "origin": 100.0},
    {"name": "nearest neighbour", "seed": 5, "reference": [100, 2], "generated": [120, 2], "k": 1, "shift": 0.5},
    {"name": "as wide as Inception's", "seed": 6, "reference": [120, 2048], "generated": [120, 2048], "k": 5},
]


def features(case: dict) -> tuple[np.ndarray, np.ndarray]:
    """The reference and generated features of a case: normal, the generated ones scaled and shifted."""
    rng = np.random.default_rng(case["seed"])
    reference, generated = rng.normal(size=case["reference"]), rng.normal(size=case["generated"])
    generated = generated * case.get("scale", 1.0) + case.get("shift", 0.0)
    return reference + case.get("origin", 0.0), generated + case.get("origin", 0.0)


def record(path: Path) -> None:
    """Writes the cases with their scores, and the versions that made them."""
    from prdc import compute_prdc

    cases = []
    for case in CASES:
        scores = compute_prdc(*features(case), nearest_k=case["k"])
        cases.append({**case, "scores": {name: float(score) for name, score in scores.items()}})
    versions = {name: version(name) for name in ("prdc", "numpy", "scikit-learn")}
    path.write_text(json.dumps({"versions": versions, "cases": cases}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    record(Path(sys.argv[1]))
