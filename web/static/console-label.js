/* One key labels and the next card comes without a new page. Without this script the buttons of the form do the same. */
"use strict";
(() => {
  const OFF = "console-keys-off";
  const live = document.createElement("p");
  live.className = "unseen";
  live.setAttribute("role", "status");
  document.body.append(live);
  let busy = false;
  let two = null; // null, or the values chosen so far of two categories

  const main = () => document.getElementById("main");
  const unveilKey = () => document.getElementById("answer")?.dataset.unveil;
  const byKey = (key) => main().querySelector(`[data-key="${CSS.escape(key)}"]`);
  const tell = (text) => { live.textContent = ""; setTimeout(() => { live.textContent = text; }, 30); };
  const keysOff = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };

  function covered() {
    const veil = main().querySelector(".card > .veil");
    return veil !== null && !veil.open;
  }

  function settle() {
    two = null;
    const box = document.getElementById("keys-off");
    if (box) box.checked = keysOff();
    const title = document.getElementById("card-title");
    if (title) title.focus({ preventScroll: true });
  }

  function show(page) {
    main().replaceChildren(...page.getElementById("main").childNodes);
    scrollTo(0, 0);
    settle();
    const told = main().querySelector(".told");
    const former = document.getElementById("former");
    tell([told ? told.textContent.trim() : "", former ? `ひとつ前: ${former.textContent}` : "",
      (document.getElementById("card-title") || main()).textContent.trim().slice(0, 60)].filter(Boolean).join("。 "));
  }

  async function send(form, button) {
    if (busy) return;
    busy = true;
    main().setAttribute("aria-busy", "true");
    try {
      const body = new URLSearchParams(new FormData(form, button));
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin", headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!page.getElementById("main")) throw new Error("not a page");
      if (answer.redirected && !page.getElementById("card-title")) { location.assign(answer.url); return; }
      if (answer.redirected) history.replaceState(null, "", answer.url);
      show(page);
    } catch {
      tell("送れませんでした。通信を確かめて、もう一度押してください。");
      warn();
    } finally {
      busy = false;
      main().removeAttribute("aria-busy");
    }
  }

  function warn() {
    let note = document.getElementById("not-sent");
    if (!note) {
      note = document.createElement("p");
      note.id = "not-sent";
      note.className = "notice";
      main().prepend(note);
    }
    note.textContent = "送れませんでした。通信を確かめて、もう一度押してください。この文は、まだ変わっていません。";
  }

  function second(button) {
    if (button.dataset.section !== button.value || button.closest(".other")) return;
    if (two.length === 0) {
      two = [button.value];
      button.classList.add("chosen-first");
      document.getElementById("label").value = button.value;
      tell("一つめを選びました。二つめの分類のキーを押してください。やめるときは Esc です。");
    } else if (two[0] !== button.value) {
      document.getElementById("also").value = button.value;
      send(document.getElementById("answer"), document.querySelector('.two button[value="two"]'));
    }
  }

  function cancelTwo() {
    two = null;
    for (const each of main().querySelectorAll(".chosen-first")) each.classList.remove("chosen-first");
    main().querySelector(".two").open = false;
    tell("二つの分類を選ぶのを、やめました。");
  }

  function unveil() {
    const veils = [...main().querySelectorAll(".veil")];
    const open = veils.some((veil) => !veil.open);
    for (const veil of veils) veil.open = open;
    const text = main().querySelector(".card > .veil bdi");
    if (open && text) tell(text.textContent);
  }

  const typing = (target) => target.isContentEditable || target.matches?.("textarea, select, input:not([type=checkbox], [type=radio])");

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat || busy) return;
    if (typing(event.target) || keysOff()) return;
    if (event.key === "Escape" && two) { cancelTwo(); return; }
    const key = event.key.normalize("NFKC").toLowerCase();
    if (key.length !== 1) return;
    if (key === unveilKey()) { event.preventDefault(); unveil(); return; }
    const at = byKey(key);
    if (!at) return;
    event.preventDefault();
    if (at.matches("summary")) {
      at.parentElement.open = !at.parentElement.open;
      if (at.parentElement.matches(".two")) {
        if (!at.parentElement.open) { cancelTwo(); return; }
        two = [];
        tell("一つめの分類のキーを押してください。");
      }
      return;
    }
    if (at.matches("input")) { at.click(); tell(at.checked ? "にている文も、いっしょにします。" : "この文だけにします。"); return; }
    if (two && at.dataset.section) { second(at); return; }
    if (covered() && at.name === "said" && !["skip", "cannot-judge"].includes(at.value)) {
      tell(`文がかくれています。${unveilKey().toUpperCase()} で見てから、選んでください。`);
      main().querySelector(".veil > summary").focus();
      return;
    }
    send(at.form, at);
  });

  addEventListener("submit", (event) => {
    if (!event.target.matches("#answer, .undo")) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });

  addEventListener("change", (event) => {
    if (event.target.id !== "keys-off") return;
    try { localStorage.setItem(OFF, event.target.checked ? "1" : ""); } catch { /* the choice then lasts for this card */ }
  });

  addEventListener("focusin", (event) => {
    const section = event.target.dataset?.section;
    const found = section && main().querySelector(`[data-for="${CSS.escape(section)}"]`);
    if (found) found.open = true;
  });

  settle();
})();
