"""What every model that is told labels has to do beyond the contract of the others, and a toy of three classes."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from contract import AdversarialContract, ModelContract
from tiny_networks import IMAGE_SHAPE, LATENT_DIM

from tfgen.data.pictures import to_uint8
from tfgen.networks import conditional
from tfgen.techniques import Replay

NUM_CLASSES = 3

BRIGHTNESS = np.array([-0.6, 0.0, 0.6])


def conditional_generator(image_shape=IMAGE_SHAPE, hidden_dims=(6,)):
    base = {"name": "mlp.generator", "hidden_dims": hidden_dims}
    return conditional.generator(image_shape, LATENT_DIM, NUM_CLASSES, base=base, embedding_dim=2)


class LabelledContract(ModelContract):
    """The contract of a model that learns from images and their labels, and draws images of labels."""

    def data(self, model, count=12):
        return self.images(model, count), np.arange(count, dtype="int64") % NUM_CLASSES

    def served(self, model, n, values):
        return {
            "serving_default": model.generate(values["latents"], values["labels"]),
            "generate": model.sample(n, seed=values["seed"]),
            "generate_labels": model.sample(n, seed=values["seed"], labels=values["labels"]),
        }

    def test_labels_decide_the_samples(self, trained):
        in_turn = trained.sample(5, seed=1)
        np.testing.assert_array_equal(trained.sample(5, seed=1, labels=[0, 1, 2, 0, 1]), in_turn)
        np.testing.assert_array_equal(
            trained.sample(5, seed=1, labels=2), trained.sample(5, seed=1, labels=np.full(5, 2, "uint8"))
        )
        others = trained.sample(5, seed=1, labels=[1, 1, 2, 2, 1])
        assert [np.array_equal(*pair) for pair in zip(in_turn, others, strict=True)] == [False, True, True, False, True]
        np.testing.assert_array_equal(trained.default_labels(tf.constant(4)), [0, 1, 2, 0])

    def test_contact_sheet_has_a_column_for_each_class(self, trained):
        sheet = trained.contact_sheet(4, seed=1)
        height, width, _ = trained.image_shape
        assert sheet.shape == (2 * (height + 2) + 2, 3 * (width + 2) + 2, 1)
        sample = to_uint8(trained.sample(6, seed=1, labels=[0, 1, 2, 0, 1, 2]))[4]
        np.testing.assert_array_equal(sheet[height + 4 : -2, width + 4 : 2 * width + 4], sample)

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            ({"n": -1}, "n is -1; the number of samples is 0 or more"),
            ({"n": 2, "labels": [1]}, "1 labels were given for 2 samples"),
            ({"n": 2, "labels": [1, 3]}, "labels go from 1 to 3; the classes are 0 to 2"),
            ({"n": 2, "labels": -1}, "labels go from -1 to -1; the classes are 0 to 2"),
            ({"n": 2, "labels": [0.0, 1.0]}, r"labels are float64 of shape \(2,\); give integers from 0 to 2, one"),
            ({"n": 2, "labels": np.eye(2, 3)}, r"labels are float64 of shape \(2, 3\); give integers from 0 to 2"),
        ],
    )
    def test_sample_refuses_what_it_cannot_draw(self, trained, arguments, sentence):
        with pytest.raises(ValueError, match=f"^{sentence}"):
            trained.sample(**arguments)

    @pytest.mark.parametrize("eager", [True, False])
    def test_training_needs_labels(self, eager):
        model = self.model(run_eagerly=eager, jit_compile=False)
        with pytest.raises(ValueError, match="needs labels and was given none; train it on"):
            model.fit(self.images(model), batch_size=4, verbose=0)


class ConditionalContract(LabelledContract, AdversarialContract):
    """The contract of a generator and a discriminator that are told labels."""

    def test_replayed_images_keep_their_labels(self):
        plain = self.model()
        model = type(plain)(plain.generator, plain.discriminator, num_classes=NUM_CLASSES, techniques=[Replay(4)])
        model.compile(*self.optimizers(), run_eagerly=True, jit_compile=False)
        objective, seen = model.discriminator_objective, []

        def recording(images, fakes, labels, fake_labels, *rest, **options):
            seen.append(np.sort(fake_labels))
            return objective(images, fakes, labels, fake_labels, *rest, **options)

        model.discriminator_objective = recording
        images = tf.constant(self.images(model, 4))
        for label in (0, 0, 1):
            model.discriminator_step(images, tf.fill((4,), tf.constant(label, "int64")))
        np.testing.assert_array_equal(seen[-1], [0, 0, 1, 1])

    def test_generated_images_are_judged_by_labels_of_their_own(self):
        model = self.model(run_eagerly=True, jit_compile=False)
        images, labels = (tf.constant(each) for each in self.data(model, 6))
        losses, logs = zip(
            *(
                model.discriminator_objective(images, -images, labels, each, False)
                for each in (labels, (labels + 1) % 3)
            ),
            strict=True,
        )
        assert abs(float(losses[0]) - float(losses[1])) > 1e-6
        for name in ("real_score", "real_class_loss"):
            if name in logs[0]:
                np.testing.assert_array_equal(logs[0][name], logs[1][name])

    def test_call_takes_both(self, trained):
        latents, labels = np.ones((2, LATENT_DIM), "float32"), np.array([2, 1])
        np.testing.assert_allclose(trained([latents, labels]), trained.generate(latents, labels), atol=1e-6)


def brightness_by_label(model, steps=250):
    """Trains on 2x2 images whose brightness is their class's, and gives that of samples: mean, deviation by class."""
    random = np.random.default_rng(0)
    labels = random.integers(NUM_CLASSES, size=32 * steps)
    images = BRIGHTNESS[labels].reshape(-1, 1, 1, 1) + random.normal(0, 0.05, (len(labels), 2, 2, 1))
    model.compile(keras.optimizers.Adam(5e-3, beta_1=0.5), keras.optimizers.Adam(5e-3, beta_1=0.5))
    model.fit(images.astype("float32"), labels, batch_size=32, verbose=0)
    samples = model.sample(300, seed=0).mean(axis=(1, 2, 3)).reshape(-1, NUM_CLASSES)
    return samples.mean(axis=0), samples.std(axis=0)
