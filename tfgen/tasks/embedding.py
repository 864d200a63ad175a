"""Features of images, as a trained encoder computes them: in one array, and in files."""

import importlib.util
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tfgen.data.image_set import ImageSet
from tfgen.data.writing import check_new_folder, check_writable
from tfgen.errors import TfgenError
from tfgen.files import atomic_folder, atomic_path
from tfgen.latent.encoding import compute_over

if TYPE_CHECKING:
    from tfgen.models.image_model import ImageModel

# What an autoencoder serves, and what a classifier does.
_SIGNATURES = ("encode", "features")


def embed(model: "ImageModel", images: ImageSet, *, batch_size: int = 256) -> np.ndarray:
    """What a model's encoder makes of images: an autoencoder's codes, a VAE's posterior means, a classifier's features.

    Args:
        model: A trained model that encodes. One that is told classes gets the images' labels.
        images: Of the model's shape.
        batch_size: Images computed at once.

    Returns:
        float32 `(n, features)`; maps of features are flattened, row by row.

    Raises:
        ValueError: If the model does not encode, the images are not of its shape, or it needs labels and there are
            none.
        TfgenError: If a feature is not finite.
    """
    signatures = model.serving_signatures()
    signature = next((each for each in _SIGNATURES if each in signatures), None)
    if signature is None:
        raise ValueError(
            f"a {type(model).__name__} computes no features; autoencoders, VAEs and classifiers do, with their encoders"
        )
    found = compute_over(model, signature, images, batch_size=batch_size, description="computing features")
    features = found.reshape(len(images), -1).astype(np.float32, copy=False)
    if not np.isfinite(features).all():
        raise TfgenError(f"the features of {images.origin} have values that are not finite; did the training diverge?")
    return features


def check_features_path(path: Path) -> None:
    """Says at once what `write_features` would say after the work.

    Raises:
        ValueError: If the path is neither a .npy, a .parquet, nor a folder that does not exist yet or is empty, or is
            where nothing can be written; or if another file is where the labels of a .npy would be, and no .npy yet.
        TfgenError: If a .parquet is asked for, and pyarrow is not installed.
    """
    if path.suffix not in _WRITERS:
        raise ValueError(f"{path} cannot be written: features go to a .npy, a .parquet, or a folder")
    if not path.suffix:
        check_new_folder(path)
    elif path.is_dir():
        raise ValueError(f"{path} is a folder; name a file, or a folder without the suffix")
    # Beside features are their labels; alone it is somebody else's file.
    if path.suffix == ".npy" and not path.exists() and (labels := _labels_path(path)).exists():
        raise ValueError(f"{labels} is there already, and not by features {path}; choose another output")
    if path.suffix == ".parquet" and importlib.util.find_spec("pyarrow") is None:
        raise TfgenError("a .parquet needs pyarrow: pip install 'tfgen[parquet]', or write a .npy")
    check_writable(path)


def write_features(path: str | Path, features: np.ndarray, images: ImageSet) -> None:
    """Writes features and the labels of their images, whole or not at all.

    Args:
        path: A `.npy` gets the features, and labels, int64 `(n,)`, go beside it: `codes.npy`, `codes.labels.npy`. A
            `.parquet` gets the columns `index`, `label` and `class_name` if there are classes, and `feature_0` and on.
            A folder gets `features.npy`, and, if there are classes, `labels.npy` and `class_names.txt`, a name a line.
        features: float32 `(n, features)`.
        images: What they are of, in their order.

    Raises:
        ValueError: As `check_features_path`, or if there are not as many features as images.
        TfgenError: As `check_features_path`.
    """
    path = Path(path)
    check_features_path(path)
    check_features(features, images)
    _WRITERS[path.suffix](path, features, images)


def check_features(features: np.ndarray, images: ImageSet) -> None:
    """Refuses features that are not those of the images.

    Raises:
        ValueError: If they are not `(n, features)` for n images.
    """
    if features.ndim != 2 or len(features) != len(images):
        raise ValueError(f"features have shape {features.shape}; those of {len(images)} images are (n, features)")


def class_name(images: ImageSet, label: int) -> str:
    """What a label is called; its number, if the images' classes have no names."""
    return images.class_names[label] if images.class_names else str(label)


def _write_npy(path: Path, features: np.ndarray, images: ImageSet) -> None:
    labels = _labels_path(path)
    if images.labels is not None:
        _save({path: features, labels: images.labels})
    elif labels.exists():
        raise ValueError(
            f"{labels} is there already and would be taken for the labels of {path}, whose images have none; choose "
            "another output"
        )
    else:
        _save({path: features})


def _labels_path(path: Path) -> Path:
    return path.with_suffix(".labels.npy")


def _write_folder(path: Path, features: np.ndarray, images: ImageSet) -> None:
    with atomic_folder(path) as folder:
        _save({folder / "features.npy": features})
        if images.labels is not None:
            _save({folder / "labels.npy": images.labels})
            names = (class_name(images, label) for label in range(images.labels.max() + 1))
            (folder / "class_names.txt").write_text("".join(f"{name}\n" for name in names), encoding="utf-8")


def _write_parquet(path: Path, features: np.ndarray, images: ImageSet) -> None:
    import pyarrow
    from pyarrow import parquet

    columns = {"index": np.arange(len(features))}
    if images.labels is not None:
        columns["label"] = images.labels
        columns["class_name"] = [class_name(images, label) for label in images.labels]
    columns |= {f"feature_{place}": column for place, column in enumerate(features.T)}
    with atomic_path(path) as temporary:
        parquet.write_table(pyarrow.table(columns), temporary)


def _save(arrays: Mapping[Path, np.ndarray]) -> None:
    """Writes all of the arrays to their files, or none."""
    with ExitStack() as files:
        for path, array in arrays.items():
            with files.enter_context(atomic_path(path)).open("wb") as file:
                np.save(file, array, allow_pickle=False)


_WRITERS = {".npy": _write_npy, ".parquet": _write_parquet, "": _write_folder}
