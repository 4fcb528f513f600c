package main

import (
	"cnie.example/cmd/internal/cli"
	"cnie.example/cmd/internal/idpd"
	"cnie.example/web/idp"
)

type enrolmentCommand struct{ identityFlags }

// Help is shown by the parser below the line about the command.
func (enrolmentCommand) Help() string {
	return `The record is JSON and holds nothing secret. It belongs into the provider directory of the agents, for example
/etc/cnie/providers.d/id.example.json, owned by the administrator. The running provider serves the same record at
/.well-known/cnie-provider; compare the thumbprint when you take it from there.`
}

// Run prints the record.
func (e *enrolmentCommand) Run(s cli.Streams) error {
	files, err := e.files()
	if err != nil {
		return err
	}
	roots, err := e.roots()
	if err != nil {
		return err
	}
	key, err := idpd.LoadKey(e.SigningKey)
	if err != nil {
		return err
	}
	record, err := idp.Enrolment{Origin: e.Origin, Name: e.name(), Files: files, Key: key.Public(), TLSCA: roots}.Record()
	if err != nil {
		return err
	}
	_, err = s.Out.Write(record)
	return err
}
