// Narrows a search to the bars of the timeline that are dragged over; a click on a bar is a link and needs no script.
"use strict";

for (const chart of document.querySelectorAll("[data-timeline]")) {
  const bars = [...chart.querySelectorAll("a[data-since]")];
  const selection = chart.querySelector(".selection");
  let first = null;
  let last = null;

  const barAt = (event) => {
    const x = new DOMPoint(event.clientX, event.clientY).matrixTransform(chart.getScreenCTM().inverse()).x;
    return bars.findLastIndex((bar) => bar.querySelector("rect").x.baseVal.value <= x);
  };
  const show = () => {
    const [from, to] = [bars[Math.min(first, last)], bars[Math.max(first, last)]].map((bar) => bar.querySelector("rect"));
    selection.setAttribute("x", from.x.baseVal.value);
    selection.setAttribute("width", to.x.baseVal.value + to.width.baseVal.value - from.x.baseVal.value);
  };
  const clear = () => {
    first = last = null;
    selection.setAttribute("width", 0);
  };

  chart.addEventListener("dragstart", (event) => event.preventDefault());
  chart.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch" || barAt(event) < 0) return;
    first = last = barAt(event);
  });
  window.addEventListener("pointermove", (event) => {
    if (first === null || barAt(event) < 0) return;
    last = barAt(event);
    if (last !== first) show();
  });
  window.addEventListener("pointerup", () => {
    if (first === null || last === first) return clear();
    const address = new URL(bars[first].getAttribute("href"), location.href);
    address.searchParams.set("since", bars[Math.min(first, last)].dataset.since);
    address.searchParams.set("until", bars[Math.max(first, last)].dataset.until);
    clear();
    location.assign(address);
  });
}
