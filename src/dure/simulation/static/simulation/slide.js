/* A slider beside each number that bears data-slide (lowest, highest value): both say the same. Without a script the
   number alone is there. */
"use strict";
(() => {
  const read = text => { const found = /^\s*([0-9][0-9,]*(?:\.[0-9]+)?)\s*(%?)\s*(?:원)?\s*$/.exec(text); return found ? [Number(found[1].replaceAll(",", "")), found[2]] : null; };
  for (const input of document.querySelectorAll("[data-slide]")) {
    const first = read(input.dataset.slide);
    if (!first || !first[0]) continue;
    const [now, sign] = first;
    const step = sign ? 0.5 : Math.max(1, 10 ** Math.floor(Math.log10(now) - 1.3));
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: 0, max: sign ? Math.min(100, now * 2) : Math.ceil(now * 2 / step) * step, step, className: "slide" });
    slider.setAttribute("aria-label", input.dataset.slideLabel);
    const follow = () => { const typed = read(input.value); if (typed) slider.value = typed[0]; slider.setAttribute("aria-valuetext", input.value); };
    follow();
    slider.addEventListener("input", () => { input.value = sign ? `${Number(slider.value)}%` : String(Math.round(slider.value)); slider.setAttribute("aria-valuetext", input.value); input.dispatchEvent(new Event("input", { bubbles: true })); });
    input.addEventListener("input", event => { if (event.isTrusted) follow(); });
    input.after(slider);
  }
})();
