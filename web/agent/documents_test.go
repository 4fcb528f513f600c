package agent

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"cnie.example/card/cnie"
)

func known(n byte) *cnie.Known {
	return &cnie.Known{CardAccess: []byte{1, n}, SOD: []byte{2, n}, DG14: []byte{3, n}}
}

// blank says that a document and its files are overwritten.
func blank(d *document, k *cnie.Known) bool {
	zero := make([]byte, 2)
	return d.can == [digitsOfCAN]byte{} && d.known == nil &&
		bytes.Equal(k.CardAccess, zero) && bytes.Equal(k.SOD, zero) && bytes.Equal(k.DG14, zero)
}

// Catches a document found under another CAN, kept twice or kept while it is in
// use, a memory that grows, and bytes that outlive it.
func TestDocuments(t *testing.T) {
	var d documents
	can := func(n int) []byte { return fmt.Appendf(nil, "%06d", n) }
	first := d.take(can(0))
	if first.expected() != nil {
		t.Fatal("an empty memory knows a document")
	}
	first.learn(*known(0))
	firstKnown := first.known
	d.keep(first)
	for n := 1; n < maxDocuments; n++ {
		k := d.take(can(n))
		k.learn(*known(byte(n)))
		d.keep(k)
	}
	second := d.take(can(1))
	if second.expected() == nil || second.expected().SOD[1] != 1 || d.take(can(1)).expected() != nil {
		t.Error("a document is not found, or found although it is in use")
	}
	secondKnown := second.known
	second.wipe()
	if !blank(second, secondKnown) {
		t.Error("a document that was wiped is still there")
	}
	for _, n := range []int{100, 101} { // the first has to go for the second of these
		k := d.take(can(n))
		k.learn(*known(byte(n)))
		d.keep(k)
	}
	if len(d.kept) != maxDocuments || d.take(can(0)).expected() != nil || !blank(first, firstKnown) {
		t.Errorf("%d documents, or the oldest is still there", len(d.kept))
	}
	last := d.kept[maxDocuments-1]
	lent := d.take(can(2))
	lastKnown, lentKnown := last.known, lent.known
	d.close()
	d.keep(lent)
	if len(d.kept) != 0 || !blank(last, lastKnown) || !blank(lent, lentKnown) {
		t.Error("the end of the agent leaves documents")
	}
}

// Catches a memory that remembers although nobody asked for it.
func TestNoDocuments(t *testing.T) {
	var d *documents
	k := d.take([]byte("123456"))
	k.learn(*known(1))
	k.forget()
	k.wipe()
	d.keep(k)
	d.close()
	if k != nil || k.expected() != nil {
		t.Error("a document is remembered")
	}
}

// Catches a CAN that is kept though nothing was learnt of its document.
func TestNothingLearnt(t *testing.T) {
	var d documents
	k := d.take([]byte("123456"))
	d.keep(k)
	if len(d.kept) != 0 || k.can != [digitsOfCAN]byte{} {
		t.Error("the CAN is still there")
	}
}

// Catches a consent that comes while the agent ends and takes a document out of
// its memory that nobody wipes then.
func TestConsentAtTheEnd(t *testing.T) {
	a := New(Config{RememberDocuments: true})
	k := a.documents.take([]byte("123456"))
	k.learn(*known(1))
	files := k.known
	a.documents.keep(k)
	a.closed = true // Close has begun, and has not come to the documents
	l := newLogin(a, "", "", nil)
	l.state, l.deadline = Consent, time.Now().Add(time.Hour)
	if err := l.Consent([]byte("123456")); err != nil {
		t.Fatal(err)
	}
	if !blank(k, files) {
		t.Error("the document is still there")
	}
}
