// Package idpd runs the reference identity provider as a server: it makes the
// verifier and the provider of package idp out of a Config, serves them over
// TLS with bounded connections and times, and stops in order when it is told
// to. It also keeps the provider's signing key on disk.
//
// It decides nothing about logins. It is shared by the binaries that run a
// provider, and reads no flags or environment.
package idpd
