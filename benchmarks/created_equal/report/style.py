"""How the HTML looks, and the few lines of script that sort its table."""

from .look import DARK, LIGHT, Theme
from .searches import Method

_RULES = """
:root { color-scheme: light dark; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, "DejaVu Sans", sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.6rem 0 .6rem; padding-top: .8rem; border-top: 1px solid var(--faint); }
h3 { font-size: 1.05rem; margin: 1.8rem 0 .5rem; }
p, .text { max-width: 46rem; margin: .6rem 0; overflow-wrap: anywhere; }
.note { font-size: .875rem; color: var(--quiet); }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; margin: 0; padding: 0;
  font-size: .925rem; }
a { color: var(--link); }
figure { margin: .9rem 0 1.3rem; }
.wide { overflow-x: auto; }
table { border-collapse: separate; border-spacing: 0; font-size: .875rem; line-height: 1.35;
  font-variant-numeric: tabular-nums; }
figcaption { font-size: .875rem; font-weight: 600; padding: .2rem; }
th, td { padding: .32rem .7rem; border-bottom: 1px solid var(--faint); vertical-align: top; }
th:first-child, td:first-child { padding-left: .2rem; }
thead th { font-weight: 600; vertical-align: bottom; border-bottom: 1.5px solid var(--ink); }
.wide th:first-child, .wide td:first-child { position: sticky; left: 0; background: var(--paper); }
.l { text-align: left; }
.r { text-align: right; white-space: nowrap; }
.text th, .text td { text-align: left; }
.text table { overflow-wrap: normal; }
td.l { min-width: 6rem; }
td.l + td.l { min-width: 9.5rem; }
td:last-child.l { min-width: 16rem; }
.method { white-space: nowrap; }
.swatch { display: inline-block; width: .7em; height: .7em; border-radius: 50%; margin-right: .45em; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); gap: 1.2rem;
  align-items: start; margin: 1rem 0; }
.pictures img { display: block; width: 100%; max-width: 34rem; height: auto; }
.pictures .card { max-width: 46rem; border-radius: 6px; }
details { margin: 1rem 0; }
summary { cursor: pointer; font-weight: 600; }
details .wide { max-height: 80vh; }
.sortable th { position: sticky; top: 0; z-index: 1; background: var(--paper); }
.sortable th:first-child { z-index: 2; }
.sortable td { white-space: nowrap; }
.sortable td:last-child { white-space: normal; }
.sortable button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer;
  text-align: inherit; }
.sortable th[aria-sort=ascending] button::after { content: " \\2191"; }
.sortable th[aria-sort=descending] button::after { content: " \\2193"; }
@media print { .wide { overflow: visible; } }
"""

SORTING = """
document.querySelectorAll("table.sortable").forEach(table => {
  const names = [...table.tHead.rows[0].cells];
  names.forEach((name, column) => name.firstElementChild.addEventListener("click", () => {
    const down = name.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    const order = row => row.cells[column].dataset.order ?? row.cells[column].textContent;
    const compare = (a, b) => isNaN(a) || isNaN(b) ? String(a).localeCompare(String(b)) : a - b;
    const rows = [...table.tBodies[0].rows].sort((a, b) => {
      const [x, y] = [order(a), order(b)];
      return x === "inf" || y === "inf" ? (x === "inf") - (y === "inf") : down * compare(x, y);
    });
    names.forEach(other => other.removeAttribute("aria-sort"));
    name.setAttribute("aria-sort", down > 0 ? "ascending" : "descending");
    table.tBodies[0].append(...rows);
  }));
});
"""


def stylesheet() -> str:
    """The page's rules, for light and for dark."""
    dark = f"@media (prefers-color-scheme: dark) {{ {_colours(DARK, '#a3abb5', '#7db4f0')} }}"
    return f"{_colours(LIGHT, '#59616b', '#1f5fa8')}\n{dark}\n{_RULES}"


def swatch_class(method: Method) -> str:
    """The class that has a method's colour."""
    return f"m{method.place % len(LIGHT.methods)}"


def _colours(theme: Theme, quiet: str, link: str) -> str:
    swatches = " ".join(f".m{place} {{ background: {colour}; }}" for place, colour in enumerate(theme.methods))
    return (
        f":root {{ --paper: {theme.paper}; --ink: {theme.ink}; --faint: {theme.faint}; --quiet: {quiet}; "
        f"--link: {link}; }} {swatches}"
    )
