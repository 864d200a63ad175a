"""The page with all checkpoints: cards that can be searched, filtered and sorted, and are there without a script."""

import json
from collections import Counter
from collections.abc import Sequence
from urllib.parse import quote

from PIL import Image

from tfgen.zoo.comparison import Score, compare
from tfgen.zoo.gallery.exhibit import SMALL_SIDE, Exhibit, score_id
from tfgen.zoo.gallery.markup import Markup, element, joined, page
from tfgen.zoo.rows import describe, is_finite
from tfgen.zoo.words import duration, length, shape, size

_COLUMNS = 4
_GAP = 2
_SORTS = {
    "name": "name",
    "set": "data set",
    "bytes": "size of the weights",
    "seconds": "training time",
    "steps": "steps",
}


def index_page(exhibits: Sequence[Exhibit]) -> str:
    """The page's text."""
    scored = [exhibit.name for exhibit in exhibits if exhibit.scores]
    scores = [score for score in (compare(scored) if scored else ()) if len(score.rows) > 1]
    trained = [exhibit for exhibit in exhibits if exhibit.trained]
    weights = sum(exhibit.entry.card["weights"]["bytes"] for exhibit in trained)
    body = element(
        "main",
        element("h1", "The zoo of tfgen"),
        element(
            "p",
            f"With weights: {len(trained)}, {size(weights)} in all, each a Keras model by ",
            element("code", 'tfgen.zoo.load("NAME")'),
            f". Recipes without weights yet: {len(exhibits) - len(trained)}.",
        ),
        _controls(exhibits, scores),
        element("ul", *(element("li", _card(exhibit)) for exhibit in exhibits), class_="cards", id="cards"),
        class_="index",
    )
    return page("The zoo of tfgen", body, root="", script="index.js")


def _controls(exhibits: Sequence[Exhibit], scores: Sequence[Score]) -> Markup:
    titles = Counter(score.title for score in scores)
    ranked = sorted(scores, key=lambda score: (-len(score.rows), score.title))
    by_score = []
    for score in ranked:
        row = next(iter(score.rows.values()))
        told = f"; {score.protocol}" if titles[score.title] > 1 else ""
        by_score.append(
            element(
                "option",
                f"{score.title} ({len(score.rows)} checkpoints{told})",
                value=f"score:{score_id(row)}",
                data_protocol=f"{score.title}: {score.protocol}",
                data_higher=json.dumps(row["higher_is_better"]),
            )
        )
    sorts = [element("option", title, value=key) for key, title in _SORTS.items()]
    if by_score:
        sorts.append(element("optgroup", *by_score, label="a score, by one protocol"))
    return element(
        "form",
        _field(
            "search",
            "Search",
            element("input", type="search", id="search", autocomplete="off", placeholder="name or words"),
        ),
        _field("family", "Family", _choice("family", [exhibit.family for exhibit in exhibits])),
        _field("data", "Data set", _choice("data", [exhibit.data_set for exhibit in exhibits])),
        _field("sort", "Sort by", element("select", *sorts, id="sort")),
        element("button", "Reversed", type="button", id="reversed", aria_pressed="false"),
        element("label", element("input", type="checkbox", id="trained"), "Only with weights", class_="check"),
        element("p", id="found", role="status"),
        element("p", id="protocol", class_="note"),
        id="controls",
        # Without a script it would do nothing.
        hidden=True,
        role="search",
        aria_label="Checkpoints",
    )


def _field(name: str, title: str, control: Markup) -> Markup:
    return element("div", element("label", title, for_=name), control, class_="field")


def _choice(name: str, values: Sequence[str]) -> Markup:
    counts = sorted(Counter(values).items(), key=lambda item: item[0].lower())
    options = [element("option", f"{value} ({count})", value=value) for value, count in counts]
    return element("select", element("option", "all", value=""), *options, id=name)


def _card(exhibit: Exhibit) -> Markup:
    href = f"checkpoints/{quote(exhibit.name)}/index.html"
    steps, seconds = exhibit.entry.recipe.steps, exhibit.part("training", {}).get("seconds")
    stored = exhibit.entry.card["weights"]["bytes"] if exhibit.trained else None
    values = {
        score_id(row): [row["value"], row["name"], describe(row).value] for row in exhibit.scores if is_finite(row)
    }
    facts = {
        "family": exhibit.family,
        "data set": exhibit.data_set,
        "images": shape(exhibit.entry.recipe.image_shape),
        "weights": size(stored) if exhibit.trained else None,
        "training": length(steps) + (f", {duration(seconds)}" if seconds else ""),
    }
    main = exhibit.main_score
    score = [element("span", main["name"]), " ", element("strong", describe(main).value)] if main else ["no score yet"]
    return element(
        "article",
        _thumbnail(exhibit),
        element("h2", element("a", _breakable(exhibit.name), href=href)),
        element("p", exhibit.entry.recipe.description, class_="description"),
        element("p", *score, class_="score") if exhibit.trained else None,
        element("dl", *(_fact(key, value) for key, value in facts.items() if value)),
        class_="card" if exhibit.trained else "card untrained",
        data_name=exhibit.name,
        data_family=exhibit.family,
        data_set=exhibit.data_set,
        data_trained=json.dumps(exhibit.trained),
        data_bytes=stored,
        data_seconds=seconds,
        data_steps=steps,
        data_scores=json.dumps(values),
    )


def _fact(key: str, value: str) -> Markup:
    return element("div", element("dt", key), element("dd", value))


def _thumbnail(exhibit: Exhibit) -> Markup:
    """The first images of a contact sheet, cut between images, or words where there are none."""
    file = next((each for each in ("samples.png", "reconstructions.png") if exhibit.has(each)), None)
    if file is None:
        kind = "draws no images: it tells them apart" if exhibit.family == "classifier" else "no pictures"
        words = (
            joined(kind) if exhibit.trained else joined("not trained", element("code", f"tfgen train {exhibit.name}"))
        )
        return element("div", words, class_="thumbnail words")
    with Image.open(exhibit.entry.folder / file) as picture:
        width, height = picture.size
    tile_height, tile_width = (side + _GAP for side in exhibit.entry.recipe.image_shape[:2])
    # A sheet that is not made of such tiles is shown from its corner.
    share = min(1.0, (_COLUMNS * tile_width + _GAP) / width)
    ratio = (_COLUMNS * tile_width + _GAP) / (_COLUMNS * tile_height + _GAP)
    what = "Images drawn by" if file == "samples.png" else "Images above their reconstructions by"
    image = element(
        "img",
        src=f"checkpoints/{quote(exhibit.name)}/{file}",
        alt=f"{what} {exhibit.name}",
        width=width,
        height=height,
        loading="lazy",
        class_="pixels" if max(exhibit.entry.recipe.image_shape[:2]) <= SMALL_SIDE else None,
        style=f"width:{100 / share:.6g}%",
    )
    return element("div", image, class_="thumbnail", style=f"aspect-ratio:{ratio:.6g}")


def _breakable(name: str) -> Markup:
    """A name that may be broken after its underscores and dots."""
    parts = name.replace("_", "_\0").replace(".", "\0.").split("\0")
    return joined(*(each for part in parts for each in (part, element("wbr"))))
