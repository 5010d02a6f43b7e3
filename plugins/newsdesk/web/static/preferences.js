// Tells the browser's time zone, until the reader has chosen one: pages show times in it from the next one on.
if (!document.cookie.includes("newsdesk_zone=")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const site = new URL(`${document.documentElement.dataset.root}/`, location).pathname.replace(/(.)\/$/, "$1");
  document.cookie = `newsdesk_zone=${encodeURIComponent(zone)}; path=${site}; max-age=31536000; samesite=lax`;
}
