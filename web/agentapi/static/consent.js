// Arms the consent button after the page has had the focus for one second, so
// that a click meant for another window agrees to nothing. Entering sends once.
"use strict";
const yes = document.getElementById("yes");
const wait = document.getElementById("wait");
const form = document.getElementById("consent");
let timer;
let sent = false;
function disarm() {
  clearTimeout(timer);
  yes.disabled = true;
  wait.hidden = sent;
}
function arm() {
  disarm();
  timer = setTimeout(function () {
    if (!document.hasFocus() || sent) return;
    yes.disabled = false;
    wait.hidden = true;
  }, 1000);
}
window.addEventListener("focus", arm);
window.addEventListener("blur", disarm);
document.addEventListener("visibilitychange", function () {
  if (document.visibilityState === "visible" && document.hasFocus()) arm(); else disarm();
});
window.addEventListener("pageshow", function (event) {
  if (!event.persisted) return; // armed below
  sent = false;
  if (document.hasFocus()) arm(); else disarm();
});
form.addEventListener("submit", function (event) {
  if (sent || yes.disabled) {
    event.preventDefault();
    return;
  }
  sent = true;
  setTimeout(disarm, 0);
});
disarm();
if (document.hasFocus()) arm();
