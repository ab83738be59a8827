/* What the form of reports can do besides: place, map, voice, brush, and a draft kept without a line. Everything works without it. */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const words = $("#intake-words")?.dataset ?? {};
  const say = (name, values = {}) => (words[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
  const make = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };
  const button = (text, act, kind = "tertiary") => {
    const node = make("button", { type: "button", class: `btn btn-${kind} btn-small` }, text);
    node.onclick = act;
    return node;
  };
  const form = $("form[data-intake]");

  /* Place: where the phone is, or a point on the map. */
  const field = name => $(`[name=${name}]`);
  const told = $("[data-place-said]");
  const setPlace = (lon, lat, accuracy = "") => {
    field("lon").value = lon.toFixed(6);
    field("lat").value = lat.toFixed(6);
    field("accuracy_m").value = accuracy;
    field("lat").dispatchEvent(new Event("input", { bubbles: true }));
  };
  const place = $("[data-place]");
  if (place) {
    place.hidden = false;
    const here = $("[data-here]", place), opener = $("[data-map]", place), holder = $("[data-map-here]");
    for (const name of ["lat", "lon"]) field(name).addEventListener("input", event => { if (event.isTrusted) field("accuracy_m").value = ""; });
    if (!navigator.geolocation) here.hidden = true;
    here.onclick = () => {
      told.textContent = say("looking");
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          setPlace(coords.longitude, coords.latitude, Math.round(coords.accuracy));
          told.textContent = say("here", { m: Math.round(coords.accuracy) });
        },
        () => { told.textContent = say("nowhere"); },
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 10000 },
      );
    };
    const load = async (lon, lat, span, focus) => {
      const url = new URL(opener.dataset.map, location.href);
      for (const [name, value] of Object.entries({ lon, lat, span })) if (value !== "") url.searchParams.set(name, value);
      try {
        const answer = await fetch(url);
        if (!answer.ok) throw new Error(answer.status);
        holder.innerHTML = await answer.text();
      } catch { told.textContent = say("noMap"); return; }
      begin(focus);
    };
    opener.onclick = () => {
      const lon = field("lon").value, lat = field("lat").value, known = lon !== "" && lat !== "";
      load(known ? lon : "", known ? lat : "", known ? 2000 : "", true);
    };
    const begin = focus => {
      const map = $(".map-pick", holder), cross = $(".cross", map);
      const data = Object.fromEntries(Object.entries(map.dataset).map(([name, value]) => [name, Number(value)]));
      let east = 0, north = 0;
      const at = () => [data.lon + east / data.perLon, data.lat + north / data.perLat];
      const show = () => {
        cross.setAttribute("transform", `translate(${east * 600 / data.span} ${-north * 600 / data.span})`);
        const [lon, lat] = at();
        told.textContent = say("point", { lat: lat.toFixed(6), lon: lon.toFixed(6) });
      };
      const take = () => { const [lon, lat] = at(); setPlace(lon, lat, Math.max(10, Math.round(data.span / 100))); show(); };
      const move = (x, y, metres) => {
        east += x * metres; north += y * metres;
        if (Math.max(Math.abs(east), Math.abs(north)) > data.span / 2) { const [lon, lat] = at(); setPlace(lon, lat, 10); load(lon, lat, data.span, true); return; }
        take();
      };
      const zoom = to => { if (data[to]) { const [lon, lat] = at(); load(lon, lat, data[to], true); } };
      const step = far => Math.max(far ? 100 : 10, data.span > 5000 ? data.span / (far ? 10 : 50) : 0);
      map.addEventListener("keydown", event => {
        const way = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] }[event.key];
        if (way) move(...way, step(event.shiftKey));
        else if (event.key === "+" || event.key === "=") zoom("nearer");
        else if (event.key === "-") zoom("wider");
        else if (event.key === "Enter") take();
        else return;
        event.preventDefault();
      });
      map.addEventListener("click", event => {
        const box = $("svg", map).getBoundingClientRect();
        east = ((event.clientX - box.left) / box.width - .5) * data.span;
        north = (.5 - (event.clientY - box.top) / box.height) * data.span;
        take();
      });
      for (const node of $$("[data-move]", holder)) node.onclick = () => move(...node.dataset.move.split(" ").map(Number), step($("[data-far]", holder).checked));
      for (const node of $$("[data-zoom]", holder)) node.onclick = () => zoom(node.dataset.zoom);
      $("[data-take]", holder).onclick = take;
      show();
      if (focus) map.focus();
    };
  }

  /* Voice, where the browser has its own ears. */
  const Ears = window.SpeechRecognition ?? window.webkitSpeechRecognition, speak = $("[data-voice]");
  if (Ears && speak) {
    speak.hidden = false;
    const area = document.getElementById(speak.dataset.voice), heard = $("[data-voice-said]");
    let ears = null;
    speak.onclick = () => {
      if (ears) { ears.stop(); return; }
      ears = new Ears();
      ears.lang = document.documentElement.lang === "en" ? "en-GB" : "ko-KR";
      ears.continuous = true;
      ears.onresult = event => {
        for (let i = event.resultIndex; i < event.results.length; i++)
          if (event.results[i].isFinal) area.value = `${area.value} ${event.results[i][0].transcript}`.trim();
        area.dispatchEvent(new Event("input", { bubbles: true }));
      };
      ears.onerror = () => { heard.textContent = say("deaf"); };
      ears.onend = () => { ears = null; if (heard.textContent === say("listening")) heard.textContent = ""; };
      heard.textContent = say("listening");
      ears.start();
    };
  }

  /* The brush: photos are shown, painted over, and only the painted ones are sent. */
  const LONGEST = 2000;
  const brush = $("[data-brush]");
  const inputs = $$("input[data-photos]");
  const looked = $("[data-looked]");
  let painted = []; /* {input, canvas, name, changed} */
  const draw = async input => {
    painted = painted.filter(one => one.input !== input);
    looked.value = "";
    for (const file of input.files) {
      let picture;
      try { picture = await createImageBitmap(file); } catch { painted.push({ input, file, canvas: null }); continue; }
      const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      const canvas = make("canvas", { tabindex: "0", role: "application", class: "brush" });
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      painted.push({ input, file, canvas, steps: [], changed: scale < 1 });
    }
    show();
  };
  const show = () => {
    brush.replaceChildren();
    if (!painted.length) return;
    const note = make("p", { role: "status" });
    brush.append(make("h3", {}, say("brushTitle")), make("p", { class: "hint", id: "brush-hint" }, say("brushHint")));
    painted.forEach((one, number) => {
      if (!one.canvas) { brush.append(make("p", {}, say("unreadable"))); return; }
      one.canvas.setAttribute("aria-label", say("brushCanvas", { n: number + 1 }));
      one.canvas.setAttribute("aria-describedby", "brush-hint");
      arm(one, note);
      brush.append(one.canvas, make("p", {}, button(say("undo"), () => undo(one, note))));
    });
    const done = button(say("looked"), () => { looked.value = "yes"; note.textContent = say("lookedDone"); }, "secondary");
    done.dataset.done = "";
    brush.append(make("p", {}, done), note);
  };
  const remember = one => {
    const { canvas } = one;
    one.steps.push(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height));
    if (one.steps.length > 5) one.steps.shift();
  };
  const undo = (one, note) => {
    const before = one.steps.pop();
    if (!before) return;
    one.canvas.getContext("2d").putImageData(before, 0, 0);
    note.textContent = say("undone");
  };
  const arm = (one, note) => {
    const { canvas } = one;
    if (canvas.dataset.armed) return;
    canvas.dataset.armed = "1";
    const pen = canvas.getContext("2d"), width = Math.max(canvas.width, canvas.height);
    pen.fillStyle = "#000";
    let down = false, size = Math.round(width / 12), x = canvas.width / 2, y = canvas.height / 2, frame = null;
    const spot = event => {
      const box = canvas.getBoundingClientRect();
      return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
    };
    const dab = (px, py) => { pen.beginPath(); pen.arc(px, py, width / 30, 0, 2 * Math.PI); pen.fill(); one.changed = true; };
    const lift = () => { if (frame) { pen.putImageData(frame, 0, 0); frame = null; } };
    canvas.addEventListener("pointerdown", event => { lift(); remember(one); down = true; canvas.setPointerCapture(event.pointerId); dab(...spot(event)); });
    canvas.addEventListener("pointermove", event => { if (down) dab(...spot(event)); });
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { down = false; });
    /* By keyboard a rectangle is moved; its outline is drawn on the picture and taken off before anything else. */
    const outline = () => {
      lift();
      frame = pen.getImageData(0, 0, canvas.width, canvas.height);
      pen.lineWidth = Math.max(3, width / 200);
      pen.strokeStyle = "#fff"; pen.strokeRect(x - size, y - size, 2 * size, 2 * size);
      pen.setLineDash([width / 60]); pen.strokeStyle = "#d50136"; pen.strokeRect(x - size, y - size, 2 * size, 2 * size); pen.setLineDash([]);
      note.textContent = say("brushAt", { x: Math.round(100 * x / canvas.width), y: Math.round(100 * y / canvas.height) });
    };
    one.lift = lift;
    canvas.addEventListener("blur", lift);
    canvas.addEventListener("keydown", event => {
      const step = width / (event.shiftKey ? 10 : 40);
      const way = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
      if (way) { x = Math.min(canvas.width, Math.max(0, x + way[0] * step)); y = Math.min(canvas.height, Math.max(0, y + way[1] * step)); outline(); }
      else if (event.key === "+" || event.key === "=") { size = Math.min(width / 2, size * 1.25); outline(); }
      else if (event.key === "-") { size = Math.max(width / 100, size / 1.25); outline(); }
      else if (event.key === "Enter" || event.key === " ") { lift(); remember(one); pen.fillRect(x - size, y - size, 2 * size, 2 * size); one.changed = true; note.textContent = say("painted"); }
      else if (event.key.toLowerCase() === "u" || event.code === "KeyU") { lift(); undo(one, note); }
      else return;
      event.preventDefault();
    });
  };
  /* The painted pictures in the place of the chosen files. */
  const settle = async () => {
    for (const input of inputs) {
      const mine = painted.filter(one => one.input === input);
      if (!mine.some(one => one.changed) || !window.DataTransfer) continue;
      const files = new DataTransfer();
      for (const one of mine) {
        one.lift?.();
        if (!one.canvas || !one.changed) { files.items.add(one.file); continue; }
        const blob = await new Promise(done => one.canvas.toBlob(done, "image/jpeg", .88));
        files.items.add(new File([blob], one.file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }));
      }
      input.files = files.files;
    }
  };
  const camera = $("[data-camera]");
  if (camera && !matchMedia("(pointer: coarse)").matches) camera.hidden = true;
  if (brush) for (const input of inputs) input.addEventListener("change", () => draw(input));

  /* Drafts on this phone: sent later under the same id, so that twice is once. */
  const OLD = 14 * 864e5;
  const store = work => new Promise((done, failed) => {
    if (!window.indexedDB) { failed(new Error("no store")); return; }
    const open = indexedDB.open("dure-reports", 1);
    open.onupgradeneeded = () => open.result.createObjectStore("drafts", { keyPath: "id" });
    open.onerror = () => failed(open.error);
    open.onsuccess = () => {
      const deal = open.result.transaction("drafts", "readwrite"), wish = work(deal.objectStore("drafts"));
      deal.oncomplete = () => { open.result.close(); done(wish?.result); };
      deal.onerror = deal.onabort = () => { open.result.close(); failed(deal.error); };
    };
  });
  const all = () => store(table => table.getAll()).catch(() => []);
  const put = draft => store(table => table.put(draft));
  const drop = id => store(table => table.delete(id)).catch(() => {});
  const line = async () => {
    if (!navigator.onLine) return null;
    const stop = new AbortController(), timer = setTimeout(() => stop.abort(), 8000);
    try {
      const answer = await fetch(form.dataset.ready, { signal: stop.signal, cache: "no-store" });
      return answer.ok ? (await answer.json()).csrf : null;
    } catch { return null; } finally { clearTimeout(timer); }
  };
  const pack = state => {
    const rows = [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && !(value instanceof File && !value.size));
    return { id: form.dataset.intake, at: Date.now(), state, rows, words: field("words").value.slice(0, 60) };
  };
  const send = async draft => {
    const csrf = await line();
    if (!csrf) return false;
    const data = new FormData();
    for (const [name, value] of draft.rows) if (name !== "final") data.append(name, value);
    data.append("final", "yes");
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json", "X-CSRFToken": csrf } });
    } catch { return false; }
    if (answer.status === 201) { const told = await answer.json(); await put({ ...draft, rows: [], state: "sent", receipt: told.receipt, url: told.url }); return true; }
    if (answer.status === 422) { const { errors } = await answer.json(); await put({ ...draft, state: "refused", why: Object.values(errors).flat().join(" ") }); return true; }
    return false;
  };
  let busy = false;
  const flush = async (states = ["kept"]) => {
    if (busy) return;
    busy = true;
    try { for (const draft of await all()) if (states.includes(draft.state)) await send(draft); } finally { busy = false; }
    await list();
  };
  const mend = async draft => {
    for (const [name, value] of draft.rows) {
      const input = form.elements[name];
      if (value instanceof File || !input || /^(id|began|kept)$/.test(name) || input instanceof RadioNodeList) continue;
      input.value = value;
    }
    const files = new DataTransfer();
    for (const [name, value] of draft.rows) if (name === "photos" && value instanceof File) files.items.add(value);
    if (files.items.length && inputs.length) { inputs[0].files = files.files; await draw(inputs[0]); looked.value = draft.rows.find(row => row[0] === "looked")?.[1] ?? ""; }
    await drop(draft.id);
    await list();
    field("words").focus();
  };
  const list = async () => {
    const box = $("#drafts");
    if (!box) return;
    const drafts = (await all()).filter(draft => Date.now() - draft.at < OLD || drop(draft.id) === null);
    box.hidden = !drafts.length;
    if (!drafts.length) { box.replaceChildren(); return; }
    const rows = drafts.map(draft => {
      const row = make("li", { "data-state": draft.state }, make("b", {}, draft.words || "…"), " · ");
      if (draft.state === "sent") {
        row.append(make("span", {}, say("sent", { receipt: draft.receipt })), " ", make("a", { href: draft.url }, say("openStatus")));
      } else {
        row.append(make("span", {}, draft.state === "refused" ? say("refused", { why: draft.why }) : draft.state === "trying" ? say("trying") : say("waiting")), " ");
        if (draft.state !== "refused") row.append(button(say("sendNow"), () => flush([draft.state])), " ");
        if (draft.state !== "kept") row.append(button(say("mend"), () => mend(draft)));
      }
      row.append(" ", button(say("throw"), async () => { await drop(draft.id); await list(); }, "text"));
      return row;
    });
    box.replaceChildren(make("section", { class: "box", "aria-labelledby": "drafts-h" }, make("h2", { id: "drafts-h" }, say("keptTitle")), make("div", { role: "status" }, make("ul", { class: "lines" }, ...rows))));
  };
  const newId = () => {
    /* RFC 9562 §5.7, as the server makes them. */
    const bytes = crypto.getRandomValues(new Uint8Array(16)), now = Date.now();
    for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now / 2 ** (8 * (5 - i))) & 255;
    bytes[6] = bytes[6] & 15 | 112; bytes[8] = bytes[8] & 63 | 128;
    const hex = [...bytes].map(b => b.toString(16).padStart(2, "0")).join("");
    return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
  };
  const notice = (text, kind) => {
    const node = make("div", { class: `notice notice-${kind}`, role: "alert", tabindex: "-1" }, make("div", {}, text));
    $("[data-said-here]", form)?.remove();
    node.dataset.saidHere = "";
    $(".actions", form).before(node);
    node.focus();
  };

  /* A page that came in answer to a draft: it has arrived, the copy may go. */
  /* The draft of the form that was sent in this tab goes once its report has arrived. */
  try {
    if (form) {
      sessionStorage.removeItem("dure-report-sent");
      form.addEventListener("submit", () => sessionStorage.setItem("dure-report-sent", form.dataset.intake));
    }
    const sent = sessionStorage.getItem("dure-report-sent");
    if (sent && $("[data-arrived]")) {
      drop(sent);
      sessionStorage.removeItem("dure-report-sent");
    }
  } catch { /* no storage in this browser: the draft can be thrown away by its button */ }

  if (form) {
    let passing = false;
    addEventListener("pageshow", event => { if (event.persisted) { passing = false; list(); } });
    form.addEventListener("submit", async event => {
      if (passing || event.defaultPrevented) return;
      event.preventDefault();
      if (painted.length && !looked.value) { notice(say("lookFirst"), "warn"); $("[data-done]", brush)?.focus(); return; }
      await settle();
      const csrf = await line();
      if (csrf) {
        try { await put(pack("trying")); } catch { /* sent all the same */ }
        $("[name=csrfmiddlewaretoken]", form).value = csrf;
        passing = true;
        form.submit();
        return;
      }
      try {
        await put(pack("kept"));
      } catch { notice(say("cannotKeep"), "bad"); return; }
      form.reset();
      painted = []; show(); looked.value = "";
      for (const name of ["words", "address", "lat", "lon", "contact", "accuracy_m"]) field(name).value = "";
      form.dataset.intake = newId();
      field("id").value = form.dataset.intake;
      field("words").dispatchEvent(new Event("input", { bubbles: true }));
      await list();
      notice(say("kept"), "ok");
    });
    /* Opened again from the cache it has an id that was sent already. */
    if ("cameBack" in form.dataset) drop(form.dataset.intake);
    if (!form.querySelector("[aria-invalid=true]") && !$("[data-focus]")) { form.dataset.intake = newId(); field("id").value = form.dataset.intake; }
    addEventListener("online", () => flush());
    list().then(() => flush());
    const install = () => { navigator.serviceWorker?.register(form.dataset.worker).catch(() => {}); };
    form.addEventListener("input", install, { once: true });
  }
})();
