package agent

import (
	"context"

	"cnie.example/attest/wire"
	"cnie.example/card"
	"cnie.example/web/language"
)

// Cards is where the card comes from.
type Cards interface {
	// Connect waits until there is a card and connects to it exclusively.
	// Without a reader it fails at once with card.ErrNoReader; when ctx ends
	// before a card came, with card.ErrNoCard or the error of ctx; else with
	// one of the connection errors of package card.
	Connect(ctx context.Context) (Card, error)
}

// Card is a connected card.
type Card interface {
	card.Transmitter
	// Reader is the name of the reader that the card is in.
	Reader() string
	// ATR is the answer to reset; the caller does not change it.
	ATR() []byte
	// Close resets the card and ends the connection.
	Close() error
}

// Provider is an enrolled identity provider. Its errors carry names of package
// problem, and every answer it gives has been verified as *providers.Provider
// describes it.
type Provider interface {
	Name(language.Tag) string
	Origin() string
	Lab() bool
	// Fetch gets the login request, which is served once.
	Fetch(ctx context.Context, requestURI string, agentNonce []byte) (*wire.Request, error)
	// Open sends the evidence and brings the handover. Proof and point of it
	// are left to the caller to check.
	Open(ctx context.Context, r *wire.Request, opening wire.Opening) (*wire.Handover, error)
	// Signed sends the evidence of a chip that has active authentication only,
	// and brings the address of the end.
	Signed(ctx context.Context, r *wire.Request, m wire.Signed) (redirect string, err error)
	// Answer sends the card's answers and brings either more commands or the
	// address of the end.
	Answer(ctx context.Context, r *wire.Request, answers wire.Answers) (commands [][]byte, redirect string, err error)
}
