package main

import (
	"context"
	"crypto/rand"
	"log/slog"

	"cnie.example/cmd/internal/agentd"
	"cnie.example/cmd/internal/cli"
	"cnie.example/cmd/internal/readers"
	"cnie.example/web/providers"
)

const description = `Logs you in with your French identity card (CNIe).

The agent waits on this machine only, at http://127.0.0.1:24777. When a site asks
for a login, its identity provider opens a page of the agent in your browser. The
page says who asks and for what. You agree by typing the CAN, the six digits on the
front of the card, or you decline. The card is read only after you agreed.

Identity providers are enrolled by the administrator, one JSON file for each, in
/etc/cnie/providers.d (on Windows in %ProgramData%\cnie\providers.d). The files and
the directory must belong to root or to you, and nobody else may write to them. A
provider shows its file at https://<provider>/.well-known/cnie-provider: compare it
before you install it.

Examples:

  cnie-agent
      serve with the providers of /etc/cnie/providers.d and any reader

  cnie-agent --reader "ACS ACR1252 00 00"
      use one reader; "cnie readers" lists them

  cnie-agent --providers ~/.config/cnie/providers.d --listen 127.0.0.1:24800
      other providers, another port

The agent ends with Ctrl-C or SIGTERM, and resets the card then.
Exit status: 0 ended as asked, 1 could not serve (the reason is printed, and which
program holds the port when it is taken), 2 wrong command line.`

// command are the flags of the agent.
type command struct {
	Providers string   `help:"Directory of the provider records. Default: the one above." type:"path" env:"CNIE_PROVIDERS" placeholder:"DIR"`
	Listen    []string `help:"Loopback address to serve at; may be repeated. Default: port 24777 on 127.0.0.1 and [::1]." placeholder:"ADDR:PORT"`
	Reader    string   `help:"Name of the card reader to use. Default: any that has a card." placeholder:"NAME"`
	Remember  bool     `name:"remember-documents" help:"After a login, keep the CAN, the signature (SOD) and the chip’s key (DG14) of the document in memory until the agent ends, so that its next login reads less. At most eight documents; a login that does not succeed forgets its document. Off unless given."`
	Verbose   bool     `help:"Log every request, without paths, data and numbers." short:"v"`
}

// Run serves until it is interrupted.
func (c *command) Run(ctx context.Context, streams cli.Streams) error {
	if len(c.Listen) == 0 {
		c.Listen = agentd.DefaultListen()
	}
	if c.Providers == "" {
		c.Providers = providers.DefaultDir()
	}
	level := slog.LevelInfo
	if c.Verbose {
		level = slog.LevelDebug
	}
	return agentd.Run(ctx, agentd.Config{
		Cards:        readers.PCSC(c.Reader),
		ProvidersDir: c.Providers,
		Listen:       c.Listen,
		Remember:     c.Remember,
		Version:      cli.Version(),
		Rand:         rand.Reader,
		Logger:       slog.New(slog.NewTextHandler(streams.Err, &slog.HandlerOptions{Level: level})),
	})
}
