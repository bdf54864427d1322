// Sorting with two keys. Without this file the same is done by Tab, arrows and Enter.
// Keys count only while the focus is in the list, so that they never take a key from anything else.
(() => {
  "use strict";
  const list = document.querySelector("[data-triage]");
  if (!list) return;
  const mails = [...list.querySelectorAll("[data-mail]")];
  const typing = (target) => target.matches("input:not([type=radio]):not([type=checkbox]), select, textarea");
  const focus = (mail) => {
    const place = mail && (mail.querySelector("input[type=radio]:checked") || mail.querySelector("button, a"));
    if (!place) return;
    const text = mail.querySelector("[data-text]");
    if (text) text.open = true;
    place.focus();
    mail.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key.toLowerCase();
    const at = mails.indexOf(event.target.closest("[data-mail]"));
    const undo = document.querySelector(".undo-sorted [data-key=u]");
    if (key === "u" && undo && (at >= 0 || undo === event.target)) {
      event.preventDefault();
      undo.click();
      return;
    }
    if (at < 0) return;
    if (key === "j" || key === "k") {
      event.preventDefault();
      focus(mails[at + (key === "j" ? 1 : -1)]);
    } else if (/^[1-9x]$/.test(key)) {
      const found = mails[at].querySelector(`[data-key="${key}"]`);
      if (!found) return;
      event.preventDefault();
      if (key === "x") found.click();
      else {
        found.checked = true;
        found.focus();
      }
    }
  });
})();
