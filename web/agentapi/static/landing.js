// Starts the login by the page's own form once the page can be seen, so that a
// page that was only loaded ahead starts nothing.
"use strict";
const start = document.getElementById("start");
function begin() {
  if (document.visibilityState !== "visible") return;
  document.removeEventListener("visibilitychange", begin);
  start.requestSubmit();
}
document.addEventListener("visibilitychange", begin);
begin();
