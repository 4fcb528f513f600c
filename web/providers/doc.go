// Package providers knows the enrolled identity providers and speaks with them
// for the agent.
//
// A Record is one JSON file of a directory that belongs to the administrator;
// Load reads them all and refuses files that others could have written. A
// Directory finds the Provider whose origin a request_uri has. A Provider
// fetches a login request once, checks its signature and that it was made for
// this very fetch, and carries the exchange that follows: Opening to Handover,
// Answers to Commands or Result.
//
// Providers are not trusted beyond their record. Every answer is bounded in
// size and time, redirects and cookies are not followed or kept, and a problem
// that a provider reports is reduced to a known name of package problem.
//
// The package does not enrol providers, keeps nothing on disk and does not
// know cards: the proof of a Handover is checked by package agent. Keys are
// cached in memory only. It reads the proxy of the environment (HTTPS_PROXY,
// NO_PROXY) and no other setting of it.
package providers
