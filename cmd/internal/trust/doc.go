// Package trust is the commands “cnie trust import|inspect|diff|list”: they show
// what master lists, certificates and revocation lists hold, and keep trust
// directories. Package csca judges; what is here reads files, compares, and
// tells people and programs what came out.
//
// The names in its JSON, and those in brackets before technical details, are
// stable. It opens no network connection, and no reader.
package trust
