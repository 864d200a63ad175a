"""Features for TensorBoard's embedding projector: a folder that `tensorboard --logdir` shows."""

import math
from pathlib import Path

import numpy as np
from PIL import Image

from tfgen.data.image_set import ImageSet
from tfgen.data.pictures import grid, write_png
from tfgen.data.progress import progress
from tfgen.data.writing import check_new_folder
from tfgen.files import atomic_folder
from tfgen.tasks.embedding import check_features, class_name

LARGEST_SPRITE = 8192
"""The longest side in pixels of the picture that TensorBoard takes all thumbnails from."""

_CHUNK = 1000


def write_projector(path: str | Path, features: np.ndarray, images: ImageSet, *, name: str = "features") -> None:
    """Writes what TensorBoard's projector shows of features, whole or not at all; the first 100,000 are shown.

    Args:
        path: A folder that does not exist yet or is empty. It gets `tensors.tsv`; `metadata.tsv` with the columns
            `index`, and `label` and `class_name` if there are classes; `sprite.png`, all images, made smaller
            where they would take more than 8,192 pixels a side; and `projector_config.pbtxt`, which names the three.
        features: `(n, features)`.
        images: What they are of, in their order.
        name: What the projector calls them.

    Raises:
        ValueError: If there is something at the path already, or there are not as many features as images.
    """
    from tensorboard.plugins.projector import ProjectorConfig, visualize_embeddings

    path = Path(path)
    check_new_folder(path)
    check_features(features, images)
    atlas, (height, width) = sprite(images.images)
    config = ProjectorConfig()
    shown = config.embeddings.add(tensor_name=name, tensor_shape=features.shape)
    shown.tensor_path, shown.metadata_path, shown.sprite.image_path = "tensors.tsv", "metadata.tsv", "sprite.png"
    shown.sprite.single_image_dim.extend([width, height])
    with atomic_folder(path) as folder:
        with (folder / shown.tensor_path).open("w", encoding="utf-8") as file:
            starts = range(0, len(features), _CHUNK)
            for start in progress(starts, "writing features", len(starts)):
                # Nine digits give back each float32.
                np.savetxt(file, features[start : start + _CHUNK], fmt="%.9g", delimiter="\t")
        (folder / shown.metadata_path).write_text(_metadata(images), encoding="utf-8")
        write_png(folder / shown.sprite.image_path, atlas)
        visualize_embeddings(str(folder), config)


def sprite(images: np.ndarray) -> tuple[np.ndarray, tuple[int, int]]:
    """All images in one picture as TensorBoard reads it: row by row, with as many rows as columns.

    Args:
        images: uint8 `(n, height, width, channels)`.

    Returns:
        The picture, uint8 `(height, width, channels)`, of at most 8,192 pixels a side, and the height and width that
        an image has in it.
    """
    side = math.ceil(math.sqrt(len(images)))
    height, width = images.shape[1:3]
    shrunk = min(1.0, LARGEST_SPRITE // side / max(height, width))
    if shrunk < 1:
        height, width = (max(1, int(shrunk * each)) for each in (height, width))
        images = np.stack([_resized(image, height, width) for image in images])
    rows = grid(images, columns=side, padding=0)
    return np.pad(rows, ((0, side * height - len(rows)), (0, 0), (0, 0))), (height, width)


def _resized(image: np.ndarray, height: int, width: int) -> np.ndarray:
    picture = Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)
    return np.asarray(picture.resize((width, height), Image.Resampling.LANCZOS)).reshape(height, width, -1)


def _metadata(images: ImageSet) -> str:
    """A line for each image; the projector takes the first for the columns' names where there are several columns."""
    if images.labels is None:
        return "".join(f"{index}\n" for index in range(len(images)))
    # A tab or a line's end within a name would shift the columns.
    lines = (f"{label}\t{' '.join(class_name(images, label).split())}" for label in images.labels)
    return "index\tlabel\tclass_name\n" + "".join(f"{index}\t{line}\n" for index, line in enumerate(lines))
