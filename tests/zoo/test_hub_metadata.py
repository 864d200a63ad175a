"""What the Hugging Face Hub reads at the head of a checkpoint's page."""

import json

import pytest
from tiny_zoo import change_card, recipe_table

from tfgen.recipes import make_recipe
from tfgen.zoo import card, list_models
from tfgen.zoo.entries import find
from tfgen.zoo.hub_metadata import hub_metadata
from tfgen.zoo.readme import write_readme

SHIPPED = [name for name in list_models() if find(name).card]


PUBLISHED = "IDX files in x, md5 as published"


def row(name, value, metric="fid", reference="fashion_mnist:test", origin=PUBLISHED, sha256="1" * 64):
    compared_with = {"name": reference, "images": 8, "origin": origin} if reference else None
    subject = {"name": "dots", "images": 9, "checkpoint_sha256": sha256}
    return {
        "name": name, "value": value, "metric": metric, "reference": compared_with, "subject": subject, "settings": {},
        "extractor": None,
    }  # fmt: skip


def metadata(method="gan", data="fashion_mnist", labels=False, weights_license="MIT", scores=(), origin=PUBLISHED):
    table = recipe_table("gan")
    table["model"]["name"] = method
    table["data"] = {"name": data, "batch_size": 4, **({"labels": True} if labels else {})}
    weights = {"license": weights_license, "sha256": "1" * 64}
    stated = {"name": "gan_dots", "weights": weights, "data": {"origin": origin}, "scores": list(scores)}
    return hub_metadata(stated, make_recipe("gan_dots", table))


@pytest.mark.parametrize(
    ("method", "labels", "task", "tags"),
    [
        ("gan", False, "unconditional-image-generation", ["gan"]),
        ("wgan_gp", False, "unconditional-image-generation", ["gan", "wgan-gp"]),
        ("conditional_gan", True, None, ["gan", "conditional-image-generation", "conditional-gan"]),
        ("cvae", True, None, ["vae", "autoencoder", "conditional-image-generation", "cvae"]),
        ("vae", False, "unconditional-image-generation", ["vae", "autoencoder"]),
        ("iwae", False, "unconditional-image-generation", ["vae", "autoencoder", "iwae"]),
        ("wae", False, "unconditional-image-generation", ["autoencoder", "wae"]),
        ("vae_gan", False, "unconditional-image-generation", ["vae", "autoencoder", "vae-gan"]),
        ("tfgen.models.wgan_gp:WGANGP", False, "unconditional-image-generation", ["gan"]),
        ("json:JSONDecoder", False, "unconditional-image-generation", []),
        (
            "adversarial_autoencoder",
            False,
            "unconditional-image-generation",
            ["autoencoder", "adversarial-autoencoder"],
        ),
        ("sparse_autoencoder", False, "image-feature-extraction", ["autoencoder", "sparse-autoencoder"]),
        ("denoising_autoencoder", False, "image-to-image", ["autoencoder", "denoising-autoencoder"]),
        ("classifier", True, "image-classification", ["classifier"]),
    ],
)
def test_task_and_tags(method, labels, task, tags):
    found = metadata(method, labels=labels)
    assert (found.get("pipeline_tag"), found["tags"]) == (task, ["keras", *tags])


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Apache-2.0", {"license": "apache-2.0"}),
        ("CC-BY-SA-3.0", {"license": "cc-by-sa-3.0"}),
        ("non-commercial research only", {"license": "other", "license_name": "non-commercial-research-only"}),
        (
            "Research only (https://example.org/terms.html)",
            {"license": "other", "license_name": "research-only", "license_link": "https://example.org/terms.html"},
        ),
        (
            "https://example.org/terms",
            {"license": "other", "license_name": "see-license-link", "license_link": "https://example.org/terms"},
        ),
    ],
)
def test_licence_of_the_weights(written, expected):
    found = metadata(weights_license=written)
    assert {key: value for key, value in found.items() if key.startswith("license")} == expected


def test_data_sets_by_their_names_on_the_hub():
    assert metadata(data="celeb_a", origin="TensorFlow Datasets celeb_a 2.0.1")["datasets"] == ["flwrlabs/celeba"]
    # Somebody's own images are none of the Hub's, and where they are is nobody's business.
    scores = [row("FID", 1.0, reference="/home/me/photos:test", origin="photos, 12 images")]
    own = metadata(data="/home/me/photos", scores=scores, origin="photos, 12 images")
    assert "datasets" not in own
    found = own["model-index"][0]["results"][0]["dataset"]
    assert found == {"type": "photos", "name": "photos, 12 images", "split": "test"}


def test_a_lossy_copy_of_a_data_set_is_not_that_set():
    copy = "cifar10_jpeg.zip, 60,000 images"
    found = metadata(data="cifar10", origin=copy, scores=[row("FID", 1.0, reference="cifar10:test", origin=copy)])
    assert "datasets" not in found
    dataset = found["model-index"][0]["results"][0]["dataset"]
    assert dataset == {"type": "cifar10", "name": copy, "split": "test"}


def test_scores_of_other_weights_stay_on_the_card():
    assert "model-index" not in metadata(scores=[row("FID", 1.0, sha256="2" * 64)])


def test_finite_scores_by_what_they_compare_with():
    rows = [
        row("FID", 2.0696186),
        row("KID", None, "kid"),
        row("IS", 8.5, "is", None),
        row("PSNR", float("inf"), "psnr"),
    ]
    rows += [row("recall", 0.25, "prdc"), row("FID", 7.5, reference="mnist:test")]
    task = {"type": "unconditional-image-generation"}
    fashion = {"type": "zalando-datasets/fashion_mnist", "name": "Fashion-MNIST"}
    assert metadata(scores=rows)["model-index"] == [
        {
            "name": "gan_dots",
            "results": [
                {
                    "task": task,
                    "dataset": fashion | {"split": "test"},
                    "metrics": [
                        {"type": "fid", "value": 2.06962, "name": "FID"},
                        {"type": "recall", "value": 0.25, "name": "recall"},
                    ],
                },
                {"task": task, "dataset": fashion, "metrics": [{"type": "is", "value": 8.5, "name": "IS"}]},
                {
                    "task": task,
                    "dataset": {"type": "ylecun/mnist", "name": "MNIST", "split": "test"},
                    "metrics": [{"type": "fid", "value": 7.5, "name": "FID"}],
                },
            ],
        }
    ]
    assert "model-index" not in metadata(scores=rows[1:2])


@pytest.mark.parametrize(
    ("name", "extractor", "kind"),
    [
        ("FID", "inception_2015", "fid"),
        ("FID[mnist_classifier]", "mnist_classifier", "fid[mnist_classifier]"),
        ("label accuracy[a, b]", "a, b", "label_accuracy[a,_b]"),
        ("MSE on [-1, 1]", None, "mse"),
        ("SSIM", None, "ssim"),
        ("MS-SSIM, 2 scales", None, "ms-ssim"),
        ("ELBO (Bernoulli)", None, "elbo"),
        ("log-likelihood (Bernoulli, k=64)", None, "log-likelihood"),
    ],
)
def test_what_a_score_is(name, extractor, kind):
    scores = [row(name, 1.0) | {"extractor": extractor and {"name": extractor}}]
    (found,) = metadata(scores=scores)["model-index"][0]["results"][0]["metrics"]
    assert (found["type"], found["name"]) == (kind, name)


def test_what_the_data_score_is_no_score_of_the_model():
    assert "model-index" not in metadata(scores=[row("MS-SSIM of the reference, 2 scales", 0.5, "ms_ssim")])


def test_the_page(zoo):
    notes = ["The hair of 3 in 64 is wrong.", "It draws no hats."]
    change_card(zoo / "gan_dots", lambda card: card.update(notes=notes, machine={"processor": "Model X", "cores": 2}))
    for file in ("traversals.png", "log.jsonl"):
        (zoo / "gan_dots" / file).touch()
    write_readme(zoo / "gan_dots", find("gan_dots").card)
    text = (zoo / "gan_dots" / "README.md").read_text()
    head, _, page = text.removeprefix("---\n").partition("\n---\n\n")
    assert head.startswith("license: apache-2.0\nlibrary_name: tfgen\ntags:\n")
    titles = [line for line in page.splitlines() if line.startswith("#")]
    sections = [
        "Intended use",
        "How to use",
        "Training data",
        "Training",
        "Evaluation",
        "Limitations",
        "Notes",
        "Weights",
    ]
    assert titles == ["# gan_dots", *(f"## {section}" for section in sections)]
    for note in notes:
        assert f"\n- {note}\n" in page
    for part in ("6 × 5, grey", "](traversals.png)", "`log.jsonl` has", "processor Model X"):
        assert part in page
    assert "](reconstructions.png)" not in page
    assert "first_steps" not in page


def test_the_hubs_own_library_reads_it(zoo):
    huggingface_hub = pytest.importorskip("huggingface_hub")
    sha256 = card("gan_dots")["weights"]["sha256"]
    scores = [row("FID[x, y]", 1e-07, sha256=sha256), row("IS", 8.5, "is", None, sha256=sha256)]
    change_card(zoo / "gan_dots", lambda card: card.update(scores=scores))
    change_card(zoo / "gan_dots", lambda card: card["weights"].update(license="research: #1 only"))
    write_readme(zoo / "gan_dots", find("gan_dots").card)
    data = huggingface_hub.ModelCard.load(zoo / "gan_dots" / "README.md").data
    assert (data.license, data.license_name, data.library_name) == ("other", "research-1-only", "tfgen")
    assert data.pipeline_tag == "unconditional-image-generation"
    assert [(each.metric_name, each.metric_value, each.dataset_split) for each in data.eval_results] == [
        ("FID[x, y]", 1e-07, "test"),
        ("IS", 8.5, None),
    ]


@pytest.mark.parametrize("name", SHIPPED)
def test_the_hubs_own_library_reads_what_is_shipped(name):
    huggingface_hub = pytest.importorskip("huggingface_hub")
    head = huggingface_hub.metadata_load(find(name).folder / "README.md")
    assert json.dumps(head) == json.dumps(hub_metadata(card(name), find(name).recipe))
    data = huggingface_hub.ModelCard.load(find(name).folder / "README.md").data
    sha256 = card(name)["weights"]["sha256"]
    rows = [each for each in card(name)["scores"] if each["subject"]["checkpoint_sha256"] == sha256]
    names = [each["name"] for each in rows if each["value"] is not None and "of the reference" not in each["name"]]
    assert sorted(each.metric_name for each in data.eval_results or []) == sorted(names)
