package wire

import (
	"fmt"
	"strings"
)

// Values of the member "type" of the messages of the exchange.
const (
	TypeOpening  = "Opening"
	TypeSigned   = "Signed"
	TypeAnswers  = "Answers"
	TypeHandover = "Handover"
	TypeCommands = "Commands"
	TypeResult   = "Result"
)

// Message is a message of the exchange: Opening, Answers and Signed by the agent,
// HandoverMessage, Commands and Result by the provider.
type Message interface {
	Type() string    // the member "type"
	Validate() error // lengths and presence of the members
}

// Opening is the agent's first message.
type Opening struct {
	SOD         Bytes `json:"sod"`          // EF.SOD, the whole file
	DG14        Bytes `json:"dg14"`         // EF.DG14, the whole file
	MaxCommand  int   `json:"max_command"`  // longest command APDU that card and reader take, in bytes
	MaxResponse int   `json:"max_response"` // longest response APDU that they bring, status word included
}

// Type is TypeOpening.
func (Opening) Type() string { return TypeOpening }

// Validate checks lengths and ranges.
func (m Opening) Validate() error {
	return first(
		length("sod", len(m.SOD), 1, MaxSOD),
		length("dg14", len(m.DG14), 1, MaxDG14),
		within("max_command", m.MaxCommand, LeastAPDU, LongestCommand),
		within("max_response", m.MaxResponse, LeastAPDU, LongestResponse),
	)
}

// Answers are the card's response APDUs to the last batch of commands, in
// order, up to and with the first whose status is other than 9000 or 6282.
type Answers struct {
	Responses Batch `json:"responses"`
}

// Type is TypeAnswers.
func (Answers) Type() string { return TypeAnswers }

// Validate checks that the list is there and within limits. An empty list or
// an empty response is well-formed: what it proves is for the provider to say.
func (m Answers) Validate() error {
	if m.Responses == nil {
		return malformed("responses", "missing")
	}
	return m.Responses.validate("responses", 0, MaxBatch, 0, MaxResponse)
}

// HandoverMessage carries the signed handover.
type HandoverMessage struct {
	JWS string `json:"jws"` // compact serialization (RFC 7515, 7.1) over Handover, typ TypHandover
}

// Type is TypeHandover.
func (HandoverMessage) Type() string { return TypeHandover }

// Validate checks length and the form of the compact serialization, no
// signature.
func (m HandoverMessage) Validate() error {
	if err := length("jws", len(m.JWS), 1, MaxHandover); err != nil {
		return err
	}
	return compact("jws", m.JWS)
}

// Commands are more wrapped commands, when a file goes on.
type Commands struct {
	Commands Batch `json:"commands"`
}

// Type is TypeCommands.
func (Commands) Type() string { return TypeCommands }

// Validate checks that there are commands, and within limits.
func (m Commands) Validate() error {
	return m.Commands.validate("commands", 1, MaxCommands, 1, MaxCommand)
}

// Result is the provider's last message: where the browser goes.
type Result struct {
	Redirect string `json:"redirect"` // the signed redirect_uri with code and state
}

// Type is TypeResult.
func (Result) Type() string { return TypeResult }

// Validate checks that the redirect is a URL of the form that a request may
// name. Whether it is the signed one is for the agent to check.
func (m Result) Validate() error { return checkURI("redirect", m.Redirect) }

func (b Batch) validate(name string, least, most, short, long int) error {
	if len(b) > most {
		return fmt.Errorf("member %s: %d elements, at most %d: %w", name, len(b), most, ErrTooLarge)
	}
	if len(b) < least {
		return malformed(name, "empty")
	}
	for _, apdu := range b {
		if err := length(name, len(apdu), short, long); err != nil {
			return err
		}
	}
	return nil
}

// compact checks for three parts of base64url.
func compact(name, jws string) error {
	parts := strings.Split(jws, ".")
	if len(parts) != 3 {
		return malformed(name, "not a compact JWS")
	}
	for _, part := range parts {
		if _, err := parseBase64(part); err != nil || part == "" {
			return malformed(name, "not a compact JWS")
		}
	}
	return nil
}
