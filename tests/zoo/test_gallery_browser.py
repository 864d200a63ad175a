"""The gallery in a real browser, at a phone's size and a desk's: no error, no sideways scrolling, and it filters."""

import contextlib
import json
import os
import select
import shutil
import subprocess
import time

import pytest
from tiny_zoo import SCORE as FID
from tiny_zoo import change_card

from tfgen.zoo.gallery import write_gallery

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SIZES = [(390, 844), (1440, 900)]

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]

RECALL = FID | {"name": "recall", "metric": "prdc", "higher_is_better": True, "settings": {"k": 3}}


class Browser:
    """Chromium without a window, driven by its own protocol over a pipe.

    Attributes:
        complaints: What it wrote to its console, and errors that no page caught, since the last page was opened.
    """

    def __init__(self, profile):
        self.complaints = []
        self._number, self._read = 0, b""
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"]
        # Chromium reads from 3 and writes to 4.
        redirected = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'
        self._process = subprocess.Popen(
            ["bash", "-c", redirected, "bash", CHROMIUM, "--remote-debugging-pipe", *options, "about:blank"],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._session = None
        page = next(each for each in self.ask("Target.getTargets")["targetInfos"] if each["type"] == "page")
        self._session = self.ask("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def ask(self, method, **parameters):
        """Sends a command, and waits for its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            pass
        assert "error" not in answer, answer
        return answer["result"]

    def open(self, page, size):
        """Opens a file at a width and a height, and waits until it is loaded."""
        width, height = size
        mobile = width < 500
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)
        # A page that differs by its fragment alone would not be loaded anew.
        for url in ("about:blank", page):
            self.complaints.clear()
            self._loaded = False
            self.ask("Page.navigate", url=url)
            while not self._loaded:
                self._next()

    def run(self, expression):
        """The value of an expression in the page."""
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key, code=0):
        """Presses a key."""
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def close(self):
        """Ends it."""
        with contextlib.suppress(OSError):
            os.write(self._out, b'{"id":0,"method":"Browser.close"}\0')
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
        os.close(self._in)
        os.close(self._out)

    def _next(self):
        deadline = time.monotonic() + 60
        while b"\0" not in self._read:
            ready, _, _ = select.select([self._in], [], [], max(0, deadline - time.monotonic()))
            part = os.read(self._in, 1 << 16) if ready else b""
            assert part, "Chromium does not answer"
            self._read += part
        message, _, self._read = self._read.partition(b"\0")
        message = json.loads(message)
        match message.get("method"):
            case "Page.loadEventFired":
                self._loaded = True
            case "Runtime.consoleAPICalled" | "Runtime.exceptionThrown" | "Log.entryAdded" | "Network.loadingFailed":
                self.complaints.append(message["params"])
        return message


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture
def site(zoo, tmp_path):
    for name, scores in {
        "gan_dots": [FID | {"value": 5.0}, RECALL | {"value": 0.25}],
        "vae_dots": [FID | {"value": 12.5}, RECALL | {"value": 0.5}],
    }.items():
        change_card(zoo / name, lambda card, scores=scores: card.update(scores=scores))
    losses = [{"step": step, "loss": 1 / step, "seconds": 1.0} for step in range(1, 40)]
    (zoo / "vae_dots" / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in losses))
    # Wider than any phone.
    recipe = zoo / "gan_dots" / "recipe.toml"
    recipe.write_text(f"# {'long ' * 60}\n{recipe.read_text()}")
    write_gallery(tmp_path / "site", animations=True)
    return (tmp_path / "site").as_uri()


SHOWN = "[...document.querySelectorAll('#cards > li:not([hidden]) .card')].map(card => card.dataset.name)"
SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
PICTURES = (
    "Promise.all([...document.images].map(each => {each.loading = 'eager'; return each.decode()})).then(() => true)"
)


@pytest.mark.parametrize("size", SIZES, ids=["phone", "desk"])
def test_every_page_is_sound(browser, site, size):
    names = ["gan_dots", "vae_dots", "autoencoder_dots", "dots_classifier", "gan_untrained"]
    for page in (f"{site}/index.html", *(f"{site}/checkpoints/{name}/index.html" for name in names)):
        browser.open(page, size)
        assert browser.run("innerWidth") == size[0]
        assert browser.run(PICTURES)
        assert not browser.run(SCROLLS), page
        assert browser.complaints == [], page


@pytest.mark.parametrize("size", SIZES, ids=["phone", "desk"])
def test_the_address_says_what_is_shown(browser, site, size):
    def shown(fragment):
        browser.open(f"{site}/index.html#{fragment}", size)
        return browser.run(SHOWN)

    trained = ["autoencoder_dots", "dots_classifier", "gan_dots", "vae_dots"]
    assert shown("") == [*trained, "gan_untrained"]
    assert shown("family=GAN") == ["gan_dots", "gan_untrained"]
    assert shown("trained=1&reversed=1") == trained[::-1]
    assert shown("search=smallest+VAE") == ["vae_dots"]
    assert shown("family=nothing&sort=none") == [*trained, "gan_untrained"]
    options = browser.run("[...document.querySelectorAll('#sort optgroup option')].map(one => [one.text, one.value])")
    fid, recall = (next(value for text, value in options if text.startswith(name)) for name in ("FID", "recall"))
    # The best first, and those without the score last whichever way.
    assert shown(f"sort={fid}")[:2] == ["gan_dots", "vae_dots"]
    assert shown(f"sort={recall}")[:2] == ["vae_dots", "gan_dots"]
    assert shown(f"sort={fid}&reversed=1") == [
        "vae_dots",
        "gan_dots",
        "autoencoder_dots",
        "dots_classifier",
        "gan_untrained",
    ]
    assert browser.run("document.querySelector('#protocol').textContent").startswith(
        "FID ↓: 100 of each against 200 of"
    )
    score = "document.querySelector('[data-name=vae_dots] .score').textContent"
    assert browser.run(score) == "FID12.5"
    assert shown("sort=bytes") == [*sorted(trained, key=lambda name: stored(browser, name)), "gan_untrained"]
    assert browser.complaints == []


def stored(browser, name):
    return int(browser.run(f"document.querySelector('[data-name={name}]').dataset.bytes"))


def test_the_controls_write_the_address(browser, site):
    browser.open(f"{site}/index.html", SIZES[0])
    browser.run("document.querySelector('#search').focus()")
    for letter in "vae":
        browser.ask("Input.dispatchKeyEvent", type="char", text=letter)
    assert browser.run(SHOWN) == ["vae_dots"]
    assert browser.run("location.hash") == "#search=vae"
    browser.run("document.querySelector('#search').value = ''")
    browser.run("document.querySelector('#reversed').focus()")
    browser.ask(
        "Input.dispatchKeyEvent", type="keyDown", key="Enter", code="Enter", text="\r", windowsVirtualKeyCode=13
    )
    assert browser.run("location.hash") == "#reversed=1"
    assert browser.run("document.querySelector('#reversed').getAttribute('aria-pressed')") == "true"


def test_the_walk_stops_and_the_curve_is_read(browser, site):
    browser.open(f"{site}/checkpoints/vae_dots/index.html", SIZES[0])
    source = "document.querySelector('.walk img').currentSrc.split('/').pop()"
    assert browser.run(f"{PICTURES}.then(() => {source})") == "interpolation.webp"
    browser.run("document.querySelector('.walk button').click()")
    assert browser.run(f"{PICTURES}.then(() => {source})") == "interpolation.png"
    reading = (
        "[document.querySelector('output.step').textContent, document.querySelector('.legend output').textContent]"
    )
    assert browser.run(reading) == ["39", str(float(f"{1 / 39:.5g}"))]
    browser.run("document.querySelector('.plot').focus()")
    browser.press("ArrowLeft", 37)
    assert browser.run(reading) == ["38", str(float(f"{1 / 38:.5g}"))]


def test_who_wants_no_motion_gets_none(browser, site):
    browser.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
    try:
        browser.open(f"{site}/checkpoints/vae_dots/index.html", SIZES[0])
        source = "document.querySelector('.walk img').currentSrc.split('/').pop()"
        assert browser.run(f"{PICTURES}.then(() => {source})") == "interpolation.png"
        assert browser.run("document.querySelector('.walk button').textContent") == "Play"
        browser.run("document.querySelector('.walk button').click()")
        assert browser.run(f"{PICTURES}.then(() => {source})") == "interpolation.webp"
    finally:
        browser.ask("Emulation.setEmulatedMedia", features=[])


def test_without_scripts_all_cards_are_there(browser, site):
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(f"{site}/index.html", SIZES[0])
        html = browser.ask("DOM.getDocument", depth=-1, pierce=False)
        assert json.dumps(html).count('"data-name"') == 5
    finally:
        browser.ask("Emulation.setScriptExecutionDisabled", value=False)
