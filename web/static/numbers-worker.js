// Answers for the page of numbers when there is no connection. It keeps nothing by itself: what it may show was put
// into the cache by the person's tap (numbers.js).
"use strict";
self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });
self.addEventListener("fetch", function (event) {
  if (event.request.method !== "GET") { return; }
  event.respondWith(fetch(event.request).catch(function () {
    return caches.match(event.request, { ignoreSearch: true }).then(function (found) { return found || Response.error(); });
  }));
});
