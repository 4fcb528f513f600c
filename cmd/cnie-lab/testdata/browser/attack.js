// What a page of another site tries with the agent. It is given more than it
// could know: the secret path of a login under way and a request that waits.
// Each attempt yields "" when it got nothing to see or to speak to.
"use strict";
async function attack(agent, id, requestURI) {
  const login = agent + "/login?request_uri=" + encodeURIComponent(requestURI);
  const path = agent + "/login/" + id + "/";
  const post = { method: "POST", mode: "no-cors", credentials: "include", body: new URLSearchParams({ can: "574139" }) };
  const attempts = {
    "read the status": read(agent + "/"),
    "read the landing page": read(login),
    "read the consent page": read(path + "consent"),
    "read the events": read(path + "events"),
    "take the code": read(path + "finish"),
    "navigate by fetch": blind(login, { mode: "no-cors", credentials: "include" }),
    "consent": blind(path + "consent", post),
    "decline": blind(path + "decline", post),
    "start": blind(path + "start", post),
    "consent with JSON": blind(path + "consent", { method: "POST", credentials: "include", headers: { "Content-Type": "application/json" }, body: "{}" }),
    "decline by beacon": navigator.sendBeacon(path + "decline", new URLSearchParams({})) ? "" : "not sent",
    "decline by a form in a frame": framed(path + "decline"),
    "image": element("img", { src: login }),
    "icon": element("img", { src: agent + "/static/icon.svg" }),
    "script": element("script", { src: agent + "/static/consent.js" }),
    "module": element("script", { src: agent + "/static/landing.js", type: "module" }),
    "style sheet": element("link", { href: agent + "/static/style.css", rel: "stylesheet" }),
    "prefetch": element("link", { href: login, rel: "prefetch" }),
    "preload": element("link", { href: login, rel: "preload", as: "fetch", crossOrigin: "use-credentials" }),
    "frame of the landing page": frame("iframe", "src", login),
    "frame of the consent page": frame("iframe", "src", path + "consent"),
    "object": frame("object", "data", login),
    "embed": frame("embed", "src", login),
    "web socket": socket(path.replace("http:", "ws:") + "events"),
    "event stream": stream(path + "events"),
  };
  const gains = {};
  for (const [name, attempt] of Object.entries(attempts)) {
    gains[name] = await Promise.race([attempt, new Promise(function (done) { setTimeout(done, 5000, ""); })]);
  }
  return gains;
}

// read gets a page as scripts do, with cookies.
function read(url) {
  return fetch(url, { credentials: "include" }).then(function (r) { return "status " + r.status; }, nothing);
}

// blind sends what needs no permission of the other side; the answer is opaque.
function blind(url, init) {
  return fetch(url, init).then(function (r) { return r.type === "opaque" ? "" : "status " + r.status; }, nothing);
}

function element(tag, attributes) {
  return new Promise(function (done) {
    const e = Object.assign(document.createElement(tag), attributes);
    e.onload = function () { done(attributes.rel === "prefetch" ? "" : "loaded"); };
    e.onerror = function () { done(""); };
    document.body.append(e);
  });
}

// frame embeds a page. What loads is the browser's error page, which cannot be
// told from the outside; the agent's own records say what was served.
function frame(tag, attribute, url) {
  return new Promise(function (done) {
    const e = document.createElement(tag);
    e.onload = function () {
      let page = null;
      try { page = e.contentDocument; } catch { page = null; }
      done(page && page.body && page.body.dataset.page || "");
    };
    e.onerror = function () { done(""); };
    e[attribute] = url;
    document.body.append(e);
  });
}

function framed(action) {
  return new Promise(function (done) {
    const target = Object.assign(document.createElement("iframe"), { name: "target" });
    const form = Object.assign(document.createElement("form"), { method: "post", action: action, target: "target" });
    document.body.append(target, form);
    target.onload = function () { done(""); };
    form.submit();
  });
}

function socket(url) {
  return new Promise(function (done) {
    const s = new WebSocket(url);
    s.onopen = function () { done("open"); };
    s.onerror = function () { done(""); };
  });
}

function stream(url) {
  return new Promise(function (done) {
    const s = new EventSource(url, { withCredentials: true });
    s.onopen = function () { s.close(); done("open"); };
    s.onerror = function () { s.close(); done(""); };
  });
}

function nothing() { return ""; }
