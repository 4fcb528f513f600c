package card

import "context"

// Transmitter moves one command APDU to a card and returns its response APDU.
//
// The command is not kept after the call returns. The response belongs to the
// caller. An error means that no response came: the state of the card is then
// unknown and a secure channel over it is lost. Calls are not concurrent
// unless the implementation says so. Implementations return soon after ctx
// ends, with an error that wraps ctx.Err().
type Transmitter interface {
	Transmit(ctx context.Context, command []byte) (response []byte, err error)
}

// TransmitterFunc makes a Transmitter of a function.
type TransmitterFunc func(ctx context.Context, command []byte) ([]byte, error)

// Transmit calls f.
func (f TransmitterFunc) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	return f(ctx, command)
}
