// Keeps pages that go on by themselves until release() is called: a page cannot
// be seen, as in a tab in the background, and the events of a login wait after
// the one that begins the step of the provider.
"use strict";
(function () {
  let held = true;
  let full = false;
  const waiting = [];
  Object.defineProperty(Document.prototype, "visibilityState", { get: function () { return held ? "hidden" : "visible"; } });
  window.EventSource = class extends EventSource {
    addEventListener(type, listener) {
      const source = this;
      super.addEventListener(type, function (event) {
        if (type === "end") source.close(); // else it connects again
        if (held && (full || type === "end")) {
          waiting.push(function () { listener(event); });
          return;
        }
        full = held && type === "step" && JSON.parse(event.data).step === "provider";
        listener(event);
      });
    }
  };
  window.release = function () {
    held = false;
    waiting.forEach(function (go) { go(); });
    document.dispatchEvent(new Event("visibilitychange"));
  };
})();
