package curve

import (
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

// openSSLRow is the row of a key agreement in what openssl speed prints for
// programs (-mr): the number of the algorithm, the bits, operations per second
// and seconds per operation.
var openSSLRow = regexp.MustCompile(`(?m)^\+F5:\d+:256:([0-9.]+):[0-9.]+\r?$`)

// BenchmarkOpenSSLRatio measures a multiplication on brainpoolP256r1, with
// decoding and checks, against OpenSSL's ECDH on the same machine in the same
// run: "ratio" is our time over the mean of OpenSSL's before and after. Both
// count the time on the wall, so other load falls on both.
func BenchmarkOpenSSLRatio(b *testing.B) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		b.Skip("no openssl in the path to compare with")
	}
	before := openSSLAgreement(b, openssl)
	benchmarkMul(b, BrainpoolP256r1())
	ours := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
	theirs := (before + openSSLAgreement(b, openssl)) / 2
	b.ReportMetric(theirs, "openssl-ns/op")
	b.ReportMetric(ours/theirs, "ratio")
}

// openSSLAgreement is the time of one key agreement of OpenSSL in nanoseconds.
func openSSLAgreement(b *testing.B, openssl string) float64 {
	b.Helper()
	out, err := exec.Command(openssl, "speed", "-elapsed", "-mr", "-seconds", "1", "ecdhbrp256r1").Output()
	if err != nil {
		b.Skipf("openssl speed ecdhbrp256r1: %v", err)
	}
	row := openSSLRow.FindSubmatch(out)
	if row == nil {
		b.Fatalf("openssl speed printed no row for ECDH: %q", out)
	}
	perSecond, err := strconv.ParseFloat(string(row[1]), 64)
	if err != nil || perSecond <= 0 {
		b.Fatalf("openssl speed printed %q operations per second", row[1])
	}
	return 1e9 / perSecond
}
