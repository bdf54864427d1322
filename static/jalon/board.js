// The board in place: cards by mouse, by touch and by keys, dialogs, and what others do meanwhile.
// Without this file every card has the same moves as buttons and links, and each leads to a whole page.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const dialog = byId("dialog");
  const live = () => byId("live");
  if (!dialog || !live() || !window.htmx) return;

  // What is said aloud ---------------------------------------------------------------------------------------------
  const words = byId("said").dataset;
  const say = (text) => {
    byId("said").textContent = "";
    if (text) setTimeout(() => { byId("said").textContent = text; }, 50); // an empty region first, so that it is read
  };
  const fill = (text, values) => text.replace(/{(\w+)}/g, (_all, name) => values[name] ?? "");
  const nameOf = (card) => card.querySelector(".card-name").textContent.trim();
  const labelOf = (state) => document.querySelector(`.drop[data-to="${state}"]`)?.dataset.label ?? "";
  const standing = () => new Map([...document.querySelectorAll("#live .card")].map(
    (card) => [card.id, { name: nameOf(card), state: card.dataset.state }]));
  const differences = (before, after) => {
    const said = [];
    for (const [id, now] of after) {
      if (before.get(id)?.state === now.state) continue;
      subject = subject || id;
      said.push(fill(words.moved, { name: now.name, state: labelOf(now.state) }));
    }
    for (const [id, was] of before) if (!after.has(id)) said.push(fill(words.gone, { name: was.name }));
    return said.length > 3 ? words.many : said.join(" ");
  };

  // Requests: the board's address goes with each; a round is dropped when something was done meanwhile ---------------
  let held = null; // the card that the keys carry: { card, at, places }
  let dragged = false;
  let acts = 0;
  let actsAtRound = 0;
  let before = new Map();
  let asked = null; // the column that is to show more: { state, shown, address }
  const cardsOf = (state) => document.querySelectorAll(`#live .drop[data-to="${state}"] .card`);
  let subject = ""; // the card that an action is about: where the focus goes when its place is gone
  const isRound = ({ detail }) => (detail.requestConfig?.elt ?? detail.elt)?.id === "poll"; // a swap’s own is its target
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "post") return;
    event.detail.parameters.from = "board";
    event.detail.parameters.back = live().dataset.back;
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const state = event.detail.elt.dataset?.more;
    if (state) asked = { state, shown: cardsOf(state).length, address: event.detail.elt.href.replace(/#.*/, "") };
    if (!isRound(event)) acts += 1;
    else if (held || dragged || document.hidden) event.preventDefault();
    else actsAtRound = acts;
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const answer = event.detail;
    if (/^\s*<!doctype/i.test(answer.xhr.responseText)) { // a whole page: signed out, or gone
      answer.shouldSwap = false;
      location.reload();
    } else if (isRound(event) && (acts !== actsAtRound || held || dragged)) {
      answer.shouldSwap = false;
    } else if (answer.target?.id === "live") {
      before = standing();
      if (isRound(event)) subject = document.activeElement?.closest(".card")?.id ?? "none";
      else dialog.close();
    }
  });
  const failed = () => { asked = null; say(words.offline); restore(); };
  document.addEventListener("htmx:sendError", (event) => { if (!isRound(event)) failed(); });
  document.addEventListener("htmx:responseError", (event) => { if (!isRound(event)) failed(); });

  // After a swap: who moved, and where the focus goes on ------------------------------------------------------------
  document.addEventListener("htmx:afterSettle", (event) => {
    const target = event.detail.target?.id;
    if (target === "dialog") {
      if (!dialog.open) dialog.showModal();
      return;
    }
    if (target !== "live") return;
    origin = null;
    arrange();
    count();
    if (asked) {
      const cards = cardsOf(asked.state);
      cards[asked.shown]?.querySelector(".card-name a").focus();
      say(fill(words.more, { n: cards.length - asked.shown, state: labelOf(asked.state) }));
      history.replaceState(history.state, "", asked.address); // the way back from a card leads to the same length
      before = standing();
      asked = null;
      return;
    }
    const text = differences(before, standing());
    if (text) say(text);
    before = standing();
    const card = byId(subject);
    const stopped = card?.querySelector(".guard[role=alert] a");
    const lost = !document.activeElement || document.activeElement === document.body;
    if (stopped) stopped.focus();
    else if (lost && !dialog.open && subject !== "none") (card?.querySelector(".card-name a") ?? byId("undo"))?.focus();
    subject = "";
  });
  document.addEventListener("letter", (event) => open(event.detail.href));
  document.addEventListener("said", (event) => { say(event.detail.words); });

  // Dialogs ------------------------------------------------------------------------------------------------------------
  let opener = ""; // the card to which the focus goes back
  const open = (address, card) => {
    opener = card?.id ?? opener;
    return htmx.ajax("GET", address, { source: dialog, target: "#dialog", swap: "innerHTML" });
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[hx-get]");
    if (link) opener = link.closest(".card")?.id ?? "";
    if (event.target.closest("[data-close]")) dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.replaceChildren();
    if (opener) byId(opener)?.querySelector(".card-name a")?.focus();
  });

  // Moves --------------------------------------------------------------------------------------------------------------
  let origin = null; // where a dragged card stood
  const restore = () => {
    if (origin?.card.isConnected) origin.list.insertBefore(origin.card, origin.next);
    origin = null;
  };
  const drop = (card, to) => {
    const action = { rejected: "reject", withdrawn: "withdraw" }[to];
    subject = opener = card.id;
    if (action) {
      restore();
      open(`${card.dataset.page}dialog/${action}/`, card);
    } else if (to === card.dataset.state) {
      restore();
    } else {
      const values = { to, seen: card.dataset.state };
      htmx.ajax("POST", `${card.dataset.page}move/`, { source: card, target: "#live", swap: "outerHTML", values });
    }
  };

  // By mouse and touch
  const arrange = () => {
    if (live().dataset.mayAct !== "yes") return;
    for (const place of document.querySelectorAll("#live .drop")) {
      Sortable.create(place, {
        group: "board", sort: false, draggable: ".card", filter: "button:not(.card-grab), input, .guard", preventOnFilter: false,
        delay: 250, delayOnTouchOnly: true, animation: 0, ghostClass: "card-ghost",
        onStart: ({ item }) => {
          dragged = true;
          origin = { card: item, list: item.parentElement, next: item.nextElementSibling };
          live().dataset.moving = "";
        },
        onEnd: ({ item, to }) => {
          dragged = false;
          delete live().dataset.moving;
          drop(item, to.dataset.to);
        },
      });
    }
  };

  // By keys: pick up, choose a step with the arrows, put down
  const aim = (at) => {
    held.places[held.at].removeAttribute("data-aim");
    held.at = Math.max(0, Math.min(held.places.length - 1, at));
    const place = held.places[held.at];
    place.setAttribute("data-aim", "");
    place.scrollIntoView({ block: "nearest" });
    say(place.dataset.label);
  };
  const letGo = () => {
    held.places[held.at].removeAttribute("data-aim");
    held.card.removeAttribute("data-selected");
    held.grip.setAttribute("aria-pressed", "false");
    const was = held;
    held = null;
    return was;
  };
  const pickUp = (grip) => {
    const places = [...document.querySelectorAll("#live .drop")];
    const card = grip.closest(".card");
    held = { grip, card, places, at: places.indexOf(card.parentElement) };
    card.setAttribute("data-selected", "");
    grip.setAttribute("aria-pressed", "true");
    places[held.at].setAttribute("data-aim", "");
    say(fill(words.held, { name: nameOf(card) }));
  };
  document.addEventListener("click", (event) => {
    const grip = event.target.closest(".card-grab");
    if (!grip) return;
    if (held?.grip !== grip) pickUp(grip);
    else {
      const { card, places, at } = letGo();
      drop(card, places[at].dataset.to);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (!held) return;
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      aim(held.at + step);
    } else if (event.key === "Escape") {
      const { card } = letGo();
      say(fill(words.back, { name: nameOf(card) }));
    }
  });
  document.addEventListener("focusout", (event) => {
    if (held && event.target === held.grip && event.relatedTarget) letGo();
  });

  // The time that is left to change one's mind --------------------------------------------------------------------------
  const count = () => {
    const left = document.querySelector("#toast time");
    if (!left) return;
    const seconds = (new Date(left.dateTime) - Date.now()) / 1000;
    if (seconds <= 0) {
      byId("mark").value = ""; // asked for anew: the mail leaves just now, and nothing can be taken back
      return;
    }
    const text = left.dataset.words.replace("%(minutes)d", Math.ceil(seconds / 60));
    if (left.textContent !== text) left.textContent = text;
  };
  setInterval(count, 1000);
  arrange();
})();
