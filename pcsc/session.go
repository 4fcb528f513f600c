package pcsc

import (
	"errors"
	"slices"
	"time"

	"github.com/ebfe/scard"
)

const (
	// lookAgain is how long the monitor leaves alone what it cannot wait for: a
	// service that does not run, readers that are not announced (macOS), a driver
	// that announces changes without end.
	lookAgain = time.Second
	// firstPause is the first of the pauses that double up to lookAgain.
	firstPause = 50 * time.Millisecond
	// settled is how long after the beginning of a wait the readers are listed
	// once more, where the service does not count them.
	settled = 20 * time.Millisecond
	// forgiven is how many waits in a row may end at once for nothing.
	forgiven = 3
)

// run is the goroutine of the monitor. It ends when nobody listens.
func (m *monitor) run() {
	for failures := 0; !m.ends(); failures++ {
		if m.session() {
			failures = 0
		}
		if !m.due() {
			m.pause(doubled(failures))
		}
	}
}

// doubled is the pause after n others.
func doubled(n int) time.Duration { return min(firstPause<<min(n, 10), lookAgain) }

// session is the time of one PC/SC context: it looks and waits until the
// service fails or nobody listens. It tells whether a wait succeeded.
func (m *monitor) session() (worked bool) {
	s := snapshot{serial: m.request(), epoch: m.last.epoch + 1}
	rm, err := m.establish()
	if err != nil {
		m.publish(s.failed(err))
		return false
	}
	defer rm.Release()
	for idle := 0; m.next(); {
		s.serial = m.request()
		l, err := lookAround(rm)
		if err != nil {
			m.publish(s.failed(err))
			return worked
		}
		if m.publish(&snapshot{serial: s.serial, epoch: s.epoch, readers: l.readers()}) {
			idle = 0
		}
		begun := time.Now()
		asked, err := m.wait(rm, l)
		if err != nil {
			m.publish(s.failed(err))
			return worked
		}
		worked = true
		if idle++; asked || time.Since(begun) > lookAgain {
			idle = 0
		}
		if idle > forgiven {
			m.pause(doubled(idle - forgiven))
		}
	}
	return worked
}

// failed is the snapshot of a service that cannot be reached.
func (s snapshot) failed(err error) *snapshot {
	return &snapshot{serial: s.serial, epoch: s.epoch, err: serviceFailure("watch the readers", err)}
}

// wait blocks until something changes at the readers just seen, or in their
// set. asked says that it ended because a look is wanted or nobody listens.
func (m *monitor) wait(rm resourceManager, l look) (asked bool, err error) {
	states, timeout := l.waitStates(), time.Duration(-1)
	if !l.pnp {
		timeout = lookAgain
	}
	if len(states) == 0 {
		m.pause(lookAgain)
		return true, nil
	}
	done := make(chan error, 1)
	go func() { done <- rm.GetStatusChange(states, timeout) }()
	var recount <-chan time.Time
	if l.pnp && !l.counted() {
		timer := time.NewTimer(settled)
		defer timer.Stop()
		recount = timer.C
	}
	for {
		select {
		case err := <-done:
			return false, waitFailure(err)
		case <-m.wake:
			return true, waitFailure(cancelUntil(rm, done))
		case <-recount:
			if m.listed(l) {
				continue
			}
			return true, waitFailure(cancelUntil(rm, done))
		}
	}
}

// listed asks, on a context of its own, whether the readers are still those
// seen: one that came between the look and the beginning of the wait is not
// announced by a service that does not count.
func (m *monitor) listed(l look) bool {
	rm, err := m.establish()
	if err != nil {
		return true // the wait will tell
	}
	defer rm.Release()
	names, err := list(rm)
	return err != nil || slices.Equal(names, l.names())
}

// waitFailure tells an end of a wait after which the readers are looked at
// anew from a failure of the service.
func waitFailure(err error) error {
	for _, code := range []scard.Error{
		scard.ErrTimeout, scard.ErrCancelled, scard.ErrUnknownReader, scard.ErrReaderUnavailable, scard.ErrNoReadersAvailable,
	} {
		if errors.Is(err, code) {
			return nil
		}
	}
	return err
}
