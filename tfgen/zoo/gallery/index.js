// Searches, filters and sorts the cards. What is chosen stands in the address, so that a view can be passed on.
"use strict";
(() => {
  const at = id => document.getElementById(id);
  const [controls, list, sort, reversed, note] = ["controls", "cards", "sort", "reversed", "protocol"].map(at);
  const items = [...list.children].map(item => {
    const card = item.querySelector(".card");
    const score = card.querySelector(".score");
    return { item, card, score, main: score && score.innerHTML, text: card.textContent.toLowerCase(),
      scores: JSON.parse(card.dataset.scores) };
  });
  const defaults = { search: "", family: "", data: "", sort: "name", reversed: "", trained: "" };

  function read() {
    const chosen = { ...defaults, ...Object.fromEntries(new URLSearchParams(location.hash.slice(1))) };
    for (const id of ["search", "family", "data", "sort"]) at(id).value = chosen[id];
    for (const id of ["family", "data", "sort"]) if (at(id).selectedIndex < 0) at(id).value = defaults[id];
    reversed.setAttribute("aria-pressed", String(Boolean(chosen.reversed)));
    at("trained").checked = Boolean(chosen.trained);
  }

  function chosen() {
    return { search: at("search").value, family: at("family").value, data: at("data").value, sort: sort.value,
      reversed: reversed.getAttribute("aria-pressed") === "true" ? "1" : "", trained: at("trained").checked ? "1" : "" };
  }

  function write() {
    const parameters = new URLSearchParams();
    for (const [key, value] of Object.entries(chosen())) if (value !== defaults[key]) parameters.set(key, value);
    const hash = parameters.toString();
    history.replaceState(null, "", location.href.split("#")[0] + (hash && `#${hash}`));
  }

  // What a card is sorted by; undefined, as of all without weights, puts it last, whichever way the others stand.
  function order(each, key, score) {
    if (each.card.dataset.trained === "false") return undefined;
    if (score) return each.scores[score]?.[0];
    const value = each.card.dataset[key];
    return value === undefined || key === "name" || key === "set" ? value : Number(value);
  }

  function show() {
    const { search, family, data, sort: key, reversed: turned, trained } = chosen();
    const option = sort.selectedOptions[0];
    const score = key.startsWith("score:") ? key.slice(6) : "";
    const down = (score !== "" && option.dataset.higher === "true") !== Boolean(turned) ? -1 : 1;
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const keyed = items.map(each => [order(each, key, score), each]);
    keyed.sort(([a, one], [b, other]) => {
      const last = (a === undefined) - (b === undefined);
      const compared = typeof a === "string" ? a.localeCompare(b, "en") : a - b;
      const weights = (other.card.dataset.trained === "true") - (one.card.dataset.trained === "true");
      return weights || last || (a !== undefined && down * compared) || one.card.dataset.name.localeCompare(other.card.dataset.name, "en");
    });
    let found = 0;
    for (const [, each] of keyed) {
      const { name, family: kind, set, trained: has } = each.card.dataset;
      const fits = words.every(word => each.text.includes(word) || name.includes(word)) && (!family || kind === family)
        && (!data || set === data) && (!trained || has === "true");
      each.item.hidden = !fits;
      found += fits;
      if (each.score) {
        if (!score) each.score.innerHTML = each.main;
        else tell(each.score, each.scores[score]);
      }
    }
    list.append(...keyed.map(([, each]) => each.item));
    at("found").textContent = found ? `${found} of ${items.length} shown` : "None of them fits; take away a filter.";
    note.textContent = score ? `${option.dataset.protocol}. Checkpoints without this score stand last.` : "";
    note.hidden = !score;
  }

  function tell(place, row) {
    place.replaceChildren();
    if (!row) return void (place.textContent = "no such score");
    const [name, value] = [document.createElement("span"), document.createElement("strong")];
    [name.textContent, value.textContent] = [row[1], row[2]];
    place.append(name, value);
  }

  const changed = () => { write(); show(); };
  controls.addEventListener("submit", event => event.preventDefault());
  controls.addEventListener("input", changed);
  reversed.addEventListener("click", () => {
    reversed.setAttribute("aria-pressed", String(reversed.getAttribute("aria-pressed") !== "true"));
    changed();
  });
  addEventListener("hashchange", () => { read(); show(); });
  controls.hidden = false;
  read();
  show();
})();
