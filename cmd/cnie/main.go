// Command cnie reads identity cards for the person who holds them: it lists
// readers, reads a card and shows what it says, finds what keeps a computer from
// reading cards, and records what reader and card say to each other. Without a
// card it checks the files of a document again, and manages the certificates
// that documents are judged by.
//
// The exit status is 0 when it did what it was asked, 1 when it could not, and
// 2 when the command line makes no sense; commands that judge say what theirs
// is. What is read from a card convinces the person at the keyboard only: to
// convince others is the work of a login.
package main

import (
	"cnie.example/cmd/internal/cli"
	"cnie.example/cmd/internal/trust"
	"cnie.example/cmd/internal/verify"
)

const description = `Reads French electronic identity cards, for the person who holds them.

First steps:

  cnie readers                      which readers and cards are there
  cnie read                         what the card says; asks for the CAN, which is printed on its front
  cnie read --out DIR               the files of the chip as well
  cnie read --can 123456            without asking
  cnie read --face photo.jp2        the face image
  cnie doctor                       what keeps this computer from reading cards, and what to do
  cnie trace --out FILE             a transcript to send to somebody who can find the fault
  cnie trust inspect LIST.ml        what a master list of signing authorities holds
  cnie verify DIR                   the files that --out wrote, checked again

Other users of the machine can see the arguments of a program while it runs, and so the number after --can.

What is shown was read from the chip over a protected channel, and the chip has proved the key that its files name: the
result says how. Where a document has no such proof, the result says that. With --anchors the signature of the issuing state is verified too.

Exit status: 0 done, 1 failed, 2 wrong command line.`

// commands is the command line.
type commands struct {
	Readers readersCommand `cmd:"" help:"List card readers and the cards in them."`
	Read    readCommand    `cmd:"" help:"Read an identity card."`
	Doctor  doctorCommand  `cmd:"" help:"Find what keeps this computer from reading cards, and say what to do."`
	Trace   traceCommand   `cmd:"" help:"Record what reader and card say to each other, without personal data."`
	Replay  replayCommand  `cmd:"" help:"Show a transcript, and play it to the code that reads cards."`
	Verify  verify.Command `cmd:"" help:"Check the files of a document, and the record of a login, again."`
	Trust   trust.Command  `cmd:"" help:"Manage the certificates that documents are judged by."`
}

func main() {
	cli.Program{Name: "cnie", Description: description, Commands: &commands{}}.Main()
}
