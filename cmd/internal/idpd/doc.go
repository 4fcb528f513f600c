// Package idpd runs the reference identity provider as a server: it makes the
// verifier and the provider of package idp out of a Config, serves them over
// TLS with bounded connections and times, and stops in order when it is told
// to. When it is told to, it loads the trust store anew while it serves. It also
// keeps the provider's signing key and its evidence records on disk.
//
// It decides nothing about logins. It is shared by the binaries that run a
// provider, and reads no flags or environment.
package idpd
