// Names of the team while a note is written: after an “@” a small list, by keyboard or mouse. Without this file the
// same name is typed by hand.
(() => {
  "use strict";
  const field = document.querySelector("textarea[data-mention]");
  const list = field && document.getElementById(field.dataset.mention);
  if (!list) return;
  const status = document.getElementById(`${list.id}-count`);
  const people = [...list.querySelectorAll("[role=option]")];
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  let shown = [], at = -1, from = -1;

  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);

  const close = () => {
    list.hidden = true;
    shown = [];
    at = from = -1;
    field.removeAttribute("aria-activedescendant");
    status.textContent = "";
  };
  const mark = (next) => {
    at = (next + shown.length) % shown.length;
    for (const one of people) one.setAttribute("aria-selected", one === shown[at]);
    field.setAttribute("aria-activedescendant", shown[at].id);
    shown[at].scrollIntoView({ block: "nearest" });
  };
  const take = (one) => {
    const end = field.selectionStart;
    field.setRangeText(`@${one.dataset.name} `, from, end, "end");
    close();
    field.focus();
  };
  field.addEventListener("input", () => {
    const before = field.value.slice(0, field.selectionStart);
    const asked = /(?:^|[^\p{L}\p{N}@.])@([\p{L}\p{N}'’ -]{0,30})$/u.exec(before);
    if (!asked) return close();
    const word = plain(asked[1]);
    shown = people.filter((one) => plain(one.dataset.name).split(/[\s-]+/).some((part, n, all) =>
      all.slice(n).join(" ").startsWith(word)) && plain(one.dataset.name) !== word.trim());
    for (const one of people) one.hidden = !shown.includes(one);
    if (!shown.length) return close();
    from = before.length - asked[1].length - 1;
    list.hidden = false;
    status.textContent = status.dataset.words.replace("{n}", shown.length);
    mark(0);
  });
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") mark(at + 1);
    else if (event.key === "ArrowUp") mark(at - 1);
    else if (event.key === "Enter" || event.key === "Tab") take(shown[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  field.addEventListener("blur", () => close());
  list.addEventListener("mousedown", (event) => {
    const one = event.target.closest("[role=option]");
    event.preventDefault(); // the field keeps the focus
    if (one) take(one);
  });
})();
