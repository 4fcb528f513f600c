// Command cnie-idp is the reference identity provider: a web server at which a
// citizen logs in with the chip of an identity card.
//
// The exit status is 0 when it did what it was asked, 1 when it could not, and
// 2 when the command line makes no sense. It has no laboratory mode: test
// cards are for cnie-lab.
package main

import "cnie.example/cmd/internal/cli"

const description = `Reference identity provider for logins with the chip of an identity card.

A citizen opens this provider in a browser. The agent on the citizen's machine (cnie-agent) reads the card; this
provider verifies the signature of the document and has the chip prove to it that it is present and no copy. Whatever
the agent says is not trusted.

First steps:

  cnie-idp keygen /etc/cnie-idp/signing.pem
  cnie-idp enrolment --origin https://id.example --signing-key /etc/cnie-idp/signing.pem > id.example.json
  cnie-idp serve --origin https://id.example --listen :443 --tls-cert cert.pem --tls-key key.pem --signing-key /etc/cnie-idp/signing.pem --anchors /etc/cnie-idp/csca

Administrators of the citizens' machines put id.example.json into the provider directory of the agent; without it the
agent refuses this provider. The anchors are the certificates of the country signing authorities (CSCA), which you
fetch and check yourself: whoever can write that directory decides which documents are genuine. “cnie trust import” makes
such a directory of master lists and revocation lists, and verifies them.

Exit status: 0 done, 1 failed, 2 wrong command line.`

// commands is the command line.
type commands struct {
	Serve     serveCommand     `cmd:"" help:"Run the provider until it is interrupted."`
	Keygen    keygenCommand    `cmd:"" help:"Make the signing key of a provider."`
	Enrolment enrolmentCommand `cmd:"" help:"Print the provider record for agents."`
}

func program() cli.Program {
	return cli.Program{Name: "cnie-idp", Description: description, Commands: &commands{}}
}

func main() { program().Main() }
