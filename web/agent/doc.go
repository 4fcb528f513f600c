// Package agent is the login on the citizen's machine: a state machine that
// takes the request of an enrolled provider, asks the person through whatever
// front end drives it, reads the card and carries the exchange with the
// provider until there is an address to send the browser to.
//
// It knows no HTTP server and no PC/SC: cards come through the interface
// Cards, providers through Provider, and pages or programs look at a Login
// through View and Progress. One login is under way at a time, and a second
// one never disturbs the first.
//
// A Login goes through the states Fetching, Consent, Running, and ends Failed
// or Finished. A failure before anything of the card was sent to the provider
// can be tried again with the same request; after that it ends the login. At
// every end the card is reset.
//
// The package decides nothing about identity: what the provider is shown, the
// provider judges. It does check that the provider's point was made for this
// login and this chip (card/chipauth.VerifyProof) before the chip sees it, and
// that only consented files are read (card/relay). A chip without chip
// authentication signs a challenge that is computed here from the verified
// request (card/activeauth.Challenge), and nothing else.
//
// Documents are remembered between logins only when Config asks for it, in
// memory, and only as long as their logins succeed.
//
// Logs name problems and their technical causes. The CAN, keys, tokens, codes
// and file contents are never in them.
package agent
