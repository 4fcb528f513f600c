package pcsc

import "fmt"

// EventKind says what happened.
type EventKind int

// What can happen at the readers. A card that comes is CardInserted when it
// answers and CardMute when it does not; one that answers in the end is
// CardInserted after CardMute.
const (
	ReaderArrived  EventKind = iota + 1 // a reader was plugged in
	ReaderLeft                          // a reader was unplugged
	CardInserted                        // a card that answers is in the reader
	CardMute                            // a card that does not answer is in the reader
	CardRemoved                         // the card has gone
	CardTaken                           // another program has connected to the card
	CardFreed                           // no other program is connected to the card any more
	ServiceStopped                      // the PC/SC service cannot be reached
	ServiceStarted                      // the PC/SC service is back
)

// String is the name of the constant.
func (k EventKind) String() string {
	names := [...]string{
		"ReaderArrived", "ReaderLeft", "CardInserted", "CardMute", "CardRemoved", "CardTaken", "CardFreed",
		"ServiceStopped", "ServiceStarted",
	}
	if k < 1 || int(k) > len(names) {
		return fmt.Sprintf("EventKind(%d)", int(k))
	}
	return names[k-1]
}

// Event is something that happened at a reader or to the service.
type Event struct {
	Kind   EventKind
	Reader Reader // as it is after the event; for ReaderLeft and CardRemoved its name only
	Err    error  // ServiceStopped: why, an error such as those of Readers; else nil
}

// snapshot is what the monitor knows at one time. It is never changed.
type snapshot struct {
	serial  uint64 // the last request for a look that this one answers
	epoch   uint64 // counts the times that the service was reached
	err     error  // the service cannot be reached
	readers []seen // in the order of the service
}

func (s *snapshot) find(name string) (seen, bool) {
	for _, r := range s.readers {
		if r.Name == name {
			return r, true
		}
	}
	return seen{}, false
}

// until gives the events that lead from s to now, what went before what came.
func (s *snapshot) until(now *snapshot) []Event {
	var events []Event
	same := s.epoch == now.epoch && s.err == nil && now.err == nil
	for _, old := range s.readers {
		current, stays := now.find(old.Name)
		stays = stays && same
		if old.Present && !(stays && old.sameCard(current)) {
			events = append(events, Event{Kind: CardRemoved, Reader: Reader{Name: old.Name}})
		}
		if !stays {
			events = append(events, Event{Kind: ReaderLeft, Reader: Reader{Name: old.Name}})
		}
	}
	switch {
	case now.err != nil && s.err == nil:
		events = append(events, Event{Kind: ServiceStopped, Err: now.err})
	case now.err == nil && s.err != nil:
		events = append(events, Event{Kind: ServiceStarted})
	}
	for _, current := range now.readers {
		old, known := s.find(current.Name)
		if known = known && same; !known {
			events = append(events, Event{Kind: ReaderArrived, Reader: current.copied()})
		}
		events = append(events, cardEvents(old, current, known)...)
	}
	return events
}

// cardEvents gives what came to the card of one reader.
func cardEvents(old, current seen, known bool) (events []Event) {
	same := known && old.Present && old.sameCard(current)
	tell := func(k EventKind) { events = append(events, Event{Kind: k, Reader: current.copied()}) }
	if current.Present && (!same || old.Mute != current.Mute) {
		if current.Mute {
			tell(CardMute)
		} else {
			tell(CardInserted)
		}
	}
	switch wasInUse := same && old.InUse; {
	case current.InUse && !wasInUse:
		tell(CardTaken)
	case current.Present && wasInUse && !current.InUse:
		tell(CardFreed)
	}
	return events
}
