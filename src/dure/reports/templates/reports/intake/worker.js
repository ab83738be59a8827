{% autoescape off %}"use strict";
const NAME = {{ name }}, FORM = {{ form }}, ASSETS = {{ assets }};
self.addEventListener("install", event => event.waitUntil((async () => {
  const cache = await caches.open(NAME);
  await cache.addAll(ASSETS);
  await cache.add(new Request(FORM, { credentials: "omit", cache: "reload", headers: { "Accept-Language": self.navigator.language } }));
  await self.skipWaiting();
})()));
self.addEventListener("activate", event => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("dure-reports-") && name !== NAME) await caches.delete(name);
  await self.clients.claim();
})()));
self.addEventListener("fetch", event => {
  const request = event.request, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === FORM) event.respondWith(fetch(request).catch(() => caches.match(FORM, { ignoreVary: true })));
  else if (ASSETS.includes(url.pathname)) event.respondWith(fetch(request).catch(() => caches.match(url.pathname, { ignoreVary: true })));
});
{% endautoescape %}
