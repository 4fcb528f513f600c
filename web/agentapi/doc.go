// Package agentapi is the agent's endpoint on the loopback interface: the gate
// that every request passes, the pages a person sees in a login, and the
// stream of progress events.
//
// A provider's page can only do one thing here: navigate the browser to
// GET /login?request_uri=…, which has no effect but to show a page. That page
// lies under an unguessable path and starts the login by a POST of its own.
// Every further step is a POST or an event stream of the agent's own pages,
// and the last one a redirect back to the provider.
//
// The gate stands before routing and checks, in this order: the user at the
// other end of the connection, Host, protocol upgrades, sizes, and for what
// changes something the origin, the path and a cookie. Each refusal is a
// problem of its own name. There is no CORS and no WebSocket.
//
// The pages need no script: scripts only start, arm, follow and return by
// themselves what a click does otherwise. All files come from this binary, and
// the content security policy allows no inline code.
//
// The package does not read cards and does not judge requests (package agent).
// Its logs hold method, route pattern, status and the name of a problem: no
// path, no query, no body. The CAN is wiped from the buffer in which it was
// read; copies in the buffers of net/http are beyond its reach.
package agentapi
