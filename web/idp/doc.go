// Package idp is the reference identity provider: a web server at which a
// citizen logs in with the chip of an identity card.
//
// A Provider serves the pages for the browser (start, continue, callback,
// confirm), the two endpoints for the agent (the login request, served once,
// and the exchange of messages), and what an administrator enrols it by (JWKS
// and provider record). It decides nothing about documents: that is the work
// of package attest, whose refusals it shows and records by name. What it
// serves to agents and browsers is described in docs/openapi.yaml, and the tests
// hold every answer against that.
//
// One transaction is one login. It goes through named steps, each with its own
// deadline; whatever arrives out of order, late, twice or in another browser
// ends it, and its data are dropped at once. Transactions are kept in memory,
// are bounded in number, and do not survive a restart. The identity is shown
// once, to the browser that began, after the person has confirmed the name.
//
// Of each login in which an agent showed a document, also a refused one, the
// signed evidence record goes to Config.Records before anybody has a code: no
// level stands without its evidence. Who shows any bytes as a document leaves a
// record too, so whoever keeps them has to limit how fast logins begin.
//
// At this stage a login is for this provider itself: it does not speak OpenID
// Connect to relying parties, knows no accounts and no second factor, so no
// login goes beyond eidas1. It limits requests at a time and open
// transactions, not requests per client.
//
// Tokens, codes and cookies are looked up by their SHA-256 digest, so lookup
// time says nothing about a stored value; comparisons of what belongs to a
// transaction are constant time. Logs hold the transaction's jti, step and
// reason, never a claim, a token or a code.
package idp
