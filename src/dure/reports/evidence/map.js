/* The common map by keyboard, finger and place. Without this script its links do the same. */
(() => {
  "use strict";
  const part = () => document.querySelector("#map-part");
  const map = () => document.querySelector("#map-part svg.area-map");
  const button = name => document.querySelector(`#map-part [data-map-key="${name}"]`);
  let asked = 0;

  const go = async (url, push = true) => {
    const mine = ++asked;
    part().setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("#map-part");
      if (mine !== asked || !fresh) return;
      const focused = part().contains(document.activeElement) ? document.activeElement.dataset.mapKey || "frame" : "";
      part().replaceWith(document.adoptNode(fresh));
      for (const name of ["c", "w"]) {
        const field = document.querySelector(`form [name=${name}]`), value = new URL(url, location.href).searchParams.get(name);
        if (field && value) field.value = value;
      }
      if (push) history.pushState({ map: true }, "", url);
      if (focused) (button(focused) ?? document.querySelector("#map-frame"))?.focus({ preventScroll: true });
    } catch { location.href = url; }
  };

  const at = (lon, lat, width, more = {}) => {
    const url = new URL(location.href);
    for (const name of ["sido", "sigungu", "me"]) url.searchParams.delete(name);
    url.searchParams.set("c", `${lon.toFixed(6)},${lat.toFixed(6)}`);
    url.searchParams.set("w", Math.round(width));
    for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value);
    return url.pathname + url.search;
  };

  document.addEventListener("click", event => {
    const link = event.target.closest("#map-part [data-map-go]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(link.getAttribute("href"));
  });
  addEventListener("popstate", () => go(location.href, false));

  const KEYS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right", "+": "in", "=": "in", "-": "out" };
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || !event.target.closest?.("#map-frame")) return;
    const link = button(KEYS[event.key]);
    if (!link) return;
    event.preventDefault();
    go(link.getAttribute("href"));
  });

  /* One finger or the mouse pulls the piece along; two fingers, drawn apart, look closer. */
  const fingers = new Map();
  let from = null, apart = 0;
  const spread = () => { const [a, b] = [...fingers.values()]; return Math.hypot(a.x - b.x, a.y - b.y); };
  document.addEventListener("pointerdown", event => {
    const svg = map();
    if (!svg || !svg.dataset.lon || !svg.contains(event.target)) return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 1) from = { x: event.clientX, y: event.clientY, moved: false };
    if (fingers.size === 2) apart = spread();
  });
  document.addEventListener("pointermove", event => {
    const svg = map();
    if (!svg || !fingers.has(event.pointerId) || !from) return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size > 1) { from.moved = true; return; }
    const dx = event.clientX - from.x, dy = event.clientY - from.y;
    if (!from.moved && Math.hypot(dx, dy) < 8) return;
    from.moved = true;
    const step = 600 / svg.clientWidth;
    svg.setAttribute("viewBox", `${-dx * step} ${-dy * step} 600 600`);
  });
  const lift = event => {
    const svg = map();
    if (!fingers.has(event.pointerId)) return;
    const two = fingers.size === 2 ? spread() : 0;
    fingers.delete(event.pointerId);
    if (!svg || !from?.moved) return;
    const lon = Number(svg.dataset.lon), lat = Number(svg.dataset.lat), width = Number(svg.dataset.width);
    if (two) { from = null; fingers.clear(); go(at(lon, lat, width * Math.min(Math.max(apart / two, 0.25), 4))); return; }
    const metre = width / svg.clientWidth / 111195;
    const dx = event.clientX - from.x, dy = event.clientY - from.y;
    go(at(lon - dx * metre / Math.cos(lat * Math.PI / 180), lat + dy * metre, width));
    setTimeout(() => { from = null; });
  };
  document.addEventListener("pointerup", lift);
  document.addEventListener("pointercancel", event => { fingers.delete(event.pointerId); map()?.dataset.lon && map().setAttribute("viewBox", "0 0 600 600"); });
  document.addEventListener("dragstart", event => { if (map()?.contains(event.target)) event.preventDefault(); });
  document.addEventListener("click", event => { if (from?.moved && map()?.contains(event.target)) { event.preventDefault(); event.stopPropagation(); } }, true);

  const here = document.querySelector("[data-map-here]");
  if (here && navigator.geolocation) {
    here.hidden = false;
    const said = document.querySelector("#map-said");
    here.addEventListener("click", () => {
      said.textContent = here.dataset.looking;
      navigator.geolocation.getCurrentPosition(
        place => { said.textContent = ""; go(at(place.coords.longitude, place.coords.latitude, Math.max(1500, 4 * place.coords.accuracy), { me: "1" })); },
        () => { said.textContent = here.dataset.failed; },
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 });
    });
  }
})();
