package transcript

import (
	"bytes"
	"context"
	"io"
	"slices"
	"sync"
	"time"

	"cnie.example/card"
)

// Recorder is a card.Transmitter that notes what passes to and from another
// one. Its methods may be called concurrently as far as that one allows.
type Recorder struct {
	card  card.Transmitter
	clock func() time.Time

	mu       sync.Mutex
	recorded Transcript
}

// NewRecorder records what passes through t. clock times the exchanges; nil
// leaves times out.
func NewRecorder(t card.Transmitter, h Header, clock func() time.Time) *Recorder {
	return &Recorder{card: t, clock: clock, recorded: Transcript{Header: h}}
}

// Transmit passes the command on and notes it with its response, or with the
// name of the error.
func (r *Recorder) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	x := Exchange{Command: Whole(bytes.Clone(command))}
	var began time.Time
	if r.clock != nil {
		began = r.clock()
	}
	response, err := r.card.Transmit(ctx, command)
	if r.clock != nil {
		x.Took = max(r.clock().Sub(began), 0).Truncate(time.Microsecond)
	}
	if x.Response = Whole(bytes.Clone(response)); err != nil || len(response) == 0 {
		x.Response, x.Failure = nil, failureOf(err)
	}
	r.note(x)
	return response, err
}

// Random reads from source and notes what was read. It is as secret as the keys
// that are made of it: record it only for a full transcript.
func (r *Recorder) Random(source io.Reader) io.Reader { return &recordedRandom{r, source} }

type recordedRandom struct {
	to     *Recorder
	source io.Reader
}

// Read reads from the source.
func (r *recordedRandom) Read(p []byte) (int, error) {
	n, err := r.source.Read(p[:min(len(p), maxRandom)])
	if n > 0 {
		r.to.note(Random{Whole(bytes.Clone(p[:n]))})
	}
	return n, err
}

func (r *Recorder) note(e Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.recorded.Events = append(r.recorded.Events, e)
}

// Transcript is what was recorded so far. Its bytes are shared with the
// recorder: wiping it wipes the record.
func (r *Recorder) Transcript() Transcript {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.recorded
	t.Events = slices.Clone(t.Events)
	return t
}
