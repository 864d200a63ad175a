"""The polygon scores themselves are tested beside their function."""

from tfgen.evaluation.scores import polygons
from tfgen.metrics.polygon_manifold import PolygonScores


def test_settings_reach_the_score_and_the_row(score, gan, monkeypatch):
    seen = {}

    def polygon_scores(manifold, generated, test_images, generate, latents, **keywords):
        seen.update(keywords, generated=generated, test_images=test_images)
        return PolygonScores(0.5, 0.25, 1 / 3)

    monkeypatch.setattr(polygons, "PolygonManifold", lambda rotation: rotation)
    monkeypatch.setattr(polygons, "polygon_scores", polygon_scores)
    found = score("polygons", gan, images=50, threshold=0.5)
    assert [result.value for result in found.values()] == [0.5, 0.25, 1 / 3]
    assert list(found) == ["polygon precision", "polygon recall", "polygon f1"]
    assert seen["threshold"] == 0.5
    assert (len(seen["generated"]), len(seen["test_images"])) == (50, 40)
    assert (found["polygon f1"].subject["images"], found["polygon f1"].reference["images"]) == (50, 40)
    assert found["polygon f1"].settings["threshold"] == 0.5
    assert (seen["generated"] == gan.sample(50, seed=0)).all()
