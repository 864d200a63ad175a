"""What can be done with a trained model's latents: grids, paths, sums, directions, and the way back from images."""

import importlib
from typing import Any

_HOMES = {
    "Activations": "principal",
    "Inverted": "inversion",
    "LabelledLatents": "labelling",
    "PrincipalDirections": "principal",
    "activations": "principal",
    "activations_of": "principal",
    "boundary_normal": "directions",
    "check_labels": "generating",
    "check_smooth": "generating",
    "class_direction": "labelling",
    "compute_over": "encoding",
    "coordinate_effects": "coordinates",
    "encode_images": "labelling",
    "exemplars": "labelling",
    "generate": "generating",
    "great_circle": "interpolation",
    "interpolate": "interpolation",
    "invert_images": "inversion",
    "label_samples": "labelling",
    "latent_grid": "grid",
    "mean_difference": "directions",
    "nearest": "generating",
    "neighbours": "arithmetic",
    "principal_directions": "principal",
    "served_batches": "encoding",
    "spread_along": "directions",
    "straight_line": "interpolation",
    "sum_picture": "arithmetic",
    "traverse": "directions",
    "vector_arithmetic": "arithmetic",
    "walks_along": "directions",
    "write_walk": "writing",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
