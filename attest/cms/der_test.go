package cms_test

import (
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// node is a DER element that tests take apart, change and encode again.
type node struct {
	tag      byte
	value    []byte
	children []*node // of a constructed element
}

func decode(t testing.TB, der []byte) *node {
	t.Helper()
	nodes := decodeAll(t, der)
	if len(nodes) != 1 {
		t.Fatalf("%d elements", len(nodes))
	}
	return nodes[0]
}

func decodeAll(t testing.TB, der []byte) []*node {
	t.Helper()
	var nodes []*node
	input := cryptobyte.String(der)
	for !input.Empty() {
		var value cryptobyte.String
		var tag asn1.Tag
		if !input.ReadAnyASN1(&value, &tag) {
			t.Fatal("fixture is not DER")
		}
		n := &node{tag: byte(tag), value: value}
		if tag&0x20 != 0 {
			n.children = decodeAll(t, value)
		}
		nodes = append(nodes, n)
	}
	return nodes
}

func (n *node) encode() []byte {
	var b cryptobyte.Builder
	n.add(&b)
	return b.BytesOrPanic()
}

func (n *node) add(b *cryptobyte.Builder) {
	b.AddASN1(asn1.Tag(n.tag), func(b *cryptobyte.Builder) {
		if n.tag&0x20 == 0 {
			b.AddBytes(n.value)
			return
		}
		for _, child := range n.children {
			child.add(b)
		}
	})
}

// at walks down to the child that the indexes name.
func (n *node) at(path ...int) *node {
	for _, i := range path {
		n = n.children[i]
	}
	return n
}

func (n *node) remove(i int) {
	n.children = append(n.children[:i:i], n.children[i+1:]...)
}

func (n *node) insert(i int, child *node) {
	n.children = append(n.children[:i:i], append([]*node{child}, n.children[i:]...)...)
}
