// Package relay lets a provider speak to the chip through the agent, within
// what the citizen consented to.
//
// After chip authentication the commands are wrapped under keys that only the
// provider has, so the agent cannot read them. Their headers are in clear, and
// the relay lets nothing pass but READ BINARY of consented files in one exact
// form. A batch is checked whole before its first byte goes to the card; the
// relay sends each command once, unchanged, and never sends a command of its
// own: no GET RESPONSE, no repetition with another length.
//
// It does not check what the card answers beyond the status word, and it keeps
// no copy. It has no secrets, so constant time does not arise.
package relay
