package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/cmd/internal/cli"
	"cnie.example/cmd/internal/idpd"
)

type serveCommand struct {
	identityFlags
	Listen      string   `default:"127.0.0.1:8443" placeholder:"ADDRESS" help:"Address to listen at. Default: ${default}."`
	TLSCert     string   `name:"tls-cert" type:"path" placeholder:"FILE" help:"Certificate chain in PEM."`
	TLSKey      string   `name:"tls-key" type:"path" placeholder:"FILE" help:"Private key of the certificate in PEM."`
	BehindProxy bool     `help:"Speak plain HTTP, on a loopback address only, behind a proxy that speaks TLS and passes Host on unchanged."`
	Anchors     []string `required:"" type:"path" placeholder:"PATH" help:"Certificates of country signing authorities (CSCA), PEM or DER: files, or directories of them. May be repeated."`
	AgentURL    string   `default:"http://127.0.0.1:24777" placeholder:"URL" help:"Address of the agent on the citizens' machines. Default: ${default}."`
	LogFormat   string   `enum:"text,json" default:"text" help:"Form of the log on standard error: text or json."`
}

// Validate is called by the parser.
func (s *serveCommand) Validate() error {
	switch hasCert, hasKey := s.TLSCert != "", s.TLSKey != ""; {
	case s.BehindProxy && (hasCert || hasKey):
		return errors.New("--behind-proxy speaks no TLS: leave --tls-cert and --tls-key out")
	case !s.BehindProxy && !(hasCert && hasKey):
		return errors.New("--tls-cert and --tls-key are needed, or --behind-proxy")
	}
	if _, _, err := net.SplitHostPort(s.Listen); err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	return nil
}

// Run serves until ctx ends.
func (s *serveCommand) Run(ctx context.Context, streams cli.Streams) error {
	config, err := s.config(streams.Err)
	if err != nil {
		return err
	}
	return idpd.Run(ctx, config)
}

func (s *serveCommand) config(log io.Writer) (idpd.Config, error) {
	files, err := s.files()
	if err != nil {
		return idpd.Config{}, err
	}
	roots, err := s.roots()
	if err != nil {
		return idpd.Config{}, err
	}
	key, err := idpd.LoadKey(s.SigningKey)
	if err != nil {
		return idpd.Config{}, err
	}
	anchors, err := csca.Load(s.Anchors, certificate.Options{})
	if err != nil {
		return idpd.Config{}, fmt.Errorf("--anchors: %w", err)
	}
	config := idpd.Config{
		Origin: s.Origin, Listen: s.Listen, Key: key, Anchors: anchors, AgentURL: s.AgentURL,
		Name: s.name(), Files: files, TLSCA: roots,
		Clock: time.Now, Rand: rand.Reader, Logger: newLogger(s.LogFormat, log),
	}
	if !s.BehindProxy {
		pair, err := tls.LoadX509KeyPair(s.TLSCert, s.TLSKey)
		if err != nil {
			return idpd.Config{}, fmt.Errorf("--tls-cert, --tls-key: %w", err)
		}
		config.Certificate = &pair
	}
	return config, nil
}

func newLogger(format string, w io.Writer) *slog.Logger {
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}
