from itertools import pairwise

import numpy as np
import pytest

from tfgen.errors import TfgenError
from tfgen.tasks.entropy_coding import decode_symbols, encode_symbols


def random_symbols(seed, n, positions, levels):
    """Symbols that differ in distribution from position to position, the lowest and the highest among them."""
    random = np.random.default_rng(seed)
    centres, spreads = random.uniform(0, levels - 1, positions), random.uniform(0.1, levels / 2, positions)
    symbols = np.rint(random.normal(centres, spreads, (n, positions))).clip(0, levels - 1).astype(np.int32)
    symbols.flat[[0, -1]] = 0, levels - 1
    return symbols


@pytest.mark.parametrize("seed", range(20))
def test_exact(seed):
    random = np.random.default_rng(seed)
    n, positions = random.integers(1, 90), random.integers(1, 12)
    levels = int(random.choice([1, 2, 3, 50, 700, 5000]))
    symbols = random_symbols(seed, n, positions, levels)
    found = decode_symbols(encode_symbols(symbols, levels), n, positions, levels)
    np.testing.assert_array_equal(found, symbols)
    assert found.dtype == np.int32


def test_exact_with_as_many_levels_as_there_may_be():
    symbols = random_symbols(0, 3, 4, 2**16)
    np.testing.assert_array_equal(decode_symbols(encode_symbols(symbols, 2**16), 3, 4, 2**16), symbols)


def textbook_decoder(coded, n, positions, levels):
    """A range decoder on Python's integers (Martin 1979), and the frequencies as the module's docstring has them."""
    words = iter([*np.frombuffer(coded, "<u4").tolist(), *[0] * 4])
    lower, width, point = 0, 2**64 - 1, next(words) << 32 | next(words)
    counts = [[0] * levels for _ in range(positions)]

    def in_proportion(weights, total):
        bounds = [0]
        for weight in weights:
            bounds.append(bounds[-1] + weight)
        scaled = [bound * (total - levels) // bounds[-1] for bound in bounds]
        return [high - low + 1 for low, high in pairwise(scaled)]

    rows, start = [], 0
    while start < n:
        shared = in_proportion([2 * sum(column) + 1 for column in zip(*counts, strict=True)], 2**20)
        block = [[] for _ in range(positions)]
        size = min(n - start, max(1, start // 16))
        for position in range(positions):
            weights = [2**15 * own + each for own, each in zip(counts[position], shared, strict=True)]
            frequencies = in_proportion(weights, 2**24)
            assert sum(frequencies) == 2**24
            for _ in range(size):
                unit = width >> 24
                place, symbol, below = (point - lower) % 2**64 // unit, 0, 0
                while place >= below + frequencies[symbol]:
                    below += frequencies[symbol]
                    symbol += 1
                lower, width = (lower + unit * below) % 2**64, unit * frequencies[symbol]
                if width < 2**32:
                    lower, width, point = (lower << 32) % 2**64, width << 32, (point << 32) % 2**64 | next(words)
                block[position].append(symbol)
        for column, symbols in zip(counts, block, strict=True):
            for symbol in symbols:
                column[symbol] += 1
        rows += zip(*block, strict=True)
        start += size
    return rows


def test_bytes_are_those_of_a_textbook_coder_with_integer_frequencies():
    symbols = random_symbols(3, 60, 4, 9)
    assert textbook_decoder(encode_symbols(symbols, 9), 60, 4, 9) == [tuple(row) for row in symbols.tolist()]


def empirical_bits(symbols):
    """The entropy of each position's histogram, times the number of rows."""
    bits = 0.0
    for column in symbols.T:
        counts = np.unique(column, return_counts=True)[1]
        bits -= float(np.sum(counts * np.log2(counts / len(column))))
    return bits


def test_many_rows_cost_their_entropy():
    symbols = random_symbols(1, 8000, 6, 40)
    bits = 8 * len(encode_symbols(symbols, 40))
    assert empirical_bits(symbols) < bits < 1.02 * empirical_bits(symbols)


def test_few_rows_cost_what_all_positions_have_in_common():
    random = np.random.default_rng(0)
    shares = 0.5 ** np.arange(1, 9)
    symbols = random.choice(8, (10, 200), p=shares / shares.sum())
    entropy = -float(np.sum(np.log2((shares / shares.sum())[symbols])))
    # Each position alone has only ten rows to learn from.
    assert 8 * len(encode_symbols(symbols, 8)) < 1.1 * entropy


def test_what_never_changes_costs_nothing():
    assert len(encode_symbols(np.zeros((10_000, 30), np.int32), 1)) <= 8
    symbols = np.zeros((10_000, 1), np.int32)
    symbols[0] = 1
    # A Krichevsky-Trofimov estimate of n equal symbols costs (log2 n) / 2 bits and a constant.
    assert len(encode_symbols(symbols, 2)) <= 16


def test_more_bytes_than_symbols_are_told():
    coded = encode_symbols(random_symbols(0, 40, 5, 30), 30)
    with pytest.raises(TfgenError, match="more is coded than 40 x 5 symbols"):
        decode_symbols(coded + bytes(40), 40, 5, 30)


@pytest.mark.parametrize("seed", range(5))
def test_noise_is_told_or_decodes_to_symbols(seed):
    random = np.random.default_rng(seed)
    try:
        found = decode_symbols(random.bytes(4 * random.integers(0, 30)), 40, 5, 30)
    except TfgenError:
        return
    assert found.shape == (40, 5)
    assert 0 <= found.min() <= found.max() < 30


@pytest.mark.parametrize(
    ("symbols", "levels", "message"),
    [
        (np.array([[0], [3]]), 3, "from 0 to 3"),
        (np.array([[-1], [1]]), 3, "from -1 to 1"),
        (np.zeros((2, 3), int), 2**16 + 1, "65,537 are too many"),
        (np.zeros((1, 1000), int), 9000, "9,000 are too many"),
        (np.zeros((0, 3), int), 3, "0 images"),
    ],
    ids=["above", "below", "levels", "table", "none"],
)
def test_what_cannot_be_coded(symbols, levels, message):
    with pytest.raises(ValueError, match=message):
        encode_symbols(symbols, levels)
