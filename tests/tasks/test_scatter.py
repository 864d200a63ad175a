import sys
import types

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

from tfgen.data.image_set import ImageSet
from tfgen.errors import TfgenError
from tfgen.tasks import scatter
from tfgen.tasks.scatter import Scatter, scatter_points, write_scatter

RNG = np.random.default_rng(0)


def images_of(labels, names=()):
    count = 7 if labels is None else len(labels)
    return ImageSet(np.zeros((count, 2, 2, 1), np.uint8), labels, names)


def test_pca_is_that_of_scikit_learn():
    features = RNG.normal(size=(40, 6)) * [5, 3, 1, 1, 1, 1]
    found = scatter_points(features)
    assert sorted(found.indices) == list(range(40))
    expected = PCA(2).fit_transform(features)[found.indices]
    # A component has no sign of its own.
    np.testing.assert_allclose(np.abs(found.points), np.abs(expected), rtol=1e-8)


def test_tsne_keeps_neighbours_of_few_points():
    # Two clusters of fewer points than the usual perplexity.
    features = np.concatenate([RNG.normal(size=(6, 5)), RNG.normal(size=(6, 5)) + 20]).astype(np.float32)
    found = scatter_points(features, "tsne", seed=3)
    assert trustworthiness(features[found.indices], found.points, n_neighbors=4) > 0.8


def test_umap_is_asked_as_it_likes(monkeypatch):
    asked = {}

    class UMAP:
        def __init__(self, **arguments):
            asked.update(arguments)

        def fit_transform(self, features):
            return features[:, :2]

    module = types.ModuleType("umap")
    module.UMAP = UMAP
    monkeypatch.setattr(scatter, "check_projection", lambda name: None)
    monkeypatch.setitem(sys.modules, "umap", module)
    features = RNG.normal(size=(8, 4))
    # Of a seed of 64 bits UMAP takes 32.
    found = scatter_points(features, "umap", seed=2**62 + 7)
    np.testing.assert_array_equal(found.points, features[found.indices, :2])
    assert asked == {"n_neighbors": 7, "random_state": 7, "n_jobs": 1}


def test_few_of_many_are_shown_by_chance(monkeypatch):
    monkeypatch.setattr(scatter, "SHOWN", 50)
    features = RNG.normal(size=(1000, 3))
    first, again, other = (scatter_points(features, seed=seed).indices for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert len(set(first)) == 50
    assert set(first) != set(other)
    # From all over, and in no order.
    assert 350 < first.mean() < 650
    assert (np.diff(first) < 0).any()


def test_colours_are_the_classes(tmp_path):
    # The first point is image 2, the only one of class 1.
    points, indices = np.array([[0.0, 0.0], [1.0, 1.0], [1.0, 0.0]]), np.array([2, 0, 1])
    write_scatter(tmp_path / "s.png", Scatter(points, indices, "pca"), images_of(np.array([0, 0, 1]), ("_a", "_b")))
    write_scatter(tmp_path / "grey.png", Scatter(points, indices, "pca"), images_of(None))
    colours, greys = (np.asarray(Image.open(tmp_path / name).convert("RGB"), int) for name in ("s.png", "grey.png"))
    # Of tab10: blue for class 0, orange for class 1.
    red, _, blue = colours.transpose(2, 0, 1)
    middle, legend = 450, 950
    _, blue_columns = np.nonzero(blue - red > 100)
    _, orange_columns = np.nonzero(red - blue > 100)
    assert (orange_columns < middle).any()
    assert not ((orange_columns >= middle) & (orange_columns < legend)).any()
    assert not (blue_columns < middle).any()
    assert ((blue_columns >= middle) & (blue_columns < legend)).any()
    # Each is named once.
    assert (orange_columns >= legend).any()
    assert (blue_columns >= legend).any()
    assert (np.ptp(greys, axis=2) == 0).all()
    assert (greys < 200).any()


@pytest.mark.parametrize("count", [3, 15, 61])
def test_any_number_of_classes(tmp_path, count, monkeypatch):
    drawn, save = [], Figure.savefig

    def keep(figure, *arguments, **options):
        drawn.append(figure)
        save(figure, *arguments, **options)

    monkeypatch.setattr(Figure, "savefig", keep)
    labels = np.arange(count)
    names = tuple(f"$_{'long name ' * 2}{label}" for label in labels)
    points = RNG.normal(size=(count, 2))
    write_scatter(tmp_path / "s.png", Scatter(points, labels, "pca"), images_of(labels, names))
    with Image.open(tmp_path / "s.png") as picture:
        assert picture.size == (1080, 840)
    (figure,) = drawn
    (dots,) = figure.axes[0].collections
    np.testing.assert_array_equal(dots.get_offsets(), points)
    colours = dots.get_facecolors()
    assert len(np.unique(colours, axis=0)) == count
    # Of over 60 classes none is named.
    assert len(figure.legends) == (count <= 60)
    for legend in figure.legends:
        assert [text.get_text() for text in legend.get_texts()] == [name.replace("$", r"\$") for name in names]
        np.testing.assert_allclose(
            [to_rgb(each.get_color()) for each in legend.legend_handles], colours[:, :3], atol=1e-6
        )


def test_bad_input_is_named(monkeypatch):
    with pytest.raises(ValueError, match="there is no projection 'mds'; there are pca, tsne, umap"):
        scatter_points(np.zeros((9, 3)), "mds")
    with pytest.raises(ValueError, match="there are 1 features of 9 images; a scatter takes 2 features or more, of 5"):
        scatter_points(np.zeros((9, 1)))
    with pytest.raises(ValueError, match="there are 3 features of 4 images"):
        scatter_points(np.zeros((4, 3)))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(TfgenError, match=r"pip install 'tfgen\[umap\]', or choose pca or tsne"):
        scatter_points(np.zeros((9, 3)), "umap")
