// Tells the test what each page shows: its name, when its consent button is
// armed and disarmed, and the steps of a progress list. It begins before the
// scripts of the page.
"use strict";
document.addEventListener("readystatechange", function () {
  if (window !== top || document.readyState !== "interactive") return;
  const began = performance.now();
  const main = document.querySelector("main[data-problem]");
  tellTest("page " + (document.body.dataset.page || "?") + (main ? " " + main.dataset.problem : ""));
  const yes = document.getElementById("yes");
  if (yes) {
    new MutationObserver(function () {
      tellTest((yes.disabled ? "disarmed " : "armed ") + Math.floor(performance.now() - began));
    }).observe(yes, { attributes: true, attributeFilter: ["disabled"] });
  }
  for (const step of document.querySelectorAll("li[data-step]")) {
    new MutationObserver(function () {
      tellTest("step " + step.dataset.step + " " + step.dataset.state);
    }).observe(step, { attributes: true, attributeFilter: ["data-state"] });
  }
});
