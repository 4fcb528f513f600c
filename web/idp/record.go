package idp

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/go-jose/go-jose/v4"
	"github.com/labstack/echo/v4"

	"cnie.example/card/lds"
)

// Enrolment is what an agent has to know of a provider before a login.
type Enrolment struct {
	Origin string
	Name   Name
	Files  []lds.File
	Key    crypto.PublicKey // P-256
	TLSCA  []byte           // PEM roots for this provider only; nil: those of the agent's system
	Lab    bool
}

// providerRecord is an Enrolment as package providers of the agent reads it.
type providerRecord struct {
	Name          Name     `json:"name"`
	Origin        string   `json:"origin"`
	RedirectURIs  []string `json:"redirect_uris"`
	RequestPrefix string   `json:"request_prefix"`
	JWKSURI       string   `json:"jwks_uri"`
	Thumbprints   []string `json:"thumbprints"`
	Files         []string `json:"files"`
	TLSCA         string   `json:"tls_ca,omitempty"`
	Lab           bool     `json:"lab,omitempty"`
}

// Record gives the provider record, indented JSON, for the directory of an
// agent. It holds nothing secret. It fails with ErrConfig when no agent would
// accept the record.
func (e Enrolment) Record() ([]byte, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	names, err := fileNames(e.Files)
	if err != nil {
		return nil, err
	}
	jwk, err := publicJWK(e.Key)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err = enc.Encode(providerRecord{
		Name: e.Name, Origin: e.Origin, RedirectURIs: []string{e.Origin + pathCallback},
		RequestPrefix: e.Origin + pathRequest, JWKSURI: e.Origin + pathJWKS,
		Thumbprints: []string{jwk.KeyID}, Files: names, TLSCA: string(e.TLSCA), Lab: e.Lab,
	})
	if err != nil {
		return nil, fmt.Errorf("encode provider record: %w", err)
	}
	return b.Bytes(), nil
}

func (e Enrolment) check() error {
	host, err := checkOrigin(e.Origin)
	if err != nil {
		return err
	}
	if e.Lab && !isLabHost(host) {
		return fmt.Errorf("origin %s: a laboratory is on loopback or under .test: %w", e.Origin, ErrConfig)
	}
	if len(e.TLSCA) > 0 && !x509.NewCertPool().AppendCertsFromPEM(e.TLSCA) {
		return fmt.Errorf("TLS roots: no certificate in PEM: %w", ErrConfig)
	}
	for _, name := range []string{e.Name.French, e.Name.English} {
		if err := checkName(name); err != nil {
			return err
		}
	}
	return nil
}

func (p *Provider) showRecord(c echo.Context) error {
	return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, p.record)
}

// showJWKS is the key set (RFC 7517, 5) with the one public key.
func (p *Provider) showJWKS(c echo.Context) error {
	return c.JSON(http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{p.key.jwk}})
}
