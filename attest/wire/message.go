package wire

import (
	"fmt"

	"github.com/go-json-experiment/json"
)

// envelope is a message with its member "type".
type envelope[T any] struct {
	Type string `json:"type"`
	Body *T     `json:",inline"`
}

// TypeOf reads the member "type" of a message of the exchange, whatever its
// other members are.
func TypeOf(b []byte) (string, error) {
	if err := limited("message", len(b), MaxMessage); err != nil {
		return "", err
	}
	var m struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return "", fmt.Errorf("message: %w", decodeError(err))
	}
	if m.Type == "" {
		return "", fmt.Errorf("message: %w", malformed("type", "missing"))
	}
	return m.Type, nil
}

// DecodeOpening reads the agent's first message.
func DecodeOpening(b []byte) (Opening, error) { return decodeMessage[Opening](b) }

// EncodeOpening writes the agent's first message.
func EncodeOpening(m Opening) ([]byte, error) { return encodeMessage(m) }

// DecodeAnswers reads the card's answers.
func DecodeAnswers(b []byte) (Answers, error) { return decodeMessage[Answers](b) }

// EncodeAnswers writes the card's answers.
func EncodeAnswers(m Answers) ([]byte, error) { return encodeMessage(m) }

// DecodeHandoverMessage reads the answer to Opening. The signature in it is
// not checked.
func DecodeHandoverMessage(b []byte) (HandoverMessage, error) {
	return decodeMessage[HandoverMessage](b)
}

// EncodeHandoverMessage writes the answer to Opening.
func EncodeHandoverMessage(m HandoverMessage) ([]byte, error) { return encodeMessage(m) }

// DecodeCommands reads an answer to Answers that must be Commands.
func DecodeCommands(b []byte) (Commands, error) { return decodeMessage[Commands](b) }

// EncodeCommands writes more commands.
func EncodeCommands(m Commands) ([]byte, error) { return encodeMessage(m) }

// DecodeResult reads an answer to Answers that must be a Result.
func DecodeResult(b []byte) (Result, error) { return decodeMessage[Result](b) }

// EncodeResult writes the provider's last message.
func EncodeResult(m Result) ([]byte, error) { return encodeMessage(m) }

// DecodeFromAgent reads a message that an agent sends: it is an Opening, an
// Answers or a Signed.
func DecodeFromAgent(b []byte) (Message, error) {
	return decodeOneOf(b, TypeOpening, TypeAnswers, TypeSigned)
}

// DecodeReply reads the provider's answer to Answers: it is a Commands or a
// Result.
func DecodeReply(b []byte) (Message, error) { return decodeOneOf(b, TypeCommands, TypeResult) }

func decodeOneOf(b []byte, types ...string) (Message, error) {
	got, err := TypeOf(b)
	if err != nil {
		return nil, err
	}
	for _, t := range types {
		if t == got {
			return decodeAny(b, t)
		}
	}
	return nil, unexpected(got)
}

func decodeAny(b []byte, messageType string) (Message, error) {
	switch messageType {
	case TypeOpening:
		return asMessage(DecodeOpening(b))
	case TypeAnswers:
		return asMessage(DecodeAnswers(b))
	case TypeSigned:
		return asMessage(DecodeSigned(b))
	case TypeCommands:
		return asMessage(DecodeCommands(b))
	case TypeResult:
		return asMessage(DecodeResult(b))
	}
	return nil, unexpected(messageType)
}

// asMessage keeps a failed message from becoming a non-nil interface.
func asMessage[T Message](m T, err error) (Message, error) {
	if err != nil {
		return nil, err
	}
	return m, nil
}

func decodeMessage[T Message](b []byte) (T, error) {
	var body, none T
	got, err := TypeOf(b)
	if err != nil {
		return none, err
	}
	if got != body.Type() {
		return none, unexpected(got)
	}
	if err := decode(got, b, MaxMessage, &envelope[T]{Body: &body}); err != nil {
		return none, err
	}
	if err := body.Validate(); err != nil {
		return none, fmt.Errorf("%s: %w", got, err)
	}
	return body, nil
}

func encodeMessage[T Message](m T) ([]byte, error) {
	return encode(m.Type(), MaxMessage, envelope[T]{Type: m.Type(), Body: &m}, m)
}

func unexpected(messageType string) error {
	return fmt.Errorf("message of type %.16q is not expected here: %w", messageType, ErrMalformed)
}
