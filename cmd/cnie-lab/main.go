// Command cnie-lab is the laboratory: a virtual identity card, an agent and an
// identity provider on loopback, to see and to test whole logins without a
// card, a reader or a network.
//
// It is the only program that links the virtual card and accepts documents of
// the laboratory. Everything it shows says so.
//
// The exit status of “login” is 0 for a login, 1 when the login was refused,
// and 2 when it could not be run.
package main

import "cnie.example/cmd/internal/cli"

const description = `Laboratory: logs in with a virtual French identity card at a reference identity provider.

  cnie-lab login                        one whole login, step by step
  cnie-lab login --transport pcsc       the same through a real pcscd and its virtual reader
  cnie-lab login --level eidas2         asks for more than the card proves: refused
  cnie-lab login --fault clone          one party misbehaves: refused, with the reason
  cnie-lab faults                       all misbehaviours that can be chosen
  cnie-lab up                           leaves everything running, for your own browser

Card, agent and provider run on loopback ports of their own. The keys of the laboratory are made at the first start and
kept. The persons of the laboratory do not exist, and no provider but its own believes its documents.

Exit status of login: 0 logged in, 1 refused, 2 could not run.`

// commands is the command line.
type commands struct {
	Login  loginCommand  `cmd:"" help:"Run one login from start to end."`
	Up     upCommand     `cmd:"" help:"Start card, agent and provider and wait."`
	Faults faultsCommand `cmd:"" help:"List the misbehaviours that login can show."`
}

func main() {
	cli.Program{Name: "cnie-lab", Description: description, Commands: &commands{}}.Main()
}
