// Follows the events of the login and goes where the last one says. Steps stand
// in the order in which they begin, which the chip decides.
"use strict";
const main = document.querySelector("main");
const now = document.getElementById("now");
const lost = document.getElementById("lost");
const cancel = document.getElementById("cancel");
const source = new EventSource(main.dataset.events);
function mark(step, state) {
  const item = document.querySelector('li[data-step="' + CSS.escape(step) + '"]');
  if (!item) return;
  const first = item.parentNode.querySelector('li[data-state="waiting"]');
  if (first !== item && item.dataset.state === "waiting") item.parentNode.insertBefore(item, first);
  item.dataset.state = state;
  const label = item.querySelector(".state");
  label.textContent = label.dataset[state];
  if (state === "active") {
    item.setAttribute("aria-current", "step");
    now.textContent = now.dataset.prefix + " " + item.querySelector(".what").textContent;
  } else {
    item.removeAttribute("aria-current");
  }
  if (step === "provider" && cancel) cancel.hidden = true;
}
source.addEventListener("open", function () { lost.hidden = true; });
source.addEventListener("error", function () { lost.hidden = false; });
source.addEventListener("step", function (event) { mark(JSON.parse(event.data).step, "active"); });
source.addEventListener("progress", function (event) { mark(JSON.parse(event.data).step, "done"); });
source.addEventListener("end", function (event) {
  source.close();
  location.replace(JSON.parse(event.data).next);
});
