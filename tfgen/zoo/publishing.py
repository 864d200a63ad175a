"""A finished run as a folder of the zoo: recipe, weights, card and pictures."""

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tfgen.errors import TfgenError
from tfgen.files import atomic_folder
from tfgen.json_lines import read_rows
from tfgen.recipes import Recipe, read_recipe, zoo_folder
from tfgen.zoo.entries import BEGUN, FIRST_STEPS, LOG, NAME, SCORES, WEIGHTS, best_weights, list_models, locked
from tfgen.zoo.loading import draw_alone, load
from tfgen.zoo.readme import write_readme
from tfgen.zoo.rows import best_row
from tfgen.zoo.sources import address, without_credentials
from tfgen.zoo.weights import sha256

if TYPE_CHECKING:
    from tfgen.models.image_model import ImageModel

GOLDEN_SEED = 0
_TRAVERSALS = 10


def publish(
    run: Path,
    name: str,
    *,
    data_license: str,
    weights_license: str = "Apache-2.0",
    urls: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
    best: bool = False,
    network: str | None = None,
    show_data: bool = True,
    zoo: Path | None = None,
) -> Path:
    """Turns a finished training run into a zoo folder.

    Args:
        run: The run's folder.
        name: The checkpoint's name, `<method or architecture>_<dataset>[.tag]`.
        data_license: Licence of the data that it was trained on.
        weights_license: Licence that the weights are given under.
        urls: Where the weights can be had besides the folder: `https://...` or `hf://user/repository/path`.
        notes: Sentences for the card on what a user should know and its numbers do not say.
        best: Whether to take the weights with the best score of the run, in place of the last ones.
        network: The one network that is published: `"generator"` of a GAN that serves nothing but images, `"decoder"`
            of a VAE that takes no labels; all if not given.
        show_data: Whether pictures that show images of the data go along, which their licence may forbid.
        zoo: The folder to publish into; the zoo of tfgen if not given.

    Returns:
        The checkpoint's folder, which replaces one of the same name, the scores on its card with it.

    Raises:
        TfgenError: If the run is not finished, started from what the zoo has not, its best weights are asked for and it
            has none, or the network does not work alone.
        ValueError: If the name or a URL is not written as above, or a URL has a name or password in it.
    """
    if not re.fullmatch(NAME, name):
        raise ValueError(f"{name!r} is no name of a checkpoint; write <method or architecture>_<dataset>[.tag]")
    for url in urls:
        if address(url) != without_credentials(address(url)):
            raise ValueError(f"{without_credentials(url)} was given with a name or password, which the card would tell")
    run = Path(run)
    recipe, record = _finished(run)
    if network and network not in recipe.table["networks"]:
        raise TfgenError(f"{run} has no network {network!r}; it has {', '.join(recipe.table['networks'])}")
    # A bare name would be one of the zoo.
    model = load(str(run.resolve()))
    if network:
        draw_alone(model, network)

    from tfgen.zoo.precision import save_small
    from tfgen.zoo.verification import TOLERANCE, golden_values

    training = {"steps": record["steps"], "seed": recipe.seed, "seconds": record["seconds"]}
    if "start" in record:
        training["start"] = record["start"]
    if best:
        training["selected"] = _load_best(model, run)
    folder = (zoo or zoo_folder()) / name
    with locked(folder), atomic_folder(folder) as temporary:
        shutil.copyfile(_recipe_text(run, folder), temporary / "recipe.toml")
        # Saved anew by a model without optimizers: their momenta would make up most of the file.
        precision = save_small(model, temporary / WEIGHTS, GOLDEN_SEED, network)
        for path in filter(Path.is_file, (run / LOG, run / SCORES, run / FIRST_STEPS)):
            shutil.copyfile(path, temporary / path.name)
        traversed = _write_pictures(model, temporary)
        step = training["selected"]["step"] if best else record["steps"]
        reconstructions = run / "reconstructions" / f"step_{step:06d}.png"
        if show_data and not network and reconstructions.is_file():
            shutil.copyfile(reconstructions, temporary / "reconstructions.png")
        golden = {
            key: values.astype(float).round(6).tolist() for key, values in golden_values(model, GOLDEN_SEED).items()
        }
        card = {
            "name": name,
            "description": recipe.description,
            "weights": {
                "file": WEIGHTS,
                "sha256": sha256(temporary / WEIGHTS),
                "bytes": (temporary / WEIGHTS).stat().st_size,
                "precision": precision,
                **({"network": network} if network else {}),
                "license": weights_license,
                "urls": list(urls),
            },
            "data": {**record["data"], "license": data_license},
            "training": training,
            "versions": record["versions"],
            **({"machine": record["machine"]} if "machine" in record else {}),
            **_begun_elsewhere(run, record),
            **({"notes": list(notes)} if notes else {}),
            **({"traversals": traversed} if traversed else {}),
            "scores": [],
            "golden": {"seed": GOLDEN_SEED, "tolerance": TOLERANCE, **golden},
        }
        (temporary / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
        write_readme(temporary, card)
    return folder


def _finished(run: Path) -> tuple[Recipe, dict[str, Any]]:
    """The recipe and the record of a run that is finished, and started from nothing that others have not.

    Raises:
        TfgenError: If it is not so.
    """
    record_path = run / "run.json"
    if not (record_path.is_file() and (run / WEIGHTS).is_file()):
        raise TfgenError(f"{run} is no finished run; `tfgen train` with the same output finishes it")
    record = json.loads(record_path.read_text(encoding="utf-8"))
    recipe = read_recipe(run / "recipe.toml")
    if record["steps"] != recipe.steps:
        raise TfgenError(
            f"{run} has the weights of step {record['steps']:,}, and its recipe says {recipe.steps:,}; "
            "`tfgen train` with the same output finishes it"
        )
    for table in recipe.table.get("start", {}).values():
        if table["checkpoint"] not in list_models():
            raise TfgenError(
                f"{run} started from {table['checkpoint']}, which is no name in the zoo, so that nobody else could "
                "train it; publish that first, and train from its name"
            )
    return recipe, record


def _begun_elsewhere(run: Path, record: dict[str, Any]) -> dict[str, Any]:
    """The card's `first_steps`: what a run began on that ended on another machine, or with other versions."""
    path = run / BEGUN
    begun = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {} if all(record.get(key) == value for key, value in begun.items()) else {"first_steps": begun}


def _write_pictures(model: "ImageModel", folder: Path) -> list[int]:
    """What the model draws: samples, and of a VAE that knows no classes what its most used coordinates change.

    Returns:
        These coordinates, those first that change most; none of another model.
    """
    from tfgen.data.pictures import write_png
    from tfgen.latent import coordinate_effects, generate, nearest, walks_along, write_walk
    from tfgen.models.variational_model import VariationalModel

    if hasattr(model, "sample"):
        write_png(folder / "samples.png", model.contact_sheet(64, GOLDEN_SEED))
    if not isinstance(model, VariationalModel) or model.label_count:
        return []
    coordinates = np.argsort(-coordinate_effects(model, GOLDEN_SEED))[:_TRAVERSALS]
    # As `tfgen latent traverse` does by its defaults, so that it can draw the picture again.
    walks = nearest(model, walks_along(model.draw(2000, GOLDEN_SEED), np.eye(model.latent_dim)[coordinates]))
    write_walk(folder / "traversals.png", generate(model, walks), walks)
    return coordinates.tolist()


def _load_best(model: "ImageModel", run: Path) -> dict[str, Any]:
    """Puts the run's best weights into the model, and gives the row that they were selected by."""
    row = best_row(read_rows(run / SCORES))
    if row is None:
        raise TfgenError(
            f"{run} has no score to select its best weights by; give its recipe a [scoring] table whose first metric "
            "has a better direction, or leave out --best"
        )
    weights = best_weights(run, row["step"])
    if not weights.is_file():
        raise TfgenError(f"{weights}, the weights that scored best, is not there; leave out --best to take the last")
    model.load_weights(weights)
    return dict(row)


def _recipe_text(run: Path, folder: Path) -> Path:
    # The zoo's own text of the same recipe has the comments that a run's copy lost.
    own = folder / "recipe.toml"
    same = own.is_file() and read_recipe(own).table == read_recipe(run / "recipe.toml").table
    return own if same else run / "recipe.toml"
