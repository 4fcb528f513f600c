// Package pages renders the pages of the reference identity provider in French
// and English: start, continue, confirm, identity and problem.
//
// It holds templates, texts, style sheet and icon, and decides nothing: what a
// page says about a login is given to it. Every value is escaped by
// html/template. The pages need no script and hold no inline style, so that a
// content security policy can forbid both.
//
// Programs find their way by data attributes: body has data-page and data-lab;
// dd has data-claim; li has data-check; data-level, data-asked and
// data-candidate stand on the main element of the identity page, and
// data-problem on that of the problem page.
package pages
