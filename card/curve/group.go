package curve

// A group is the point arithmetic of one curve. Curves differ in their group
// only; everything above it is common to all of them.
type group interface {
	// decode makes an element of the affine coordinates X‖Y, each of the size
	// of the field. It fails unless both are less than p and satisfy the
	// equation of the curve.
	decode(xy []byte) (e element, ok bool)
	generator() element
	// mulBase is k times the generator, in constant time. k is big-endian, of
	// the size of the order, and less than the order.
	mulBase(k []byte) element
}

// An element of a group, the point at infinity included. Elements are
// immutable until they are wiped.
type element interface {
	// mul is k times the element, in constant time; k as in group.mulBase.
	mul(k []byte) element
	// add is the sum of the element and q, which is of the same group, in
	// constant time and for all operands.
	add(q element) element
	// affine gives X‖Y, or false at infinity.
	affine() (xy []byte, ok bool)
	wipe()
}
