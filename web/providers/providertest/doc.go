// Package providertest is an identity provider for tests: a real HTTPS server
// on a loopback port with keys of its own, which serves requests once, ends
// chip authentication and reads DG1 and DG11 by wrapped commands. Every answer
// can be changed by a hook, to play a hostile provider.
//
// It trusts any chip: it does no passive authentication and makes no identity.
// It is no model for a provider; package attest is.
package providertest
