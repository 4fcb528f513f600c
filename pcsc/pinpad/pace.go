package pinpad

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"cnie.example/card"
)

// Functions of EXECUTE_PACE (PC/SC part 10, amendment 1, 2.5.12).
const (
	functionCapabilities = 0x01 // GetReadersPACECapabilities
	functionEstablish    = 0x02 // EstablishPACEChannel
	functionDestroy      = 0x03 // DestroyPACEChannel
)

// PACECapabilities is the bit map of GetReadersPACECapabilities.
type PACECapabilities byte

// Bits of PACECapabilities.
const (
	PACESignature PACECapabilities = 0x10 // qualified signature
	PACEeID       PACECapabilities = 0x20 // German eID application
	PACEGeneric   PACECapabilities = 0x40 // PACE for any application
	PACEDestroy   PACECapabilities = 0x80 // DestroyPACEChannel
)

// PACEPassword is the kind of password that PACE is run with.
type PACEPassword byte

// Passwords (BSI TR-03110-3, B.11.1).
const (
	PasswordMRZ PACEPassword = 0x01
	PasswordCAN PACEPassword = 0x02
	PasswordPIN PACEPassword = 0x03
	PasswordPUK PACEPassword = 0x04
)

// PACERequest asks for a PACE channel between reader and card.
type PACERequest struct {
	Password               PACEPassword
	CHAT                   []byte // certificate holder authorization template, at most 255 bytes, or nil
	Secret                 []byte // the password, at most 255 bytes; nil to enter it at the reader
	CertificateDescription []byte // or nil
}

// PACEResult is what a reader tells of a channel it established. From then on
// the reader protects the commands of Transmit itself.
type PACEResult struct {
	Status      card.Status // of MSE:Set AT; 63Cx tells tries that were left
	CardAccess  []byte      // EF.CardAccess as the reader read it
	CurrentCAR  []byte      // certification authority references, nil when not told
	PreviousCAR []byte
	IDICC       []byte // the compressed ephemeral key of the card, nil when not told
}

// PACECapabilities asks what kinds of PACE the reader runs.
func (p *Pad) PACECapabilities(ctx context.Context) (PACECapabilities, error) {
	const op = "ask for PACE"
	out, err := p.pace(ctx, op, functionCapabilities, nil)
	if err != nil {
		return 0, err
	}
	if len(out) != 1 {
		return 0, fmt.Errorf("%s: bit map of %d bytes: %w", op, len(out), ErrAnswer)
	}
	return PACECapabilities(out[0]), nil
}

// EstablishPACE lets the reader run PACE with the card. A failure is a
// *PACEError: errors.Is finds ErrCancelled, ErrTimeout and the errors of package
// card. The secret stays the caller's; the copies made here are overwritten.
func (p *Pad) EstablishPACE(ctx context.Context, r PACERequest) (PACEResult, error) {
	const op = "establish a PACE channel"
	in, err := r.marshal()
	if err != nil {
		return PACEResult{}, fmt.Errorf("%s: %w", op, err)
	}
	defer clear(in)
	out, err := p.pace(ctx, op, functionEstablish, in)
	if err != nil {
		return PACEResult{}, err
	}
	result, err := ParsePACEResult(out)
	if err != nil {
		return PACEResult{}, fmt.Errorf("%s: %w", op, err)
	}
	return result, nil
}

// DestroyPACE ends the channel; ErrUnsupported where the reader cannot.
func (p *Pad) DestroyPACE(ctx context.Context) error {
	_, err := p.pace(ctx, "end the PACE channel", functionDestroy, nil)
	return err
}

// marshal encodes the input of EstablishPACEChannel.
func (r PACERequest) marshal() ([]byte, error) {
	if r.Password < PasswordMRZ || r.Password > PasswordPUK || len(r.CHAT) > math.MaxUint8 ||
		len(r.Secret) > math.MaxUint8 || len(r.CertificateDescription) > math.MaxUint16-5-len(r.CHAT)-len(r.Secret) {
		return nil, fmt.Errorf("input of PACE: %w", ErrRequest)
	}
	b := make([]byte, 0, 5+len(r.CHAT)+len(r.Secret)+len(r.CertificateDescription))
	b = append(append(b, byte(r.Password), byte(len(r.CHAT))), r.CHAT...)
	b = append(append(b, byte(len(r.Secret))), r.Secret...)
	return append(append(b, littleEndian16(len(r.CertificateDescription))...), r.CertificateDescription...), nil
}

// pace runs one function: number, length, input; then result, length, output.
func (p *Pad) pace(ctx context.Context, op string, function byte, in []byte) ([]byte, error) {
	command := make([]byte, 0, 3+len(in))
	defer func() { clear(command[:cap(command)]) }()
	command = append(command, function, byte(len(in)), byte(len(in)>>8))
	answer, err := p.run(ctx, ExecutePACE, append(command, in...))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	if len(answer) < 6 || len(answer)-6 != int(binary.LittleEndian.Uint16(answer[4:6])) {
		return nil, fmt.Errorf("%s: %d bytes: %w", op, len(answer), ErrAnswer)
	}
	if code := binary.LittleEndian.Uint32(answer); code != 0 {
		return nil, &PACEError{Op: op, Code: code}
	}
	return answer[6:], nil
}

// ParsePACEResult parses the output of EstablishPACEChannel. What follows
// EF.CardAccess is there as a whole or not at all. The fields alias b.
func ParsePACEResult(b []byte) (PACEResult, error) {
	in := input{rest: b}
	r := PACEResult{Status: card.Status(in.number(2, binary.BigEndian))}
	r.CardAccess = in.field(2)
	if len(in.rest) > 0 {
		r.CurrentCAR, r.PreviousCAR, r.IDICC = in.field(1), in.field(1), in.field(2)
	}
	if in.short || len(in.rest) > 0 {
		return PACEResult{}, fmt.Errorf("output of %d bytes: %w", len(b), ErrAnswer)
	}
	return r, nil
}

// input is consumed from its beginning; short is set when there was not enough.
type input struct {
	rest  []byte
	short bool
}

func (in *input) take(n int) []byte {
	if n > len(in.rest) {
		in.short, in.rest = true, nil
		return nil
	}
	taken := in.rest[:n:n]
	in.rest = in.rest[n:]
	return taken
}

func (in *input) number(size int, order binary.ByteOrder) int {
	b := in.take(size)
	switch len(b) {
	case 1:
		return int(b[0])
	case 2:
		return int(order.Uint16(b))
	}
	return 0
}

// field takes a length in little endian and that many bytes, nil for none.
func (in *input) field(lengthSize int) []byte {
	n := in.number(lengthSize, binary.LittleEndian)
	if n == 0 {
		return nil
	}
	return in.take(n)
}
