"""Writes TorchScript archives as PyTorch does, by hand."""

import math
import struct
import zipfile


def text(value):
    data = value.encode()
    return b"X" + struct.pack("<I", len(data)) + data


def integers(values):
    return b"(" + b"".join(b"J" + struct.pack("<i", value) for value in values) + b"t"


def strides(shape):
    return tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))


def tensor(record, shape, *, count=None, offset=0, strides_=None, storage=b"ctorch\nFloatStorage\n"):
    """The pickle of a tensor, in the storage of this record."""
    count = math.prod(shape) if count is None else count
    reference = b"(" + text("storage") + storage + text(record) + text("cpu") + b"J" + struct.pack("<i", count) + b"tQ"
    layout = integers(shape) + integers(strides(shape) if strides_ is None else strides_)
    hooks = b"\x89ccollections\nOrderedDict\n)R"
    return (
        b"ctorch._utils\n_rebuild_tensor_v2\n(" + reference + b"J" + struct.pack("<i", offset) + layout + hooks + b"tR"
    )


def module(attributes):
    """The pickle of a module: attributes by name, themselves pickles, or dictionaries for modules in it."""
    pairs = b"".join(
        text(name) + (module(value) if isinstance(value, dict) else value) for name, value in attributes.items()
    )
    return b"c__torch__.some.package\nModule\n)\x81}(" + pairs + b"ub"


def write(path, pickled, storages):
    """An archive of a pickle (without its frame) and storages: arrays, or bytes as they are, by record."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("net/data.pkl", b"\x80\x02" + pickled + b".")
        archive.writestr("net/constants.pkl", b"\x80\x02).")
        archive.writestr("net/version", b"3\n")
        for record, values in storages.items():
            archive.writestr(f"net/data/{record}", values if isinstance(values, bytes) else values.tobytes())


def write_tensors(path, tensors):
    """An archive of float32 tensors by their dotted path."""
    tree, storages = {}, {}
    for record, (dotted, values) in enumerate(tensors.items()):
        *parents, name = dotted.split(".")
        node = tree
        for parent in parents:
            node = node.setdefault(parent, {"training": b"\x89", "hook": b"N"})
        node[name] = tensor(str(record), values.shape)
        storages[str(record)] = values
    write(path, module(tree), storages)
