package attest

import (
	"context"
	"fmt"
	"time"

	"cnie.example/attest/record"
	"cnie.example/attest/refusal"
	"cnie.example/card/mrz"
)

// DefaultStatusWait is the default of Config.StatusWait.
const DefaultStatusWait = 5 * time.Second

// Status is what is known about a document besides what it says itself.
type Status int

// The answers of a DocumentStatus.
const (
	StatusUnknown Status = iota // nothing is known
	StatusGood                  // the document is known and in order
	StatusLost                  // reported lost
	StatusStolen                // reported stolen
	StatusInvalid               // withdrawn, replaced, never issued
)

// String is the name in evidence records: "unknown", "good", "lost", "stolen",
// "invalid".
func (s Status) String() string {
	switch s {
	case StatusUnknown:
		return record.StatusUnknown
	case StatusGood:
		return record.StatusGood
	case StatusLost:
		return record.StatusLost
	case StatusStolen:
		return record.StatusStolen
	case StatusInvalid:
		return record.StatusInvalid
	}
	return fmt.Sprintf("status(%d)", int(s))
}

// DocumentID names a document. It is personal data.
type DocumentID struct {
	IssuingState   string    // ICAO Doc 9303-3, section 5: "FRA", "D"
	DocumentCode   string    // of the machine readable zone, without filler: "ID", "P"
	DocumentNumber string    // without filler
	Expiry         time.Time // the last day, midnight UTC
}

// DocumentStatus asks whoever knows whether a document was reported lost or
// stolen, or is invalid. The operator brings it.
//
// Status is called at most once for each login, from any goroutine, after the
// chip has proved its presence and the document has been verified. ctx ends
// with the request or after Config.StatusWait; an answer after that is not
// waited for. Status has to return when ctx ends: each call that does not leaves
// a goroutine behind. An error, StatusUnknown and a missing answer are the same: the
// login goes on and its level stays at EIDAS1. StatusLost, StatusStolen and
// StatusInvalid refuse it with refusal.DocumentReported.
type DocumentStatus interface {
	Status(ctx context.Context, document DocumentID) (Status, error)
}

// checkStatus asks for the status of the document. It fails with a refusal when
// the document was reported, and with the error of ctx when the request ends.
func (l *Login) checkStatus(ctx context.Context, zone *mrz.MRZ, now time.Time) error {
	if l.verifier.config.Status == nil {
		return nil
	}
	id := DocumentID{IssuingState: zone.IssuingState, DocumentCode: zone.DocumentCode, DocumentNumber: zone.DocumentNumber}
	var err error
	if id.Expiry, err = zone.ExpiryDay(now); err != nil {
		return refusal.New(refusal.FileMalformed, fmt.Errorf("date of expiry: %w", err))
	}
	status := l.verifier.config.ask(ctx, id)
	if err := ctx.Err(); err != nil {
		return err
	}
	l.record.Status = status.String()
	switch status {
	case StatusGood:
		l.passed(CheckDocumentStatus, "")
	case StatusLost, StatusStolen, StatusInvalid:
		return refusal.New(refusal.DocumentReported, fmt.Errorf("document is %v", status))
	}
	return nil
}

// ask waits no longer than StatusWait, also when Status does not look at its
// context. What is no answer is StatusUnknown. A panic of Status is passed on to
// the caller's goroutine.
func (c *Config) ask(ctx context.Context, id DocumentID) Status {
	type answer struct {
		status   Status
		err      error
		panicked any
	}
	ctx, cancel := context.WithTimeout(ctx, c.StatusWait)
	defer cancel()
	answers := make(chan answer, 1)
	go func() {
		var a answer
		defer func() {
			a.panicked = recover()
			answers <- a
		}()
		a.status, a.err = c.Status.Status(ctx, id)
	}()
	var a answer
	select {
	case a = <-answers:
	case <-ctx.Done():
		// An answer that came at the same moment counts: it may be a bad one.
		select {
		case a = <-answers:
		default:
			return StatusUnknown
		}
	}
	if a.panicked != nil {
		panic(a.panicked)
	}
	if a.err != nil || a.status < StatusUnknown || a.status > StatusInvalid {
		return StatusUnknown
	}
	return a.status
}
