/* Choosing a place: by a press on the map, by this device, or by the four buttons; without script the buttons ask the
   server for the same. */
(() => {
  "use strict";
  const form = document.querySelector("[data-place]"), map = form?.querySelector("svg[data-pick]");
  if (!form || !map) return;
  const words = form.querySelector("[data-words]").dataset;
  const [west, south, east, north] = map.dataset.pick.split(" ").map(Number);
  const [, , width, height] = map.getAttribute("viewBox").split(" ").map(Number);
  const lon = form.elements.lon, lat = form.elements.lat, exact = form.elements.accuracy_m;
  const say = text => { form.querySelector("[data-said]").textContent = text; };
  const node = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const mark = node("g", {});
  mark.append(node("circle", { r: 16, fill: "none", stroke: "#bd2c0f", "stroke-width": 4 }), node("circle", { r: 5, fill: "#bd2c0f" }));
  const show = () => {
    const x = (lon.value - west) / (east - west) * width, y = (north - lat.value) / (north - south) * height;
    mark.setAttribute("transform", `translate(${x} ${y})`);
    if (!mark.isConnected) map.append(mark);
  };
  const put = (x, y, accuracy) => {
    lon.value = x.toFixed(6);
    lat.value = y.toFixed(6);
    exact.value = accuracy ?? "";
    for (const field of [lon, lat]) field.dispatchEvent(new Event("input", { bubbles: true }));
    show();
    say(words.moved);
  };
  for (const hidden of form.querySelectorAll("[data-script]")) hidden.hidden = false;
  map.addEventListener("click", event => {
    const box = map.getBoundingClientRect();
    put(west + (event.clientX - box.left) / box.width * (east - west), north - (event.clientY - box.top) / box.height * (north - south));
  });
  const ways = { n: [0, 1], s: [0, -1], e: [1, 0], w: [-1, 0] };
  form.addEventListener("click", event => {
    const way = ways[event.target.closest("button[name=move]")?.value];
    if (!way) return;
    event.preventDefault();
    const degree = form.elements.step.value / 111195;
    const x = Number(lon.value) || (west + east) / 2, y = Number(lat.value) || (south + north) / 2;
    put(x + way[0] * degree / Math.cos(y * Math.PI / 180), y + way[1] * degree);
  });
  form.querySelector("[data-here]")?.addEventListener("click", () => {
    if (!navigator.geolocation) { say(words.denied); return; }
    navigator.geolocation.getCurrentPosition(
      at => put(at.coords.longitude, at.coords.latitude, Math.round(at.coords.accuracy)),
      () => say(words.denied),
      { enableHighAccuracy: true, timeout: 20000 },
    );
  });
})();
