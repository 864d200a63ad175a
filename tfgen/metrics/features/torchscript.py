"""The tensors of a TorchScript archive, without PyTorch and without running anything that the archive holds."""

import collections
import math
import pickle
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from tfgen.errors import TfgenError


def read_tensors(archive: Path | BinaryIO) -> dict[str, np.ndarray]:
    """The float32 tensors of a module that `torch.jit.save` wrote.

    The archive is a zip: raw tensors, and a pickle that says which module holds which. A pickle can call any function
    by name; the unpickler here knows the four in `_NAMES`, takes every module's class for the same empty one, and
    refuses all others.

    Args:
        archive: The file, or its path.

    Returns:
        The tensors by their dotted path in the module, such as `"layers.conv.weight"`.

    Raises:
        TfgenError: If it is no such archive, is damaged, or names anything else than modules and float32 tensors.
    """
    try:
        with zipfile.ZipFile(archive) as records:
            (pickled,) = (name for name in records.namelist() if name.count("/") == 1 and name.endswith("/data.pkl"))
            with records.open(pickled) as file:
                module = _Unpickler(file, records, pickled.removesuffix(".pkl")).load()
            return dict(_tensors(module))
    # A damaged pickle can fail in nearly every way.
    except Exception as error:
        raise TfgenError(
            f"this is no TorchScript archive of float32 tensors, or a damaged one: {str(error) or type(error).__name__}"
        ) from error


class _Module:
    """Stands for any module's class: its attributes, and nothing of its code."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.attributes = dict(state)


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: BinaryIO, records: zipfile.ZipFile, folder: str):
        super().__init__(file)
        self._records = records
        self._folder = folder

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith("__torch__."):
            return _Module
        if (module, name) not in _NAMES:
            raise pickle.UnpicklingError(f"it names {module}.{name}, which is not read")
        return _NAMES[module, name]

    def persistent_load(self, reference: tuple) -> np.ndarray:
        kind, dtype, record, _, count = reference
        # In the archive's own folder: a record's name is a number.
        if kind != "storage" or dtype is not np.float32 or not record.isdecimal():
            raise pickle.UnpicklingError(f"it refers to {reference}, which is no storage of float32")
        values = np.frombuffer(self._records.read(f"{self._folder}/{record}"), "<f4")
        if len(values) != count:
            raise pickle.UnpicklingError(f"storage {record} has {len(values)} numbers, not {count}")
        return values


def _tensor(storage: np.ndarray, offset: int, shape: tuple, strides: tuple, *_: Any) -> np.ndarray:
    size = math.prod(shape)
    contiguous = tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))
    if strides != contiguous or not 0 <= offset <= offset + size <= len(storage):
        raise pickle.UnpicklingError(
            f"a tensor of shape {shape} and strides {strides} is not contiguous in its storage"
        )
    return storage[offset : offset + size].reshape(shape)


_NAMES = {
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch", "FloatStorage"): np.float32,
    ("torch.jit._pickle", "build_intlist"): list,
    ("collections", "OrderedDict"): collections.OrderedDict,
}


def _tensors(module: _Module, path: str = "") -> Iterator[tuple[str, np.ndarray]]:
    for name, value in module.attributes.items():
        if isinstance(value, _Module):
            yield from _tensors(value, f"{path}{name}.")
        elif isinstance(value, np.ndarray):
            yield path + name, value
