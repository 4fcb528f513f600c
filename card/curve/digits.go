package curve

// Scalars are taken in signed digits of windowBits bits, from -tableSize to
// tableSize. A scalar of n bits has n/windowBits+1 digits, of which the last
// takes the carry.
const (
	windowBits = 5
	tableSize  = 1 << (windowBits - 1)
)

// digit is a signed digit; negative is a mask.
type digit struct{ magnitude, negative uint64 }

// signedDigits is a scalar, shifted left by one bit, with room for the bits that
// the last window reads above it.
type signedDigits [maxLimbs + 1]uint64

// newSignedDigits takes a big-endian number of up to maxLimbs limbs.
func newSignedDigits(k []byte) (s signedDigits) {
	var x residue
	load(&x, k)
	for i, limb := range x {
		s[i] |= limb << 1
		s[i+1] = limb >> 63
	}
	return s
}

// digit is digit i of the scalar: Σ digit(i)·2^(windowBits·i) is the scalar. By
// Booth's rule it is the value of the window's five bits, the highest counted
// as -16, plus the highest bit of the window below.
func (s *signedDigits) digit(i int) digit {
	at := windowBits * i
	w := (s[at/64]>>(at%64) | s[at/64+1]<<(64-at%64)) & (1<<(windowBits+1) - 1)
	negative := -(w >> windowBits)
	w = (w + 1) >> 1 // value of the window, 0 to 32
	return digit{magnitude: (w ^ negative) - negative + negative&(1<<windowBits), negative: negative}
}
