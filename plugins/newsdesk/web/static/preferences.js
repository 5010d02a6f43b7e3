// Stores the browser's time zone until the user has chosen one, and shows the times of this first page in it.
"use strict";

function localTime(moment, zone) {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short",
  });
  const part = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  return `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute} ${part.timeZoneName}`;
}

if (!document.cookie.includes("newsdesk_zone=")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const site = new URL(`${document.documentElement.dataset.root}/`, location).pathname.replace(/(.)\/$/, "$1");
  document.cookie = `newsdesk_zone=${encodeURIComponent(zone)}; path=${site}; max-age=31536000; samesite=lax`;
  const field = document.querySelector("footer.site input[name=zone]");
  if (field.value !== zone) {
    field.value = zone;
    for (const time of document.querySelectorAll("time[datetime]")) time.textContent = localTime(new Date(time.dateTime), zone);
  }
}
