package curve

import (
	"math"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"
	"time"
)

// This file measures whether the time of a computation depends on its input, as
// Reparaz, Balasch and Verbauwhede do (Dude, is my code constant time?, DATE
// 2017): two classes of inputs, one fixed and one random, in random order, and
// Welch's t-test between their times. Times far above the rest come from
// interrupts and other programs and hide small differences, so the test is also
// made on the fastest times only, with several cuts.

// A subject is a computation that is measured.
type subject struct {
	name  string
	input []byte       // what run works on
	fixed []byte       // the input of the fixed class
	draw  func([]byte) // fills an input of the random class
	run   func()
}

// Classes of inputs.
const (
	fixedClass = iota
	randomClass
	classes
)

// times are measured nanoseconds by class.
type times [classes][]float64

// measure runs the subject n times. Inputs are made before, and both classes
// take them from the same table, so that caches do not tell the classes apart;
// the garbage collector and changes of thread are kept out.
func (s subject) measure(order *rand.ChaCha8, n int) (all times) {
	size := len(s.input)
	class, inputs := make([]byte, n), make([]byte, n*size)
	order.Read(class)
	for i := range class {
		class[i] %= classes
		input := inputs[i*size : (i+1)*size]
		if s.draw(input); class[i] == fixedClass {
			copy(input, s.fixed)
		}
	}
	for c := range all {
		all[c] = make([]float64, 0, n)
	}

	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	runtime.GC()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	copy(s.input, inputs)
	for range 10 {
		s.run() // fills caches and tables
	}
	for i, c := range class {
		copy(s.input, inputs[i*size:])
		start := time.Now()
		s.run()
		all[c] = append(all[c], float64(time.Since(start)))
	}
	return all
}

// keptShares are the parts of all times, the fastest, that the test is made on.
var keptShares = []float64{1, 0.99, 0.95, 0.9, 0.8, 0.65, 0.5, 0.3}

// difference is what the test finds: Welch's t, the share of the times that it
// is made on, and how much longer the fixed class takes there in nanoseconds.
type difference struct{ t, share, longer float64 }

// compare gives the difference with the t of the largest magnitude over all
// cuts.
func (all times) compare() (d difference) {
	sorted := slices.Sorted(slices.Values(slices.Concat(all[:]...)))
	for _, share := range keptShares {
		limit := sorted[int(share*float64(len(sorted)-1))]
		fixed, random := upTo(all[fixedClass], limit), upTo(all[randomClass], limit)
		if t := welch(fixed, random); math.Abs(t) > math.Abs(d.t) {
			d = difference{t, share, mean(fixed) - mean(random)}
		}
	}
	return d
}

// median is the median of the times of both classes.
func (all times) median() float64 {
	sorted := slices.Sorted(slices.Values(slices.Concat(all[:]...)))
	return sorted[len(sorted)/2]
}

func upTo(xs []float64, limit float64) (kept []float64) {
	for _, x := range xs {
		if x <= limit {
			kept = append(kept, x)
		}
	}
	return kept
}

// welch is Welch's t of two samples; zero when either is too small or neither
// varies.
func welch(a, b []float64) float64 {
	if len(a) < 2 || len(b) < 2 {
		return 0
	}
	squared := squaredError(a) + squaredError(b)
	if squared == 0 {
		return 0
	}
	return (mean(a) - mean(b)) / math.Sqrt(squared)
}

func mean(xs []float64) (m float64) {
	for _, x := range xs {
		m += x
	}
	return m / float64(len(xs))
}

// squaredError is the square of the standard error of the mean.
func squaredError(xs []float64) (squared float64) {
	m, n := mean(xs), float64(len(xs))
	for _, x := range xs {
		squared += (x - m) * (x - m)
	}
	return squared / (n - 1) / n
}

// Catches: a wrong statistic, which would find no leak at all. By hand: means 3
// and 5, variances 5/2 and 20/3, sizes 5 and 4, so t = -2/√(1/2 + 5/3).
func TestWelch(t *testing.T) {
	a, b := []float64{1, 2, 3, 4, 5}, []float64{2, 4, 6, 8}
	want := -2 / math.Sqrt(13.0/6)
	if got := welch(a, b); math.Abs(got-want) > 1e-12 {
		t.Errorf("t = %v, not %v", got, want)
	}
	if got := welch(b, a); math.Abs(got+want) > 1e-12 {
		t.Errorf("exchanged: t = %v, not %v", got, -want)
	}
	if welch(a, a) != 0 || welch(a[:1], b) != 0 || welch([]float64{1, 1}, []float64{1, 1}) != 0 {
		t.Error("t of equal or too few values is not 0")
	}
}

// Catches: a test that is blinded by a few large times, and one that finds a
// difference where there is none. The times are made up: 1000 ± 20 ns, one in
// twenty a hundred times as long, and one class 2 ns slower.
func TestDifferenceUnderOutliers(t *testing.T) {
	made := func(slower float64) (all times) {
		random := rand.New(stream("made-up times"))
		for range 20000 {
			class := random.IntN(classes)
			v := 1000 + 20*random.NormFloat64()
			if class == randomClass {
				v += slower
			}
			if random.IntN(20) == 0 {
				v *= 100
			}
			all[class] = append(all[class], v)
		}
		return all
	}
	if d := made(2).compare(); d.t > -threshold || d.share == 1 || d.longer > -1 || d.longer < -3 {
		t.Errorf("2 ns slower: %+v", d)
	}
	if d := made(0).compare(); math.Abs(d.t) > threshold {
		t.Errorf("no difference: %+v", d)
	}
}
