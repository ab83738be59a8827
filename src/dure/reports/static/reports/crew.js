/* The crew's telephone: while sharing is on, its newest position goes to the server every few seconds, in the body of a
   request. Sharing is the server's to end: when it answers 'gone', or this page shows that it ended, nothing is sent. */
(() => {
  "use strict";
  const job = () => document.querySelector("[data-crew]");
  const words = document.querySelector("#crew-words")?.dataset ?? {};
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  const say = text => { const out = job()?.querySelector("[data-state]"); if (out && out.textContent !== text) out.textContent = text; };
  let watch = null, timer = null, newest = null, lock = null, seq = job()?.dataset.seq ?? "";

  const post = (url, fields) => fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": token(), Accept: "application/json" },
    body: new URLSearchParams(fields),
    credentials: "same-origin",
  });
  const look = () => document.body.dispatchEvent(new CustomEvent("dure:crew", { bubbles: true }));

  const send = async () => {
    const at = newest, here = job();
    if (!at || !here || here.dataset.sharing !== "1") return;
    newest = null;
    try {
      const answer = await post(here.dataset.position, { lon: at.longitude, lat: at.latitude, accuracy: at.accuracy ?? "" });
      if (answer.status === 410 || answer.status === 404 || answer.status === 409) { end(); look(); return; }
      if (!answer.ok) { newest ??= at; say(words.offline); return; }
      say(words.sent);
      const told = String((await answer.json()).seq);
      if (told !== seq) { seq = told; look(); }
    } catch {
      newest ??= at;
      say(words.offline);
    }
  };

  const stop = async why => {
    const url = job()?.dataset.stop;
    end();
    say(words[why]);
    try { await post(url, { why }); } catch { /* silence ends it, too */ }
    look();
  };

  const awake = async () => {
    try { if (watch !== null && document.visibilityState === "visible") lock = await navigator.wakeLock?.request("screen"); } catch { /* the screen may go dark */ }
  };

  const begin = () => {
    if (watch !== null || !navigator.geolocation) { if (!navigator.geolocation) stop("denied"); return; }
    say(words.waiting);
    watch = navigator.geolocation.watchPosition(
      at => { const first = newest === null && timer === null; newest = at.coords; if (first) { send(); timer = setInterval(send, 1000 * (job()?.dataset.every || 5)); } },
      error => { if (error.code === error.PERMISSION_DENIED) stop("denied"); },
      { enableHighAccuracy: true, maximumAge: 3000, timeout: 60000 },
    );
    awake();
    navigator.getBattery?.().then(battery => {
      const low = () => { if (watch !== null && !battery.charging && battery.level <= 0.05) stop("battery"); };
      battery.addEventListener("levelchange", low);
      low();
    }).catch(() => {});
  };

  const end = () => {
    if (watch !== null) navigator.geolocation.clearWatch(watch);
    clearInterval(timer);
    watch = timer = newest = null;
    lock?.release?.().catch(() => {});
    lock = null;
  };

  const settle = () => {
    const here = job();
    if (!here) return;
    for (const input of here.querySelectorAll("[data-share]")) input.value = navigator.geolocation ? "1" : "0";
    seq = here.dataset.seq || seq;
    if (here.dataset.sharing === "1") begin(); else end();
  };
  document.addEventListener("visibilitychange", awake);
  document.addEventListener("htmx:after:swap", settle);
  settle();
})();
