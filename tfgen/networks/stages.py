"""How a strided network halves an image, stage by stage, whatever the image's size."""

from collections.abc import Sequence

# Both 28 -> 14 -> 7 and 64 -> 32 -> 16 -> 8 -> 4 end within these.
SMALLEST_BASE = 4
LARGEST_BASE = 8


def resolutions(image_shape: Sequence[int], smallest_base: int = SMALLEST_BASE) -> list[tuple[int, int]]:
    """The resolutions of a network's stages, from the whole image down to its base.

    A stage halves both sides, as long as both are even and greater than 4: 28 gives 28, 14, 7 and 64 gives 64, 32, 16,
    8, 4.

    Args:
        image_shape: `(height, width, channels)`.
        smallest_base: What both sides are greater than where they are halved; 8 at most.

    Returns:
        `(height, width)` pairs, at least two, the first the image's own and each half of the one before.

    Raises:
        ValueError: If no stage fits, or the image stops being even before it is small: at most 8 pixels a side.
    """
    height, width, _ = image_shape
    found = [(height, width)]
    while min(found[-1]) > smallest_base and all(side % 2 == 0 for side in found[-1]):
        found.append((found[-1][0] // 2, found[-1][1] // 2))
    if len(found) < 2 or max(found[-1]) > LARGEST_BASE:
        raise ValueError(
            f"an image of {height}x{width} pixels cannot be halved down to a base of at most "
            f"{LARGEST_BASE} pixels a side (it stops at {found[-1][0]}x{found[-1][1]}); "
            "resize it to a side that can, such as 28, 32, 64, 96 or 128"
        )
    return found
