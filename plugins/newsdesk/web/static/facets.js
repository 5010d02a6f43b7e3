// Closes the facets on a small screen, where they stand above the articles.
"use strict";

if (matchMedia("(max-width: 52rem)").matches) document.querySelector("details.facets")?.removeAttribute("open");
