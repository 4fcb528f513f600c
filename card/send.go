package card

import (
	"context"
	"fmt"
)

// maxContinuations bounds GET RESPONSE: with 256 bytes each, more than the
// longest extended response. A card that goes on is at fault or hostile.
const maxContinuations = MaxExtendedLe/MaxShortLe + 1

const insGetResponse = 0xC0

// secureMessagingBits of CLA announce secure messaging (ISO/IEC 7816-4, 5.1.1).
const secureMessagingBits = 0x0C

// Send transmits one command and returns its whole response, whatever its
// final status word: only a failed transport, a malformed response or a
// response that never ends is an error.
//
// It repeats the command once with the length of 6Cxx and collects the rest
// that 61xx announces by GET RESPONSE (ISO/IEC 7816-4, 5.1.3 and 11.7.1). A
// command under secure messaging is never repeated: its counter is spent.
func Send(ctx context.Context, t Transmitter, c Command) (Response, error) {
	r, err := send(ctx, t, c)
	if err == nil && r.Status.SW1() == 0x6C && c.Le > 0 && c.CLA&secureMessagingBits == 0 {
		c.Le, c.Extended = lengthOr(int(r.Status.SW2()), MaxShortLe), false
		r, err = send(ctx, t, c)
	}
	if err != nil || r.Status.SW1() != 0x61 {
		return r, err
	}
	return collect(ctx, t, c, r)
}

// collect fetches what the 61xx of r announces. It follows a 6Cxx to GET
// RESPONSE, which carries no secure messaging and may be repeated, and refuses
// more data than an extended response has.
func collect(ctx context.Context, t Transmitter, c Command, r Response) (Response, error) {
	get := Command{CLA: c.CLA &^ (ChainingBit | secureMessagingBits), INS: insGetResponse}
	data := append([]byte(nil), r.Data...)
	for range maxContinuations {
		get.Le = lengthOr(int(r.Status.SW2()), MaxShortLe)
		next, err := send(ctx, t, get)
		if err != nil {
			return Response{}, err
		}
		data = append(data, next.Data...)
		if len(data) > MaxExtendedLe {
			break
		}
		if sw1 := next.Status.SW1(); sw1 != 0x61 && sw1 != 0x6C {
			return Response{Data: data, Status: next.Status}, nil
		}
		r = next
	}
	return Response{}, fmt.Errorf("response to %v has no end: %w", c, ErrResponse)
}

// Exchange is Send for a command that only 9000 answers, and gives the data of
// the response. Every other status word is a *StatusError with op; the error of
// Send is wrapped with it too.
func Exchange(ctx context.Context, t Transmitter, c Command, op string) ([]byte, error) {
	r, err := Send(ctx, t, c)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	if err := r.Err(op); err != nil {
		return nil, err
	}
	return r.Data, nil
}

// SendChained transmits a command whose data is longer than maxData bytes as a
// chain (ISO/IEC 7816-4, 5.1.1.1); a shorter one is sent as it is. The chain
// ends early, with that response, when the card refuses a link.
func SendChained(ctx context.Context, t Transmitter, c Command, maxData int) (Response, error) {
	if maxData <= 0 {
		return Response{}, fmt.Errorf("chain of %d byte links: %w", maxData, ErrCommand)
	}
	for len(c.Data) > maxData {
		link := Command{CLA: c.CLA | ChainingBit, INS: c.INS, P1: c.P1, P2: c.P2, Data: c.Data[:maxData]}
		r, err := Send(ctx, t, link)
		if err != nil || r.Status != StatusOK {
			return r, err
		}
		c.Data = c.Data[maxData:]
	}
	return Send(ctx, t, c)
}

func send(ctx context.Context, t Transmitter, c Command) (Response, error) {
	b, err := c.Bytes()
	if err != nil {
		return Response{}, err
	}
	raw, err := t.Transmit(ctx, b)
	if err != nil {
		return Response{}, fmt.Errorf("transmit %v: %w", c, err)
	}
	return ParseResponse(raw)
}
