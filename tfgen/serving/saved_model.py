"""SavedModels in the layout that TensorFlow Serving watches."""

from pathlib import Path

from tfgen.errors import TfgenError
from tfgen.files import atomic_folder
from tfgen.models.image_model import ImageModel


def export_saved_model(model: ImageModel, folder: Path, version: int = 1) -> Path:
    """Writes `folder/version/`, whole or not at all, so that a server that watches `folder` never sees half a model.

    Args:
        model: The model; its signatures are `model.serving_signatures()`, and its card goes along in `assets.extra`.
        folder: The model's folder, one sub-folder a version.
        version: The version's number; a server takes the highest.

    Returns:
        The version's folder.

    Raises:
        TfgenError: If that version is there already.
        ValueError: If version is under 1.
    """
    if version < 1:
        raise ValueError(f"version is {version}; it is 1 or more")
    target = Path(folder) / str(version)
    if target.exists():
        raise TfgenError(f"{target} is there already; export another version, for example {version + 1}")
    with atomic_folder(target) as temporary:
        model.export(temporary)
    return target
