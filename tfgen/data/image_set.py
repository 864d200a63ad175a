"""A set of images in memory, or mapped into it, with where it came from."""

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Images of one split, ready to be batched.

    Attributes:
        images: uint8 `(N, H, W, C)` with C 1 (grey) or 3 (RGB): an array, or a read-only memory map.
        labels: int64 `(N,)`, indices into `class_names`; None if the set has no classes.
        class_names: Names of the classes, empty if there are none.
        origin: What the images were read from, fit to be printed on a model card: no path of this machine.
        file_names: What their files are called, with `/` between the parts; empty if they come from no files.

    Raises:
        ValueError: If the images are not uint8 `(N, H, W, 1 or 3)`, if there are none, or if the labels or the names
            do not fit.
    """

    images: np.ndarray
    labels: np.ndarray | None = None
    class_names: tuple[str, ...] = ()
    origin: str = "arrays"
    file_names: tuple[str, ...] = ()

    def __post_init__(self):
        shape = self.images.shape
        if self.images.dtype != np.uint8 or len(shape) != 4 or shape[-1] not in (1, 3) or not len(self.images):
            raise ValueError(
                f"images have to be a non-empty uint8 array (N, H, W, 1 or 3), got {self.images.dtype} {shape}; "
                "tfgen.data.pictures.to_uint8 makes uint8 of floats in [-1, 1]"
            )
        if self.labels is not None and (self.labels.dtype != np.int64 or self.labels.shape != shape[:1]):
            raise ValueError(
                f"labels have to be int64 ({shape[0]},), one for each image, got {self.labels.dtype} "
                f"{self.labels.shape}"
            )
        if self.file_names and len(self.file_names) != shape[0]:
            raise ValueError(f"there are {len(self.file_names)} file names for {shape[0]} images; give one for each")

    def __len__(self) -> int:
        return len(self.images)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """`(H, W, C)`, the same for all images."""
        return self.images.shape[1:]

    def first(self, count: int | None) -> "ImageSet":
        """The first images, at most `count`; all for None."""
        labels = None if self.labels is None else self.labels[:count]
        return replace(self, images=self.images[:count], labels=labels, file_names=self.file_names[:count])
