// Choosing rows of a table: all at once, and how many. Without this file each row is ticked by itself.
(() => {
  "use strict";
  const form = document.querySelector("[data-choose]");
  if (!form) return;
  const all = form.querySelector(".pick-all");
  const rows = [...form.querySelectorAll("[name=row]")];
  const count = form.querySelector(".pick-count");
  const tell = () => {
    const chosen = rows.filter((row) => row.checked).length;
    all.checked = chosen === rows.length;
    all.indeterminate = chosen > 0 && chosen < rows.length;
    count.textContent = count.dataset.words.replace("{n}", chosen);
  };
  all.addEventListener("change", () => {
    for (const row of rows) row.checked = all.checked;
    tell();
  });
  form.addEventListener("change", tell);
  tell();
})();
