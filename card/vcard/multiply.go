package vcard

import "math/big"

// affine is q in affine coordinates.
func (c *calculation) affine(q *jacobian) point {
	if q.infinite() {
		return point{}
	}
	inverse := new(big.Int).ModInverse(&q.z, c.p)
	square, x, y := &c.t[0], new(big.Int), new(big.Int)
	c.mul(square, inverse, inverse)
	c.mul(x, &q.x, square)
	c.mul(square, square, inverse)
	c.mul(y, &q.y, square)
	return point{x, y}
}

// add is p + q.
func (d *domain) add(p, q point) point {
	c, sum := d.calculate(), new(jacobian)
	sum.set(p)
	c.addAffine(sum, q)
	return c.affine(sum)
}

// window is the number of bits of a scalar whose digits are odd and signed:
// one in window+1 bits is such a digit, the others are zero.
const window = 5

// signedDigits are the digits of k from the lowest: each is zero or odd and
// between plus and minus 2^(window-1).
func signedDigits(k *big.Int) []int {
	rest, digits := new(big.Int).Set(k), []int(nil)
	for rest.Sign() > 0 {
		digit := 0
		if rest.Bit(0) == 1 {
			for i := range window {
				digit |= int(rest.Bit(i)) << i
			}
			if digit >= 1<<(window-1) {
				digit -= 1 << window
			}
			rest.Sub(rest, big.NewInt(int64(digit)))
		}
		digits = append(digits, digit)
		rest.Rsh(rest, 1)
	}
	return digits
}

// multiply is k·p, for any k from 0.
func (d *domain) multiply(k *big.Int, p point) point {
	c := d.calculate()
	var odd, minus [1 << (window - 2)]jacobian // p, 3p, 5p … and their negatives
	var twice, result jacobian
	odd[0].set(p)
	twice.set(p)
	c.double(&twice, 1)
	for i := range odd {
		if i > 0 {
			odd[i].copyFrom(&odd[i-1])
			c.add(&odd[i], &twice)
		}
		minus[i].copyFrom(&odd[i])
		minus[i].y.Neg(&odd[i].y).Mod(&minus[i].y, d.p)
	}
	digits, pending := signedDigits(k), 0
	result.set(point{})
	for i := len(digits) - 1; i >= 0; i-- {
		pending++
		if digits[i] == 0 {
			continue
		}
		c.double(&result, pending)
		pending = 0
		if digits[i] > 0 {
			c.add(&result, &odd[digits[i]/2])
		} else {
			c.add(&result, &minus[-digits[i]/2])
		}
	}
	c.double(&result, pending)
	return c.affine(&result)
}

// comb is the number of bits of a scalar that one table entry of the generator
// stands for.
const comb = 4

// generatorMultiples are j·2^(comb·i)·G, at index j of row i.
func (d *domain) generatorMultiples() [][]point {
	c, base := d.calculate(), d.generator
	rows := make([][]point, (d.n.BitLen()+comb-1)/comb)
	for i := range rows {
		all := make([]jacobian, 1<<comb+1)
		for j := range all {
			all[j].set(point{})
			if j > 0 {
				all[j].copyFrom(&all[j-1])
				c.addAffine(&all[j], base)
			}
		}
		multiples := c.affines(all)
		rows[i], base = multiples[:1<<comb], multiples[1<<comb]
	}
	return rows
}

// affines is affine for many points at the price of one inversion: the
// inverse of the product of all Z, with the other factors multiplied out.
func (c *calculation) affines(all []jacobian) []point {
	before, product := make([]big.Int, len(all)), big.NewInt(1)
	for i := range all {
		before[i].Set(product)
		if !all[i].infinite() {
			c.mul(product, product, &all[i].z)
		}
	}
	inverse := product.ModInverse(product, c.p)
	points := make([]point, len(all))
	for i := len(all) - 1; i >= 0; i-- {
		q := &all[i]
		if q.infinite() {
			continue
		}
		one, square := &c.t[0], &c.t[1]
		c.mul(one, inverse, &before[i])
		c.mul(inverse, inverse, &q.z)
		c.mul(square, one, one)
		x, y := new(big.Int), new(big.Int)
		c.mul(x, &q.x, square)
		c.mul(square, square, one)
		c.mul(y, &q.y, square)
		points[i] = point{x, y}
	}
	return points
}

// multiplyGenerator is k·G for k from 0 to 2^m-1, m the length of n in bits:
// one addition for each digit of k.
func (d *domain) multiplyGenerator(k *big.Int) point {
	c, result := d.calculate(), new(jacobian)
	result.set(point{})
	for i, row := range d.multiples() {
		digit := 0
		for bit := range comb {
			digit |= int(k.Bit(comb*i+bit)) << bit
		}
		c.addAffine(result, row[digit])
	}
	return c.affine(result)
}
