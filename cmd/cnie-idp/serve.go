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

	"cnie.example/cmd/internal/cli"
	"cnie.example/cmd/internal/idpd"
)

type serveCommand struct {
	identityFlags
	trustFlags
	Listen      string `default:"127.0.0.1:8443" placeholder:"ADDRESS" help:"Address to listen at. Default: ${default}."`
	TLSCert     string `name:"tls-cert" type:"path" placeholder:"FILE" help:"Certificate chain in PEM."`
	TLSKey      string `name:"tls-key" type:"path" placeholder:"FILE" help:"Private key of the certificate in PEM."`
	BehindProxy bool   `help:"Speak plain HTTP, on a loopback address only, behind a proxy that speaks TLS and passes Host on unchanged."`
	Records     string `type:"path" placeholder:"DIR" help:"Directory for evidence records: one signed file for each login in which a document was shown, named by its transaction. It holds no names and no numbers, but its hashes recognise the document. A login whose record cannot be written fails. Default: none are written."`
	AgentURL    string `default:"http://127.0.0.1:24777" placeholder:"URL" help:"Address of the agent on the citizens' machines. Default: ${default}."`
	LogFormat   string `enum:"text,json" default:"text" help:"Form of the log on standard error: text or json."`
}

// Help is shown by the parser below the line about the command.
func (serveCommand) Help() string {
	return `On SIGHUP (not on Windows) the trust store is read again. Documents that are shown from then on are judged by it; a login
that has shown its document ends with the old one. When a file cannot be used, the old store stays in force and the log
names the file and the reason.`
}

// Validate is called by the parser.
func (s *serveCommand) Validate() error {
	if err := s.trustFlags.check(); err != nil {
		return err
	}
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
	if s.Records != "" {
		records, err := idpd.OpenRecords(s.Records)
		if err != nil {
			return fmt.Errorf("--records: %w", err)
		}
		defer records.Close()
		config.Records = records
	}
	reload, ignore := hangups()
	defer ignore()
	config.Reload = reload
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
	config := idpd.Config{
		Origin: s.Origin, Listen: s.Listen, Key: key, AgentURL: s.AgentURL,
		Trust: s.load, RequireRevocation: s.RequireRevocation,
		Name: s.name(), Files: files, TLSCA: roots, Software: "cnie-idp " + cli.Version(),
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
