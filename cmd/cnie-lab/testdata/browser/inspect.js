// Finds what hinders people on a page: with a screen reader, weak sight, a
// keyboard or a small screen. Each function returns faults in words.
"use strict";

var inspectPage = function (language) {
  const faults = [];
  const all = function (selector) { return [...document.querySelectorAll(selector)]; };
  const name = function (e) {
    return e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + " “" + e.textContent.trim().replace(/\s+/g, " ").slice(0, 40) + "”";
  };
  const shown = function (e) {
    const box = e.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && box.right > 0 && e.checkVisibility({ visibilityProperty: true });
  };
  const must = function (holds, fault) { if (!holds) faults.push(fault); };

  // Structure.
  must(document.documentElement.lang === language, "language is " + document.documentElement.lang);
  must(document.title.trim() !== "", "no title");
  must(all("h1").filter(shown).length === 1, "not one h1 but " + all("h1").filter(shown).length);
  must(all("main").length === 1, "no main landmark");
  must(all("body > header").length === 1, "no banner landmark");
  let level = 1;
  for (const heading of all("h1, h2, h3, h4")) {
    const now = Number(heading.tagName[1]);
    must(now <= level + 1, "heading skips a level: " + name(heading));
    level = now;
  }
  const skip = document.querySelector("a[href], button, input");
  must(skip && skip.hash && document.querySelector(skip.hash) === document.querySelector("main"), "the first place does not lead to the content");

  for (const e of all("noscript")) must(!shown(e), "markup is shown as text: " + name(e));

  // Names.
  const ids = all("[id]").map(function (e) { return e.id; });
  for (const id of ids.filter(function (id, i) { return ids.indexOf(id) !== i; })) faults.push("id twice: " + id);
  for (const attribute of ["aria-labelledby", "aria-describedby", "for", "form"]) {
    for (const e of all("[" + attribute + "]")) {
      for (const id of e.getAttribute(attribute).split(/\s+/)) must(document.getElementById(id), attribute + " leads nowhere: " + id);
    }
  }
  for (const e of all("input:not([type=hidden]), select, textarea")) {
    must([...e.labels].some(function (l) { return l.textContent.trim() !== ""; }), "no label: " + name(e));
  }
  for (const e of all("button, a[href], summary")) {
    must(e.textContent.trim() !== "" || e.getAttribute("aria-label"), "no name: " + name(e));
  }
  for (const e of all("img")) must(e.hasAttribute("alt"), "no alternative text: " + e.src);
  for (const e of all("section")) must(e.hasAttribute("aria-labelledby") || e.hasAttribute("aria-label"), "section without a name");
  for (const e of all("fieldset")) must(e.querySelector("legend"), "fieldset without a legend");

  // Size (WCAG 2.2, 1.4.10 and 2.5.8).
  must(document.documentElement.scrollWidth <= innerWidth, "wider than the screen: " + document.documentElement.scrollWidth + " in " + innerWidth);
  for (const e of all("button, .button, header a, summary, label.choice").filter(shown)) {
    const box = e.getBoundingClientRect();
    must(box.width >= 24 && box.height >= 24, "small target: " + name(e));
  }

  // Contrast (WCAG 2.2, 1.4.3 and 1.4.11).
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const e = node.parentElement;
    if (node.data.trim() === "" || !shown(e) || e.closest("script, noscript, :disabled")) continue;
    const ratio = contrast(blend(colour(e, "color", opacity(e)), ground(e)), ground(e));
    must(ratio >= 4.5, "contrast " + ratio.toFixed(2) + ": " + name(e));
  }
  for (const e of all("input[type=text]").filter(shown)) {
    const ratio = contrast(colour(e, "borderTopColor", 1), ground(e.parentElement));
    must(ratio >= 3, "contrast of the border " + ratio.toFixed(2) + ": " + name(e));
  }
  return faults;
};

// inspectFocus finds whether the element with the focus shows it (WCAG 2.2,
// 2.4.7 and 1.4.11).
var inspectFocus = function () {
  const e = document.activeElement;
  if (e === document.body) return [];
  const style = getComputedStyle(e);
  const name = e.tagName.toLowerCase() + "#" + e.id + " “" + e.textContent.trim().slice(0, 30) + "”";
  const box = e.getBoundingClientRect();
  const faults = [];
  if (box.right <= 0 || box.bottom <= 0) faults.push("has the focus out of sight: " + name);
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) faults.push("does not show the focus: " + name);
  else if (contrast(colour(e, "outlineColor", 1), ground(e.parentElement)) < 3) faults.push("shows the focus too weakly: " + name);
  return faults;
};

var colour = function (e, property, opacity) {
  const numbers = getComputedStyle(e)[property].match(/[\d.]+/g).map(Number);
  return [numbers[0], numbers[1], numbers[2], (numbers[3] ?? 1) * opacity];
};

var opacity = function (e) {
  let product = 1;
  for (; e; e = e.parentElement) product *= Number(getComputedStyle(e).opacity);
  return product;
};

var blend = function (over, under) {
  return [0, 1, 2].map(function (i) { return over[i] * over[3] + under[i] * (1 - over[3]); }).concat(1);
};

// ground is the colour behind the text of an element.
var ground = function (e) {
  if (!e) return [255, 255, 255, 1];
  const own = colour(e, "backgroundColor", 1);
  return own[3] === 1 ? own : blend(own, ground(e.parentElement));
};

// contrast is the ratio of WCAG 2.2.
var contrast = function (a, b) {
  const luminance = function (c) {
    const linear = [0, 1, 2].map(function (i) {
      const s = c[i] / 255;
      return s <= 0.04045 ? s / 12.92 : Math.pow((s + 0.055) / 1.055, 2.4);
    });
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const [dark, light] = [luminance(a), luminance(b)].sort(function (x, y) { return x - y; });
  return (light + 0.05) / (dark + 0.05);
};
