package vcard

import (
	"context"
	"maps"
	"time"
)

// Counters is what a card has done since New.
type Counters struct {
	APDUs    int64 // commands served
	Received int64 // bytes of commands
	Sent     int64 // bytes of responses

	// Multiplications of a point by a scalar, by curve. RSA, symmetric
	// cryptography and the point encoding of integrated mapping are not counted.
	Multiplications map[Curve]int64
}

// since is what was done after an earlier state of the counters.
func (c Counters) since(before Counters) Counters {
	difference := Counters{
		APDUs: c.APDUs - before.APDUs, Received: c.Received - before.Received, Sent: c.Sent - before.Sent,
		Multiplications: maps.Clone(c.Multiplications),
	}
	for curve, n := range before.Multiplications {
		difference.Multiplications[curve] -= n
	}
	return difference
}

func (c Counters) clone() Counters {
	c.Multiplications = maps.Clone(c.Multiplications)
	return c
}

// Latency is a model of the time that a chip and its reader take. The zero
// Latency takes none.
type Latency struct {
	PerAPDU time.Duration // for every command
	PerByte time.Duration // for every byte of a command or a response

	// PerMultiplication is the time of one multiplication on a curve of 256
	// bits. It grows with the cube of the size of the field.
	PerMultiplication time.Duration
}

// DefaultLatency is 17 ms per APDU and 70 µs per byte. It has no time for the
// chip's cryptography, since no figure of a chip is known.
func DefaultLatency() Latency {
	return Latency{PerAPDU: 17 * time.Millisecond, PerByte: 70 * time.Microsecond}
}

// referenceSize is the size in bits of the curve of PerMultiplication.
const referenceSize = 256

// Of is the time that the model gives to what was counted.
func (l Latency) Of(c Counters) time.Duration {
	total := time.Duration(c.APDUs)*l.PerAPDU + time.Duration(c.Received+c.Sent)*l.PerByte
	for curve, n := range c.Multiplications {
		ratio := float64(curve.bits()) / referenceSize
		total += time.Duration(float64(n) * ratio * ratio * ratio * float64(l.PerMultiplication))
	}
	return total
}

// sleep waits for d, or until ctx ends and then gives its error.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
