package agent

import (
	"crypto/subtle"
	"slices"
	"sync"

	"cnie.example/card/cnie"
)

// maxDocuments is how many documents are remembered; the one that logged in
// longest ago goes first.
const maxDocuments = 8

// digitsOfCAN is the length of a card access number.
const digitsOfCAN = 6

// document is what is remembered of one document, under its CAN.
type document struct {
	can   [digitsOfCAN]byte
	known *cnie.Known // nil: nothing is known of it yet
}

// expected is the document that the card is taken for, or nil.
func (d *document) expected() *cnie.Known {
	if d == nil {
		return nil
	}
	return d.known
}

// learn takes the files of the document over, unless they are known.
func (d *document) learn(k cnie.Known) {
	if d != nil && d.known == nil {
		d.known = &k
	}
}

// forget overwrites what was known. The CAN stays, for what comes in its place.
func (d *document) forget() {
	if d == nil || d.known == nil {
		return
	}
	for _, file := range [][]byte{d.known.CardAccess, d.known.SOD, d.known.DG14} {
		clear(file)
	}
	d.known = nil
}

// wipe overwrites all of it.
func (d *document) wipe() {
	if d != nil {
		d.forget()
		clear(d.can[:])
	}
}

// documents remembers the documents of logins that succeeded. An attempt takes
// its document out and puts it back when it succeeds, so that every other end
// forgets it. A nil *documents remembers nothing. It is safe for concurrent use.
type documents struct {
	mu     sync.Mutex
	kept   []*document // the latest last
	closed bool
}

// take gives the document of a CAN of six digits, which belongs to the caller
// until keep; an empty one when there is none.
func (d *documents) take(can []byte) *document {
	if d == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	found := -1
	for i, k := range d.kept {
		if subtle.ConstantTimeCompare(k.can[:], can) == 1 {
			found = i
		}
	}
	if found < 0 {
		return &document{can: [digitsOfCAN]byte(can)}
	}
	k := d.kept[found]
	d.kept = slices.Delete(d.kept, found, found+1)
	return k
}

// keep takes a document back, and wipes one of which nothing was learnt.
func (d *documents) keep(k *document) {
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed || k.expected() == nil {
		k.wipe()
		return
	}
	if len(d.kept) == maxDocuments {
		d.kept[0].wipe()
		d.kept = slices.Delete(d.kept, 0, 1)
	}
	d.kept = append(d.kept, k)
}

// close forgets all, and whatever is kept later.
func (d *documents) close() {
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, k := range d.kept {
		k.wipe()
	}
	d.kept, d.closed = nil, true
}
