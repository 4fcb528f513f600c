package curve

import "math/bits"

// mul sets z to x·y/R mod p: Montgomery's product, a row of the product and a
// step of the reduction in turn. One of x and y may be any number below R.
func (z *field256) mul(x, y *field256) {
	x0, x1, x2, x3 := x[0], x[1], x[2], x[3]
	var c, top uint64

	t0, t1, t2, t3, t4 := row256(x0, x1, x2, x3, y[0])
	t0, t1, t2, t3, t4 = reduce256(t0, t1, t2, t3, t4, 0)

	r0, r1, r2, r3, r4 := row256(x0, x1, x2, x3, y[1])
	t0, c = bits.Add64(t0, r0, 0)
	t1, c = bits.Add64(t1, r1, c)
	t2, c = bits.Add64(t2, r2, c)
	t3, c = bits.Add64(t3, r3, c)
	t4, top = bits.Add64(t4, r4, c)
	t0, t1, t2, t3, t4 = reduce256(t0, t1, t2, t3, t4, top)

	r0, r1, r2, r3, r4 = row256(x0, x1, x2, x3, y[2])
	t0, c = bits.Add64(t0, r0, 0)
	t1, c = bits.Add64(t1, r1, c)
	t2, c = bits.Add64(t2, r2, c)
	t3, c = bits.Add64(t3, r3, c)
	t4, top = bits.Add64(t4, r4, c)
	t0, t1, t2, t3, t4 = reduce256(t0, t1, t2, t3, t4, top)

	r0, r1, r2, r3, r4 = row256(x0, x1, x2, x3, y[3])
	t0, c = bits.Add64(t0, r0, 0)
	t1, c = bits.Add64(t1, r1, c)
	t2, c = bits.Add64(t2, r2, c)
	t3, c = bits.Add64(t3, r3, c)
	t4, top = bits.Add64(t4, r4, c)
	t0, t1, t2, t3, t4 = reduce256(t0, t1, t2, t3, t4, top)

	z.subtractOnce(t0, t1, t2, t3, t4)
}

// square sets z to x²/R mod p: the whole square first, with each mixed product
// computed once and doubled, then the four steps of the reduction.
func (z *field256) square(x *field256) {
	x0, x1, x2, x3 := x[0], x[1], x[2], x[3]

	h01, l01 := bits.Mul64(x0, x1)
	h02, l02 := bits.Mul64(x0, x2)
	h03, l03 := bits.Mul64(x0, x3)
	h12, l12 := bits.Mul64(x1, x2)
	h13, l13 := bits.Mul64(x1, x3)
	h23, l23 := bits.Mul64(x2, x3)
	t1 := l01
	t2, c := bits.Add64(l02, h01, 0)
	t3, c := bits.Add64(l03, h02, c)
	t4, c := bits.Add64(l13, h03, c)
	t5, c := bits.Add64(l23, h13, c)
	t6 := h23 + c
	t3, c = bits.Add64(t3, l12, 0)
	t4, c = bits.Add64(t4, h12, c)
	t5, c = bits.Add64(t5, 0, c)
	t6 += c

	t1, c = bits.Add64(t1, t1, 0)
	t2, c = bits.Add64(t2, t2, c)
	t3, c = bits.Add64(t3, t3, c)
	t4, c = bits.Add64(t4, t4, c)
	t5, c = bits.Add64(t5, t5, c)
	t6, t7 := bits.Add64(t6, t6, c)

	h0, t0 := bits.Mul64(x0, x0)
	h1, l1 := bits.Mul64(x1, x1)
	h2, l2 := bits.Mul64(x2, x2)
	h3, l3 := bits.Mul64(x3, x3)
	t1, c = bits.Add64(t1, h0, 0)
	t2, c = bits.Add64(t2, l1, c)
	t3, c = bits.Add64(t3, h1, c)
	t4, c = bits.Add64(t4, l2, c)
	t5, c = bits.Add64(t5, h2, c)
	t6, c = bits.Add64(t6, l3, c)
	t7 += h3 + c

	var top uint64
	t0, t1, t2, t3, top = reduce256(t0, t1, t2, t3, t4, 0)
	t0, t1, t2, t3, top = reduce256(t0, t1, t2, t3, t5, top)
	t0, t1, t2, t3, top = reduce256(t0, t1, t2, t3, t6, top)
	t0, t1, t2, t3, top = reduce256(t0, t1, t2, t3, t7, top)
	z.subtractOnce(t0, t1, t2, t3, top)
}

// row256 is x·y for a number x of four limbs.
func row256(x0, x1, x2, x3, y uint64) (r0, r1, r2, r3, r4 uint64) {
	h0, r0 := bits.Mul64(x0, y)
	h1, l1 := bits.Mul64(x1, y)
	h2, l2 := bits.Mul64(x2, y)
	h3, l3 := bits.Mul64(x3, y)
	r1, c := bits.Add64(l1, h0, 0)
	r2, c = bits.Add64(l2, h1, c)
	r3, c = bits.Add64(l3, h2, c)
	return r0, r1, r2, r3, h3 + c
}

// reduce256 is one step of Montgomery's reduction: it adds the multiple of p
// that makes t0 zero and drops t0. top is the carry above t4, out the carry
// above z3. The high half of a product with p3 leaves room for top and a carry.
func reduce256(t0, t1, t2, t3, t4, top uint64) (z0, z1, z2, z3, out uint64) {
	q := t0 * negInverseP
	h0, l0 := bits.Mul64(p0, q)
	h1, l1 := bits.Mul64(p1, q)
	h2, l2 := bits.Mul64(p2, q)
	h3, l3 := bits.Mul64(p3, q)
	_, c := bits.Add64(t0, l0, 0)
	t1, c = bits.Add64(t1, l1, c)
	t2, c = bits.Add64(t2, l2, c)
	t3, c = bits.Add64(t3, l3, c)
	h3 += top + c
	z0, c = bits.Add64(t1, h0, 0)
	z1, c = bits.Add64(t2, h1, c)
	z2, c = bits.Add64(t3, h2, c)
	z3, out = bits.Add64(t4, h3, c)
	return z0, z1, z2, z3, out
}
