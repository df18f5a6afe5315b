// Makes the guide flow as one page. Everything works without this file; nothing is kept in the browser, no address
// changes and no history entry is added.
(function () {
  "use strict";
  var told = document.getElementById("told");
  var shifts = [];
  var away = "/exit";
  var home = "/";

  function say(text) {
    told.textContent = "";
    setTimeout(function () { told.textContent = text; }, 50);
  }

  // Leaving: blank at once, then our own address, which clears what the browser holds and goes to a neutral site.
  function leave() {
    var exit = document.getElementById("exit");
    if (exit) { away = exit.href; home = document.querySelector(".home").href; }
    document.documentElement.className = "gone";
    document.getElementById("page").textContent = "";
    told.textContent = "";
    location.assign(away);
  }

  function help() {
    var said = document.querySelector("main .urgent:not(.folded) .say");
    return said ? said.textContent : "";
  }

  // Help in danger comes first. Help of the lower levels that stood here before an answer was pressed is passed over,
  // or the new question would be below the screen and the page would seem not to have moved.
  function shown(html, status) {
    var next = new DOMParser().parseFromString(html, "text/html");
    var page = next.getElementById("page");
    if (!page) { return false; }
    var before = help();
    document.getElementById("page").replaceWith(page);
    ["lang", "data-theme", "data-size"].forEach(function (name) {
      document.documentElement.setAttribute(name, next.documentElement.getAttribute(name) || "");
    });
    ready();
    window.scrollTo(0, 0);
    var known = status === "" && before !== "" && help() === before;
    var urgent = known ? "main .urgent.level3, main .urgent.level4" : "main .urgent:not(.folded)";
    var first = page.querySelector(urgent + ", main .notice, main .answer, main h1") || page.querySelector("main");
    if (status === "look") { focus(page.querySelector("#look")); return true; }
    focus(first);
    if (known) { first.scrollIntoView(); }
    return true;
  }

  function focus(element) {
    if (!element.hasAttribute("tabindex")) { element.setAttribute("tabindex", "-1"); }
    element.focus({ preventScroll: element.id !== "look" });
  }

  function ask(form, button) {
    var body = new URLSearchParams(new FormData(form));
    if (button && button.name) { body.append(button.name, button.value); }
    var page = document.getElementById("page");
    // Not form.action: where a button is named "action", that is the button.
    var where = button && button.hasAttribute("formaction") ? button.formAction : form.getAttribute("action");
    page.setAttribute("aria-busy", "true");
    say(told.dataset.waiting);
    fetch(where, { method: "POST", body: body, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" })
      .then(function (answer) { return answer.text(); })
      .then(function (html) {
        told.textContent = "";
        if (!shown(html, button && button.name === "look" ? "look" : form.className === "typing" ? "said" : "")) { throw new Error(); }
      })
      .catch(function () {
        page.removeAttribute("aria-busy");
        say(told.dataset.cut);
      });
  }

  function ready() {
    document.querySelectorAll("[data-copy],[data-print]").forEach(function (button) {
      button.hidden = button.hasAttribute("data-copy") && !navigator.clipboard;
    });
  }

  document.addEventListener("submit", function (event) {
    if (event.defaultPrevented || event.target.method !== "post" || !window.fetch || !window.URLSearchParams) { return; }
    event.preventDefault();
    if (document.getElementById("page").getAttribute("aria-busy") !== "true") { ask(event.target, event.submitter); }
  });

  document.addEventListener("click", function (event) {
    var target = event.target.closest ? event.target.closest("a,button") : null;
    if (!target) { return; }
    if (target.id === "exit" && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      leave();
    } else if (target.hasAttribute("data-print")) {
      window.print();
    } else if (target.hasAttribute("data-copy")) {
      navigator.clipboard.writeText(target.getAttribute("data-copy")).then(function () { say(told.dataset.copied); });
    }
  });

  // Shift three times within five seconds. Not Esc: it stops the very page that is being opened.
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Shift") { shifts = []; return; }
    if (event.repeat) { return; }
    var now = Date.now();
    shifts = shifts.filter(function (time) { return now - time < 5000; }).concat(now);
    if (shifts.length >= 3) { leave(); } else if (shifts.length === 2) { say(told.dataset.shift + " 1"); }
  });

  // A page brought back whole by the browser after leaving shows the start instead.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted && document.documentElement.className === "gone") { location.replace(home); }
  });
  ready();
})();
