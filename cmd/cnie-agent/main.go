// Command cnie-agent logs a citizen in at enrolled identity providers with a
// French electronic identity card: it shows who asks for what, takes consent
// and CAN in a page on the loopback interface, and reads the card through
// PC/SC. Run it with --help to learn how.
package main

import "cnie.example/cmd/internal/cli"

func main() {
	cli.Program{Name: "cnie-agent", Description: description, Commands: &command{}}.Main()
}
