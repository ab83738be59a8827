/* What a page can do besides: nothing here is needed, everything works without it. Words come from <template id="words">. */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const word = name => $("#words")?.dataset[name] ?? "";
  const make = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };
  const say = (text, kind = "info") => {
    const old = $("#messages [data-said]");
    old?.remove();
    if (text) $("#messages")?.append(make("div", { class: `notice notice-${kind}`, "data-said": "" }, make("div", {}, text)));
  };
  const typing = node => node.closest("input:not([type=checkbox],[type=radio],[type=button],[type=submit]),textarea,select,[contenteditable]");

  /* A closed page of the browser is no loss: forms with data-keep are kept on this device until they are sent. */
  const storage = (() => { try { return window.localStorage; } catch { return null; } })();
  const DAYS = 14 * 864e5;
  const keyOf = form => `dure:${form.dataset.keep}:${document.body.dataset.who ?? ""}:${location.pathname}`;
  const kept = form => $$("input,textarea,select", form).filter(i => i.name && i.name !== "csrfmiddlewaretoken" && !/^(hidden|file|password|submit|button)$/.test(i.type));
  const read = form => kept(form).map(i => [i.name, i.value, i.type === "checkbox" || i.type === "radio" ? i.checked : i.multiple ? [...i.selectedOptions].map(o => o.value) : null]);
  const fill = (form, rows) => {
    for (const input of kept(form)) {
      const row = rows.find(r => r[0] === input.name && (typeof r[2] !== "boolean" || r[1] === input.value));
      if (!row) continue;
      if (typeof row[2] === "boolean") input.checked = row[2];
      else if (row[2]) for (const option of input.options) option.selected = row[2].includes(option.value);
      else input.value = row[1];
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  const keep = form => {
    const key = keyOf(form), first = JSON.stringify(read(form));
    let timer;
    const save = () => {
      try {
        const now = JSON.stringify(read(form));
        if (now === first) storage.removeItem(key);
        else storage.setItem(key, JSON.stringify({ at: Date.now(), rows: read(form) }));
        const note = $("[data-saved]", form);
        if (note) note.textContent = now === first ? "" : word("saved");
      } catch { /* full or forbidden: the page still works */ }
    };
    let old = null;
    try { old = JSON.parse(storage.getItem(key)); } catch { storage.removeItem(key); }
    if (old && Date.now() - old.at > DAYS) storage.removeItem(key);
    else if (old && JSON.stringify(old.rows) !== first && !$("[aria-invalid=true]", form)) {
      fill(form, old.rows);
      const undo = make("button", { type: "button", class: "btn btn-text" }, word("discard"));
      const note = make("div", { class: "notice notice-plain", role: "status" }, make("div", {}, word("restored") + " ", undo));
      undo.onclick = () => { storage.removeItem(key); fill(form, JSON.parse(first)); note.remove(); };
      (form.classList.contains("askbox") ? form : form.firstElementChild ?? form).before(note);
    }
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 400); });
    addEventListener("pagehide", () => { if (timer) save(); });
    /* Sent is not yet arrived: only the next page, when it is not this form again, lets the copy go. */
    form.addEventListener("submit", () => { save(); timer = 0; try { sessionStorage.setItem("dure:sent", key); } catch { /* as above */ } });
  };
  const arrived = () => {
    try {
      const key = sessionStorage.getItem("dure:sent");
      if (!key) return;
      sessionStorage.removeItem("dure:sent");
      if (!document.querySelector("[aria-invalid=true],[data-focus],[data-not-done]")) storage.removeItem(key);
    } catch { /* nothing kept */ }
  };

  document.addEventListener("submit", event => {
    if (!event.target.matches("[data-forget]") || !storage) return;
    for (const key of Object.keys(storage)) if (key.startsWith("dure:")) storage.removeItem(key);
  });

  /* Counters, copying, confirming. */
  const count = area => { const out = document.getElementById(area.dataset.count); if (out) out.textContent = `${[...area.value].length} / ${area.maxLength > 0 ? area.maxLength : ""}`; };
  document.addEventListener("input", event => { if (event.target.dataset?.count) count(event.target); });
  document.addEventListener("click", async event => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    try { await navigator.clipboard.writeText(button.dataset.copy); } catch { button.previousElementSibling?.select?.(); return; }
    say(word("copied"), "ok");
  });
  const ask = (title, body, buttons) => {
    const dialog = make("dialog", { "aria-labelledby": "asked" }, make("h2", { id: "asked" }, title), ...body, make("div", { class: "row" }, ...buttons));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    return dialog;
  };
  document.addEventListener("submit", event => {
    const form = event.target, text = (event.submitter?.dataset.confirm ?? form.dataset.confirm);
    if (!text || form.dataset.confirmed || !window.HTMLDialogElement) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const no = make("button", { type: "button", class: "btn btn-tertiary" }, word("cancel"));
    const yes = make("button", { type: "button", class: "btn" }, word("ok"));
    const dialog = ask(text, [], [no, yes]);
    no.onclick = () => dialog.close();
    yes.onclick = () => { dialog.close(); form.dataset.confirmed = "1"; form.requestSubmit(event.submitter ?? undefined); delete form.dataset.confirmed; };
  }, true);

  /* Lists by keyboard: [data-keys] holds [data-row]s; a row's [data-key=x] is pressed by x; Enter opens the row's first link. */
  const rows = () => $$("[data-keys] [data-row]");
  const selected = () => $("[data-row].sel");
  const select = row => {
    selected()?.classList.remove("sel");
    row.classList.add("sel");
    row.scrollIntoView({ block: "nearest" });
    const link = $("a,button", row);
    link?.focus({ preventScroll: true });
    row.dispatchEvent(new CustomEvent("dure:select", { bubbles: true }));
  };
  const help = () => {
    const keys = [["J", word("down")], ["K", word("up")], ["Enter", word("open")]];
    for (const node of $$("[data-key]")) if (!keys.some(k => k[0] === node.dataset.key.toUpperCase())) keys.push([node.dataset.key.toUpperCase(), node.dataset.keyName || node.textContent.trim()]);
    keys.push(["?", word("help")]);
    const close = make("button", { type: "button", class: "btn" }, word("close"));
    const dialog = ask(word("keys"), [make("dl", {}, ...keys.flatMap(([k, t]) => [make("dt", {}, make("kbd", {}, k)), make("dd", {}, t)]))], [close]);
    close.onclick = () => dialog.close();
  };
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target) || $("dialog[open]") || !$("[data-keys]")) return;
    const all = rows(), at = all.indexOf(selected());
    /* With a Korean keyboard on, J arrives as ㅓ: the place of the key counts then, not its letter. */
    const key = event.key.length === 1 && /[^\x00-\x7f]/.test(event.key) ? event.code.replace("Key", "").toLowerCase() : event.key.toLowerCase();
    if (key === "j" && all.length) select(all[Math.min(at + 1, all.length - 1)]);
    else if (key === "k" && all.length) select(all[Math.max(at - 1, 0)]);
    else if (key === "?") help();
    else if (/^[a-z0-9/]$/.test(key)) {
      const target = $(`[data-key="${key}"]`, selected() ?? document) ?? $$(`[data-key="${key}"]`).find(n => !n.closest("[data-row]"));
      if (!target) return;
      if (target.matches("input,textarea,select")) target.focus(); else target.click();
    } else return;
    event.preventDefault();
  });

  /* Live: one stream per page; when something happened, parts with hx-trigger="dure:live from:body" fetch themselves anew. */
  const live = () => {
    const url = document.body.dataset.live ?? $("[data-live]")?.dataset.live;
    if (!url) return;
    const happened = detail => document.body.dispatchEvent(new CustomEvent("dure:live", { bubbles: true, detail }));
    const every = 1000 * ($("[data-live-every]")?.dataset.liveEvery ?? 30);
    const poll = () => setInterval(() => { if (!document.hidden) happened({}); }, every);
    if (!window.EventSource) { poll(); return; }
    let last = "", wait = 1000, everOpen = false, refused = 0, timer, source;
    const open = () => {
      source = new EventSource(last ? url + (url.includes("?") ? "&" : "?") + "last-event-id=" + encodeURIComponent(last) : url, { withCredentials: true });
      const hear = event => { last = event.lastEventId || last; clearTimeout(timer); timer = setTimeout(() => happened({ id: last, data: event.data }), 150); };
      source.onmessage = hear;
      source.addEventListener("dure", hear);
      source.onopen = () => { wait = 1000; everOpen = true; $("#messages [data-said]")?.remove(); };
      source.onerror = () => {
        /* No stream is served here at all: look from time to time instead. */
        if (!everOpen && source.readyState === 2 && ++refused > 2) { poll(); return; }
        if (everOpen && wait > 4000) say(word("offline"), "warn");
        if (source.readyState !== 2) { wait = Math.min(wait * 2, 60000); return; }
        setTimeout(open, wait + Math.random() * 1000);
        wait = Math.min(wait * 2, 60000);
      };
    };
    open();
    addEventListener("pagehide", () => source?.close());
    addEventListener("pageshow", event => { if (event.persisted) { open(); happened({}); } });
  };

  /* htmx: the CSRF token goes along; a lost line says so and loses nothing. */
  const token = () => $("[name=csrfmiddlewaretoken]")?.value;
  document.addEventListener("htmx:config:request", event => {
    const request = event.detail.ctx?.request;
    if (request && !/^(GET|HEAD|QUERY)$/i.test(request.method) && token()) request.headers["X-CSRFToken"] = token();
  });
  document.addEventListener("htmx:error", () => say(word("failed"), "bad"));

  const begin = root => {
    for (const form of $$("form[data-keep]", root)) if (storage && !form.dataset.kept) { form.dataset.kept = "1"; keep(form); }
    for (const area of $$("[data-count]", root)) count(area);
    for (const button of $$("[data-copy][hidden]", root)) button.hidden = false;
    for (const region of $$(".table[tabindex]", root)) if (region.scrollWidth <= region.clientWidth) region.removeAttribute("tabindex");
    $("[data-focus]", root)?.focus();
  };
  arrived();
  begin(document);
  document.addEventListener("htmx:after:swap", event => begin(event.target instanceof Element ? event.target : document));
  live();
})();
