"""Whole numbers in few bytes and back, exactly: range coding under frequencies that follow what was coded before.

No table is stored: coder and decoder count alike. A position's frequencies are its own counts so far, on top of those
of all positions together, which weigh as much as 32 images. Few images are so coded by what their positions have in
common, and many by what is each position's own. All counts are integers: every machine computes the same frequencies.
"""

from collections.abc import Iterator

import numpy as np
from constriction import stream

from tfgen.data.progress import progress
from tfgen.errors import TfgenError

# What products of 64 bits, and memory, have room for.
_MOST_ROWS = 2**23
_MOST_SYMBOLS = 2**26
_MOST_LEVELS = 2**16
_MOST_COUNTS = 2**23

# The coder's frequencies add up to 2**24; constriction fixes that.
_CODER_TOTAL = 2**24
_SHARED_TOTAL = 2**20
_OWN_WEIGHT = _SHARED_TOTAL // 32
# Frequencies are renewed when the rows have grown by this share.
_RENEWAL = 16


def encode_symbols(symbols: np.ndarray, levels: int) -> bytes:
    """Codes whole numbers.

    Args:
        symbols: Integers (n, positions) from 0 to `levels` - 1.
        levels: How many values a symbol may have.

    Returns:
        The coded symbols, little-endian words of 32 bits; n, positions and `levels` are not in them.

    Raises:
        ValueError: If a symbol is not below `levels`, or there are more rows or levels than the coder takes.
    """
    check_size(*symbols.shape, levels)
    if symbols.min() < 0 or symbols.max() >= levels:
        raise ValueError(f"the symbols are from {symbols.min()} to {symbols.max()}; they have to be 0 to {levels - 1}")
    columns = np.ascontiguousarray(symbols.T, np.int32)
    encoder, frequencies = stream.queue.RangeEncoder(), _Frequencies(len(columns), levels)
    for rows in _blocks(len(symbols), "coding"):
        for column, model in zip(columns, frequencies.models(), strict=True):
            encoder.encode(column[rows], model)
        frequencies.count(columns[:, rows])
    return encoder.get_compressed().astype("<u4").tobytes()


def decode_symbols(coded: bytes, n: int, positions: int, levels: int) -> np.ndarray:
    """The symbols, int32 (n, positions), that `encode_symbols` coded.

    Raises:
        TfgenError: If these bytes code no such symbols.
        ValueError: If there are more rows or levels than the coder takes.
    """
    check_size(n, positions, levels)
    if len(coded) % 4:
        raise TfgenError(f"the coded symbols are {len(coded)} bytes and no multiple of 4")
    decoder = stream.queue.RangeDecoder(np.frombuffer(coded, "<u4").astype(np.uint32))
    frequencies = _Frequencies(positions, levels)
    columns = np.zeros((positions, n), np.int32)
    for rows in _blocks(n, "decoding"):
        try:
            for column, model in zip(columns, frequencies.models(), strict=True):
                column[rows] = decoder.decode(model, rows.stop - rows.start)
        except AssertionError as error:
            raise TfgenError(f"the coded symbols are none of {n} x {positions}") from error
        frequencies.count(columns[:, rows])
    if not decoder.maybe_exhausted():
        raise TfgenError(f"more is coded than {n} x {positions} symbols")
    return np.ascontiguousarray(columns.T)


def check_size(n: int, positions: int, levels: int) -> None:
    """Refuses what the coder has no room for.

    Raises:
        ValueError: Saying how much it has room for.
    """
    most = min(_MOST_ROWS, _MOST_SYMBOLS // positions)
    if not 1 <= n <= most:
        raise ValueError(f"{n:,} images with codes of {positions:,} numbers do not go into one file; {most:,} do")
    most = min(_MOST_LEVELS, _MOST_COUNTS // positions)
    if not 1 <= levels <= most:
        raise ValueError(
            f"codes of {positions:,} numbers may have {most:,} values each, and {levels:,} are too many; "
            "a larger step makes fewer"
        )


class _Frequencies:
    """What was counted at each position, as models of what comes next."""

    def __init__(self, positions: int, levels: int):
        self._counts = np.zeros((positions, levels), np.int64)

    def count(self, columns: np.ndarray) -> None:
        for counts, column in zip(self._counts, columns, strict=True):
            counts += np.bincount(column, minlength=len(counts))

    def models(self) -> Iterator[stream.model.Categorical]:
        """The coder's model of each position."""
        levels = self._counts.shape[1]
        if levels == 1:
            # The coder knows no symbol that is certain: one with a second that never comes costs nothing.
            certain = np.array([_CODER_TOTAL - 2.0, 0.0])
            return (stream.model.Categorical(certain, perfect=False) for _ in self._counts)
        # Half a count each for what was not seen yet (Krichevsky and Trofimov 1981).
        shared = _in_proportion(2 * self._counts.sum(axis=0) + 1, _SHARED_TOTAL)
        frequencies = _in_proportion(_OWN_WEIGHT * self._counts + shared, _CODER_TOTAL)
        # constriction adds 1 to each number, having scaled them to add up to 2**24 less one for each. These do already,
        # so that nothing is left to round.
        return (stream.model.Categorical(row, perfect=False) for row in (frequencies - 1).astype(np.float64))


def _in_proportion(weights: np.ndarray, total: int) -> np.ndarray:
    """Integers of 1 or more, in proportion to integer weights, that add up to `total` along the last axis."""
    cumulative = np.cumsum(weights, axis=-1)
    bounds = cumulative * (total - weights.shape[-1]) // cumulative[..., -1:]
    return np.diff(bounds, axis=-1, prepend=0) + 1


def _blocks(n: int, description: str) -> Iterator[slice]:
    """Consecutive rows, ever more of them, between which the frequencies are renewed."""
    blocks, start = [], 0
    while start < n:
        stop = min(n, start + max(1, start // _RENEWAL))
        blocks.append(slice(start, stop))
        start = stop
    return progress(blocks, description, len(blocks))
