// Package browser plays the part of a web browser in a login: navigation with
// the Fetch Metadata headers, cookies with their attributes, forms, redirects
// under the page's form-action policy, and server-sent events.
//
// It does to a server what Chromium and Firefox do in a top-level navigation,
// so that the laboratory meets the same refusals as a citizen. It runs no
// script and draws nothing; whoever drives it does what the script of a page
// would do. Every request crosses a real socket.
package browser
