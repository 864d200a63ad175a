"""The page of one checkpoint, or of a recipe that has no weights yet."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from markdown_it import MarkdownIt
from PIL import Image

from tfgen.zoo.gallery.curves import drawing, loss_charts, score_charts, table
from tfgen.zoo.gallery.exhibit import MOST_CLASSES, SMALL_SIDE, Exhibit
from tfgen.zoo.gallery.markup import Markup, element, joined, page
from tfgen.zoo.gallery.toml_colours import coloured
from tfgen.zoo.presenting import PICTURES, caption, use_of
from tfgen.zoo.readme import in_words
from tfgen.zoo.rows import describe, is_of
from tfgen.zoo.words import duration, length, shape, size

STILL, MOVING = "interpolation.png", "interpolation.webp"

_LARGEST = 760
_CODE_SPANS = MarkdownIt("zero").enable("backticks")
"""What notes have of Markdown; all else is escaped."""
_NOT_STATED = "not stated"


def checkpoint_page(exhibit: Exhibit, previous: str | None, following: str | None) -> str:
    """The page's text.

    Args:
        exhibit: What it shows.
        previous: The name before this one; None for the first.
        following: The name after it; None for the last.
    """
    steps = _links(previous, following)
    body = element(
        "main",
        element("nav", element("a", "All checkpoints", href="../../index.html"), steps, aria_label="Checkpoints"),
        element("h1", exhibit.name),
        element("p", exhibit.entry.recipe.description, class_="description"),
        *(_trained(exhibit) if exhibit.trained else _untrained(exhibit)),
        _section(
            "Recipe",
            element(
                "pre",
                element("code", coloured(exhibit.recipe_text)),
                class_="recipe",
                tabindex=0,
                role="region",
                aria_label="Recipe",
            ),
        ),
        element("nav", steps, aria_label="Neighbours", class_="end"),
    )
    return page(f"{exhibit.name} - the zoo of tfgen", body, root="../../", script="checkpoint.js")


def _links(previous: str | None, following: str | None) -> Markup:
    links = []
    for name, relation, text in ((previous, "prev", f"← {previous}"), (following, "next", f"{following} →")):
        if name is not None:
            links.append(element("a", text, href=f"../{quote(name)}/index.html", rel=relation))
    return element("span", *links, class_="steps")


def _trained(exhibit: Exhibit) -> Iterator[Markup]:
    first = _picture(exhibit, "samples.png") if exhibit.has("samples.png") else None
    aside = element(
        "div",
        _command("Load it", "\n".join(use_of(exhibit.name, exhibit.entry.recipe))),
        _command("Train it again", f"tfgen train {exhibit.name}"),
        _facts(_about(exhibit)),
        class_="about",
    )
    yield element("div", first, aside, class_="lead")
    if notes := exhibit.part("notes", []):
        items = (element("li", Markup(_CODE_SPANS.renderInline(str(note)))) for note in notes)
        yield _section("Notes", element("ul", *items, class_="text"))
    pictures = [_section("Interpolation", _walk(exhibit))] if exhibit.walk or exhibit.no_walk else []
    pictures += [_picture(exhibit, file) for file in list(PICTURES)[1:] if exhibit.has(file)]
    yield element("div", *pictures, class_="pictures")
    yield _section("Scores", _scores(exhibit))
    yield _section("Training", *_training(exhibit))
    yield _section("Data, licences, versions", _facts(_provenance(exhibit)))


def _untrained(exhibit: Exhibit) -> Iterator[Markup]:
    yield element("p", element("strong", "Not trained:"), " there are no weights of it yet.", class_="warning")
    command = _command("Train it", f"tfgen train {exhibit.name}")
    yield element("div", command, _facts(_about(exhibit)), class_="about")


def _section(title: str, *children: Markup) -> Markup:
    return element("section", element("h2", title), *children)


def _command(title: str, text: str) -> Markup:
    # The button beside the title is made by the script, without which it could not copy.
    code = element("pre", element("code", text))
    return element("section", element("h2", title), code, class_="copied")


def _facts(facts: Mapping[str, Any]) -> Markup:
    rows = (element("div", element("dt", key), element("dd", value)) for key, value in facts.items() if value)
    return element("dl", *rows, class_="facts")


def _about(exhibit: Exhibit) -> dict[str, Any]:
    recipe = exhibit.entry.recipe
    facts = {
        "family": f"{exhibit.family} ({recipe.table['model']['name']})",
        "data set": exhibit.data_set,
        "images": shape(recipe.image_shape),
        "steps": length(recipe.steps),
    }
    if exhibit.trained:
        seconds = exhibit.part("training", {}).get("seconds")
        facts |= {
            "trained in": duration(seconds) if seconds else None,
            "weights": size(exhibit.part("weights", {})["bytes"]),
        }
        if main := exhibit.main_score:
            facts["score"] = f"{main['name']} {describe(main).value}"
    return facts


def _picture(exhibit: Exhibit, file: str) -> Markup:
    title, seen = PICTURES[file][0], caption(file, exhibit.entry.card)
    if file == "samples.png" and exhibit.classes:
        seen = f"Images that it draws, of seed 0, a column for each class: {in_words(exhibit.classes)}."
    with Image.open(exhibit.entry.folder / file) as picture:
        image = _image(file, f"{title} of {exhibit.name}. {seen.replace('`', '')}", picture.size, exhibit)
    words = Markup(_CODE_SPANS.renderInline(seen))
    return _section(title, element("figure", image, element("figcaption", words)))


def _image(file: str, alt: str, pixels: tuple[int, int], exhibit: Exhibit) -> Markup:
    """A picture, enlarged by a whole number where there is room."""
    width, height = pixels
    shown = width * max(1, min(4, _LARGEST // width))
    small = max(exhibit.entry.recipe.image_shape[:2]) <= SMALL_SIDE
    kind = "pixels" if small else None
    return element("img", src=file, alt=alt, width=width, height=height, class_=kind, style=f"width:{shown}px")


def _walk(exhibit: Exhibit) -> Markup:
    if exhibit.walk is None:
        return element("p", exhibit.no_walk)
    with Image.open(exhibit.walk) as animation:
        pixels = animation.size
    caption = "Walks past the samples of four seeds, and back to the first."
    if exhibit.classes:
        caption = f"A walk for each class, past the samples of four seeds: {in_words(exhibit.classes[:MOST_CLASSES])}."
    still = _image(STILL, f"Walks through the latent space of {exhibit.name}. {caption}", pixels, exhibit)
    moving = element("source", srcset=MOVING, type="image/webp", media="(prefers-reduced-motion: no-preference)")
    return element(
        "figure",
        element("picture", moving, still),
        element("figcaption", caption),
        class_="walk",
        data_moving=MOVING,
        data_still=STILL,
    )


def _scores(exhibit: Exhibit) -> Markup:
    if not exhibit.scores:
        return element("p", "None measured yet.")
    heads = ("score", "value", "images", "seen by", "settings", "whole row")
    better = {True: " ↑", False: " ↓"}
    lines = []
    for row in exhibit.scores:
        words = describe(row)
        value = words.value + ("" if is_of(row, exhibit.entry.card) else " (an earlier file of these weights)")
        whole = element("details", element("summary", "JSON"), element("pre", json.dumps(row, indent=2), tabindex=0))
        name = joined(words.name, better.get(row.get("higher_is_better"), ""))
        cells = zip(heads[1:], (value, words.images, words.extractor, words.settings, whole), strict=True)
        lines.append(
            element(
                "tr",
                element("th", name, scope="row"),
                *(
                    element("td", cell, data_label=head, class_="value" if head == "value" else None)
                    for head, cell in cells
                ),
            )
        )
    head = element("thead", element("tr", *(element("th", each, scope="col") for each in heads)))
    return joined(
        element(
            "p",
            "↑ higher is better, ↓ lower is better. Values compare where images, network and settings are the same.",
            class_="note",
        ),
        element(
            "div",
            element("table", head, element("tbody", *lines), class_="blocks"),
            class_="wide",
            tabindex=0,
            role="region",
            aria_label="Scores",
        ),
    )


def _training(exhibit: Exhibit) -> Iterator[Markup]:
    training = exhibit.part("training", {})
    if (selected := training.get("selected")) is not None:
        name, value, *how = describe(selected)
        words = f"The weights are those of step {selected['step']:,}, the best {name} while it trained: {value} "
        yield element("p", f"{words}({'; '.join(filter(None, how))}).")
    losses, scores = loss_charts(exhibit.log), score_charts(exhibit.scores_while_training)
    if not losses:
        yield element("p", "The curve of this training was not kept.")
    if charts := [*losses, *scores]:
        yield element("div", *map(drawing, charts), class_="curves")
        yield element("details", element("summary", "The numbers of these curves"), table(charts))


def _provenance(exhibit: Exhibit) -> dict[str, Any]:
    data, training, weights = (exhibit.part(key, {}) for key in ("data", "training", "weights"))
    count = f"{data['images']:,} images, " if "images" in data else ""
    classes = data.get("classes")
    urls = weights.get("urls") or ()
    alone = f"of the {weights['network']} alone" if "network" in weights else None
    return {
        "trained on": f"{count}{data.get('origin', _NOT_STATED)}",
        "licence of the data": data.get("license", _NOT_STATED),
        "licence of the weights": weights.get("license", _NOT_STATED),
        "classes": in_words(classes) if classes else None,
        "seed": str(training["seed"]) if "seed" in training else None,
        "weights": ", ".join(filter(None, (f"{weights['bytes']:,} bytes", weights.get("precision"), alone))),
        "sha256": element("code", weights["sha256"]),
        "also at": joined(*(element("div", element("code", url)) for url in urls)) if urls else None,
        "versions": ", ".join(f"{name} {version}" for name, version in exhibit.part("versions", {}).items()),
    }
