// Copies commands, stops and starts the interpolation, and reads values off the curves.
"use strict";
(() => {
  for (const block of document.querySelectorAll(".copied")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      const code = block.querySelector("code");
      try {
        await navigator.clipboard.writeText(code.textContent);
      } catch {
        // Pages of files may not write to the clipboard everywhere, but what is selected can be copied.
        getSelection().selectAllChildren(code);
        if (!document.execCommand("copy")) return void (button.textContent = "Press Ctrl+C");
      }
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    block.querySelector("h2").after(button);
  }

  for (const figure of document.querySelectorAll(".walk")) {
    const [picture, image] = [figure.querySelector("picture"), figure.querySelector("img")];
    const button = document.createElement("button");
    button.type = "button";
    const set = moves => {
      picture.querySelector("source")?.remove();
      image.src = moves ? figure.dataset.moving : figure.dataset.still;
      button.textContent = moves ? "Stop" : "Play";
    };
    set(!matchMedia("(prefers-reduced-motion: reduce)").matches);
    button.addEventListener("click", () => set(button.textContent === "Play"));
    picture.after(button);
  }

  for (const figure of document.querySelectorAll(".curve")) {
    const [low, high] = figure.dataset.steps.split(" ").map(Number);
    const series = JSON.parse(figure.dataset.series);
    const steps = [...new Set(series.flat().map(point => point[0]))].sort((a, b) => a - b);
    const [plot, shown] = [figure.querySelector(".plot"), figure.querySelector("output.step")];
    const values = [...figure.querySelectorAll(".legend output")];
    const guide = document.createElement("span");
    guide.className = "guide";
    plot.append(guide);
    plot.tabIndex = 0;
    plot.setAttribute("role", "group");
    plot.setAttribute("aria-label", "Values by step: left and right arrow keys go from step to step");
    let place = steps.length - 1;
    const read = at => {
      place = Math.max(0, Math.min(steps.length - 1, at));
      const step = steps[place];
      guide.style.left = `${100 * (step - low) / (high - low)}%`;
      shown.textContent = step.toLocaleString("en");
      series.forEach((points, index) => {
        const point = points.find(each => each[0] === step);
        values[index].textContent = point ? String(Number(point[1].toPrecision(5))) : "–";
      });
    };
    const follow = event => {
      const box = plot.getBoundingClientRect();
      const step = low + (high - low) * (event.clientX - box.left) / box.width;
      const distances = steps.map(each => Math.abs(each - step));
      read(distances.indexOf(Math.min(...distances)));
    };
    plot.addEventListener("pointermove", follow);
    plot.addEventListener("pointerdown", follow);
    plot.addEventListener("keydown", event => {
      const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (move) { event.preventDefault(); read(place + move); }
    });
    read(place);
  }
})();
