// Package readers gives the programs the cards in PC/SC readers. It joins
// package pcsc, which needs cgo on Linux and macOS, to the interface of the
// agent, and says so plainly in a program that was built without it.
package readers
