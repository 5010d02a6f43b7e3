// Keyboard shortcuts, named in the footer; a reader can turn them off there.
// `data-articles` marks a list whose headings j and k walk through.
"use strict";

function headings() {
  return [...document.querySelectorAll("[data-articles] > li > h2 a")];
}

function step(by) {
  const all = headings();
  const here = all.findIndex((link) => link.closest("li").contains(document.activeElement));
  const next = here < 0 ? (by > 0 ? 0 : -1) : here + by;
  if (all[next]) {
    all[next].focus();
    all[next].scrollIntoView({ block: "center" });
  }
}

function help() {
  const details = document.querySelector("footer.site details");
  details.open = !details.open;
  if (details.open) details.querySelector("summary").focus();
}

const shortcuts = {
  j: () => step(1),
  k: () => step(-1),
  o: () => headings().includes(document.activeElement) && document.activeElement.click(),
  "/": () => document.querySelector("input[type=search]")?.select(),
  "?": help,
};

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, select, textarea, [contenteditable]");
  const action = shortcuts[event.key];
  if (!action || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!("shortcuts" in document.documentElement.dataset)) return;
  event.preventDefault();
  action();
});
