// Keeps the page of numbers on this phone, only when asked, and erases it with one tap.
(function () {
  "use strict";
  var keep = document.getElementById("keep");
  if (!keep || !("serviceWorker" in navigator) || !window.caches) { return; }
  var save = keep.querySelector("[data-save]");
  var erase = keep.querySelector("[data-erase]");
  var result = keep.querySelector("[data-result]");
  var name = "numbers";

  function show(kept, text) {
    save.hidden = kept;
    erase.hidden = !kept;
    if (text) { result.textContent = text; (kept ? erase : save).focus(); }
  }

  keep.querySelector("[data-no-script]").hidden = true;
  navigator.serviceWorker.getRegistration("/numbers").then(function (found) { show(Boolean(found)); });

  save.addEventListener("click", function () {
    var parts = [location.pathname];
    document.querySelectorAll("link[rel=stylesheet],link[rel=icon],script[src]").forEach(function (element) {
      parts.push(element.getAttribute("href") || element.getAttribute("src"));
    });
    caches.open(name)
      .then(function (cache) { return cache.addAll(parts); })
      .then(function () { return navigator.serviceWorker.register(keep.dataset.worker, { scope: "/numbers" }); })
      .then(function () { show(true, keep.dataset.saved); })
      .catch(function () { keep.querySelector("[data-no-script]").hidden = false; caches.delete(name); });
  });

  erase.addEventListener("click", function () {
    navigator.serviceWorker.getRegistration("/numbers")
      .then(function (found) { return found && found.unregister(); })
      .then(function () { return caches.delete(name); })
      .then(function () { show(false, keep.dataset.erased); });
  });
})();
