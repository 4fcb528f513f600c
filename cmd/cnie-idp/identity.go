package main

import (
	"fmt"
	"os"

	"cnie.example/card/lds"
	"cnie.example/web/idp"
)

// identityFlags say who the provider is. They are the same for serve and
// enrolment, so that the record fits the server.
type identityFlags struct {
	Origin     string   `required:"" placeholder:"URL" help:"Address of the provider as browsers see it: https://host or https://host:port. It is also the issuer."`
	SigningKey string   `required:"" type:"path" placeholder:"FILE" help:"Signing key made by “cnie-idp keygen”."`
	NameFR     string   `name:"name-fr" default:"Service d’identité" placeholder:"TEXT" help:"Name of the provider in French. Default: ${default}."`
	NameEN     string   `name:"name-en" default:"Identity service" placeholder:"TEXT" help:"Name of the provider in English. Default: ${default}."`
	File       []string `default:"DG1,DG11" placeholder:"NAME" help:"Files of the document that a login reads: DG1 always, DG11 (details) or DG2 (photo) besides. Default: ${default}."`
	TLSCA      string   `name:"tls-ca" type:"path" placeholder:"FILE" help:"PEM roots that agents shall trust for this provider only, written into the record. Not needed with a certificate of a public authority."`
}

func (f identityFlags) name() idp.Name { return idp.Name{French: f.NameFR, English: f.NameEN} }

func (f identityFlags) files() ([]lds.File, error) {
	files := make([]lds.File, 0, len(f.File))
	for _, name := range f.File {
		file, err := lds.ParseFile(name)
		if err != nil {
			return nil, fmt.Errorf("--file %s: %w", name, err)
		}
		files = append(files, file)
	}
	return files, nil
}

func (f identityFlags) roots() ([]byte, error) {
	if f.TLSCA == "" {
		return nil, nil
	}
	roots, err := os.ReadFile(f.TLSCA)
	if err != nil {
		return nil, fmt.Errorf("--tls-ca: %w", err)
	}
	return roots, nil
}
