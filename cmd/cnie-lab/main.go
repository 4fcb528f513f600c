// Command cnie-lab is the laboratory: a virtual identity card, an agent and an
// identity provider on loopback, to see and to test whole logins without a
// card, a reader or a network.
//
// It is the only program that links the virtual card and accepts documents of
// the laboratory. Everything it shows says so.
//
// The exit status of “login” is 0 for a login, 1 when the login was refused,
// and 2 when it could not be run; the help tells those of the other commands.
package main

import (
	"cnie.example/cmd/internal/cli"
	"cnie.example/cmd/internal/verify"
)

const description = `Laboratory: logs in with a virtual French identity card at a reference identity provider.

  cnie-lab login                        one whole login, step by step
  cnie-lab login --transport pcsc       the same through a real pcscd and its virtual reader
  cnie-lab login --level eidas2         asks for more than the card proves: refused
  cnie-lab login --fault clone          one party misbehaves: refused, with the reason
  cnie-lab faults                       all misbehaviours that can be chosen
  cnie-lab up                           leaves everything running, for your own browser
  cnie-lab card run --profile passport  a virtual card in a virtual reader, for other programs
  cnie-lab card profiles                all cards that have a name
  cnie-lab bench --profile cnie -n 100  reads a card many times and tells the percentiles
  cnie-lab verify DIR --anchors FILE    what “cnie read --out” wrote of a virtual card, checked again

Card, agent and provider run on loopback ports of their own. The keys of the laboratory are made at the first start and
kept. The persons of the laboratory do not exist, and no provider but its own believes its documents.

Exit status of login: 0 logged in, 1 refused, 2 could not run. Of bench: 0 all runs passed, 1 some failed or it was
interrupted, 2 could not run. Of card run: 0 interrupted, 2 could not run. Of all: 2 for a command line that makes no sense.`

// commands is the command line.
type commands struct {
	Login  loginCommand   `cmd:"" help:"Run one login from start to end."`
	Up     upCommand      `cmd:"" help:"Start card, agent and provider and wait."`
	Faults faultsCommand  `cmd:"" help:"List the misbehaviours that login can show."`
	Card   cardCommand    `cmd:"" help:"Virtual cards alone."`
	Bench  benchCommand   `cmd:"" help:"Read a card many times and tell how long it takes."`
	Verify verify.Command `cmd:"" help:"Check the files of a virtual card, and the record of a login, again."`
}

func main() {
	cli.Program{Name: "cnie-lab", Description: description, Commands: &commands{Verify: verify.Command{Lab: true}}}.Main()
}
