package certificate_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"

	"golang.org/x/crypto/cryptobyte/asn1"
)

func readList(t testing.TB, name string) []byte {
	t.Helper()
	der, err := os.ReadFile(filepath.Join("testdata", name+".crl"))
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// Catches a revocation list of another implementation that is read wrong or
// whose signature is computed wrong: the lists are OpenSSL's.
func TestRevocationListKnownAnswers(t *testing.T) {
	day := func(month, day int) time.Time { return time.Date(2026, time.Month(month), day, 12, 0, 0, 0, time.UTC) }
	for _, name := range []string{"list-rsa", "list-pss", "list-brainpool", "list-sha1"} {
		issuer := parse(t, "list-rsa", certificate.Options{SHA1: true})
		if name == "list-brainpool" {
			issuer = parse(t, name, certificate.Options{})
		}
		der := readList(t, name)
		l, err := certificate.ParseRevocationList(der, certificate.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := l.CheckSignatureFrom(issuer); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !l.Issuer.Equal(issuer.Subject) || !bytes.Equal(l.AuthorityKeyID, issuer.SubjectKeyID) || !bytes.Equal(l.Number, []byte{0x10, 0x00}) {
			t.Errorf("%s: issuer %v, key %x, number %x", name, l.Issuer, l.AuthorityKeyID, l.Number)
		}
		if !l.ThisUpdate.Equal(day(3, 10)) || !l.NextUpdate.Equal(day(6, 9)) || l.Lab || l.Deviations != nil || l.Fingerprint() != sha256.Sum256(der) {
			t.Errorf("%s: %v to %v, deviations %v", name, l.ThisUpdate, l.NextUpdate, l.Deviations)
		}
		if l.Len() != 5 {
			t.Errorf("%s: %d entries", name, l.Len())
		}
		for serial, want := range map[string]certificate.RevokedEntry{
			"0a": {Date: day(3, 1)},
			"00": {Date: day(3, 2), Reason: 1},
			"7fffffffffffffffffffffffffffffffffffffff": {Date: day(3, 3), Reason: 2},
			"008000": {Date: day(3, 4), Reason: 1, InvalidityDate: time.Date(2026, 2, 15, 0, 0, 0, 0, time.UTC)},
			"010203": {Date: day(3, 5), Reason: 4},
		} {
			if got, ok := l.Revoked(unhex(t, serial)); !ok || got != want {
				t.Errorf("%s: %s: %+v, %v", name, serial, got, ok)
			}
		}
		for _, serial := range []string{"", "0b", "01", "80", "8000", "0102", "01020300", "000a"} {
			if got, ok := l.Revoked(unhex(t, serial)); ok || got != (certificate.RevokedEntry{}) {
				t.Errorf("%s: %q is revoked: %+v", name, serial, got)
			}
		}
	}
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Catches a list of another issuer, a list with SHA-1 in production, and a list
// that does not speak of all certificates of its issuer being used.
func TestRevocationListRefusals(t *testing.T) {
	for _, test := range []struct {
		name string
		opts certificate.Options
		err  error
	}{
		{"list-empty", certificate.Options{}, nil},
		{"list-version1", certificate.Options{}, certificate.ErrSyntax},
		{"list-delta", certificate.Options{}, certificate.ErrCritical},
		{"list-delta-not-critical", certificate.Options{}, certificate.ErrCritical},
		{"list-partial", certificate.Options{}, certificate.ErrCritical},
		{"list-indirect", certificate.Options{}, certificate.ErrCritical},
		{"list-unknown-critical", certificate.Options{Lab: true}, certificate.ErrCritical},
		{"list-lab", certificate.Options{}, certificate.ErrLab},
		{"list-lab", certificate.Options{Lab: true}, nil},
	} {
		l, err := certificate.ParseRevocationList(readList(t, test.name), test.opts)
		if !errors.Is(err, test.err) {
			t.Errorf("%s: %v, want %v", test.name, err, test.err)
		}
		if err == nil && l.Lab != (test.name == "list-lab") {
			t.Errorf("%s: lab %v", test.name, l.Lab)
		}
	}
	_, err := certificate.ParseRevocationList(readList(t, "list-partial"), certificate.Options{})
	if critical, ok := errors.AsType[*certificate.CriticalError](err); !ok || critical.Extension.String() != "2.5.29.28" {
		t.Errorf("error %v", err)
	}
	l, err := certificate.ParseRevocationList(readList(t, "list-sha1"), certificate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.CheckSignatureFrom(parse(t, "list-rsa", certificate.Options{})); !errors.Is(err, certificate.ErrSHA1) {
		t.Errorf("SHA-1: %v", err)
	}
	if err := l.CheckSignatureFrom(parse(t, "rsa-pkcs1", certificate.Options{SHA1: true})); !errors.Is(err, certificate.ErrSignature) {
		t.Errorf("another issuer: %v", err)
	}
}

// Catches any bit of a list that can change without the signature failing.
func TestEveryBitOfAListCounts(t *testing.T) {
	issuer, der := parse(t, "list-rsa", certificate.Options{}), readList(t, "list-rsa")
	for i := range der {
		for bit := range 8 {
			der[i] ^= 1 << bit
			if l, err := certificate.ParseRevocationList(der, certificate.Options{}); err == nil && l.CheckSignatureFrom(issuer) == nil {
				t.Errorf("bit %d of byte %d does not count", bit, i)
			}
			der[i] ^= 1 << bit
		}
	}
	for n := range der {
		if _, err := certificate.ParseRevocationList(der[:n:n], certificate.Options{}); !isSyntax(err) {
			t.Fatalf("%d of %d bytes: %v", n, len(der), err)
		}
	}
	if _, err := certificate.ParseRevocationList(append(der, 0), certificate.Options{}); !isSyntax(err) {
		t.Errorf("byte after the end: %v", err)
	}
}

// specimenList is a list without a deviation and with one entry.
func specimenList() *attesttest.RevocationList {
	s := attesttest.New("UT", nil)
	l := s.RevocationList(s.CSCA("CSCA SPECIMEN")).Revoke([]byte{5})
	l.Extensions = attesttest.Extensions{
		attesttest.AuthorityKey([]byte{1, 2, 3}),
		{ID: attesttest.CRLNumber, Value: attesttest.Integer(7)},
	}
	return l
}

const (
	certificateIssuer attesttest.OID = "\x55\x1d\x1d"
	holdInstruction   attesttest.OID = "\x55\x1d\x17"
	invalidityDate    attesttest.OID = "\x55\x1d\x18"
)

func reason(code byte) attesttest.Extension {
	return attesttest.Extension{ID: attesttest.ReasonCode, Value: attesttest.Element(asn1.ENUM, []byte{code})}
}

// Catches a deviation of a list that is let pass and not listed, and values in
// lists and entries that are not refused.
func TestRevocationListForms(t *testing.T) {
	entry := func(e ...attesttest.Extension) func(*attesttest.RevocationList) {
		return func(l *attesttest.RevocationList) { l.Entries[0].Extensions = e }
	}
	set := func(e attesttest.Extension) func(*attesttest.RevocationList) {
		return func(l *attesttest.RevocationList) { l.Extensions = l.Extensions.With(e) }
	}
	only := func(d ...certificate.Deviation) []certificate.Deviation { return d }
	for _, test := range []struct {
		name   string
		change func(*attesttest.RevocationList)
		err    error
		want   []certificate.Deviation
	}{
		{"nothing", func(*attesttest.RevocationList) {}, nil, nil},
		{"version absent", func(l *attesttest.RevocationList) { l.Version = -1 }, certificate.ErrSyntax, nil},
		{"version 3", func(l *attesttest.RevocationList) { l.Version = 2 }, certificate.ErrSyntax, nil},
		{"other algorithm inside", func(l *attesttest.RevocationList) {
			l.Inside = attesttest.PKCS1(5).Identifier()
		}, certificate.ErrSyntax, nil},
		{"no next update", func(l *attesttest.RevocationList) { l.NextUpdate = time.Time{} }, nil, only(certificate.MissingNextUpdate)},
		{"next update before this", func(l *attesttest.RevocationList) {
			l.NextUpdate = l.ThisUpdate.AddDate(0, 0, -1)
		}, nil, only(certificate.InvertedValidity)},
		{"no entry, no list", func(l *attesttest.RevocationList) { l.Entries = nil }, nil, nil},
		{"empty list", func(l *attesttest.RevocationList) {
			l.Mutate = replacing(map[int][]byte{5: attesttest.Sequence()})
		}, nil, only(certificate.EmptyList)},
		{"no key identifier", func(l *attesttest.RevocationList) {
			l.Extensions = l.Extensions.Without(attesttest.AuthorityKeyIdentifier)
		}, nil, only(certificate.MissingAuthorityKeyID)},
		{"no number", func(l *attesttest.RevocationList) {
			l.Extensions = l.Extensions.Without(attesttest.CRLNumber)
		}, nil, only(certificate.MissingNumber)},
		{"no extensions", func(l *attesttest.RevocationList) { l.Extensions = nil }, nil, only(certificate.MissingAuthorityKeyID, certificate.MissingNumber)},
		{"number below zero", set(attesttest.Extension{ID: attesttest.CRLNumber, Value: attesttest.Integer(-1)}), nil, only(certificate.LongNumber)},
		{"number of 21 octets", set(attesttest.Extension{ID: attesttest.CRLNumber, Value: attesttest.Element(asn1.INTEGER, []byte{1}, make([]byte, 20))}), nil, only(certificate.LongNumber)},
		{"number critical", set(attesttest.Extension{ID: attesttest.CRLNumber, Critical: true, Value: attesttest.Integer(1)}), nil, only(certificate.NeedlesslyCritical)},
		{"number of another kind", set(attesttest.Extension{ID: attesttest.CRLNumber, Value: attesttest.Null()}), certificate.ErrSyntax, nil},
		{"unknown extension", set(attesttest.Extension{ID: attesttest.Unknown, Value: attesttest.Null()}), nil, nil},
		{"unknown critical extension", set(attesttest.UnknownCritical()), certificate.ErrCritical, nil},
		{"delta", set(attesttest.Extension{ID: attesttest.DeltaCRLIndicator, Value: attesttest.Integer(1)}), certificate.ErrCritical, nil},
		{"distribution point", set(attesttest.Extension{ID: attesttest.IssuingDistributionPoint, Value: attesttest.Sequence()}), certificate.ErrCritical, nil},
		{"two entries of one number", func(l *attesttest.RevocationList) { l.Revoke([]byte{5}) }, nil, only(certificate.DuplicateEntry)},
		{"entry number padded", func(l *attesttest.RevocationList) { l.Revoke([]byte{0, 5}) }, certificate.ErrSyntax, nil},
		{"entry number empty", func(l *attesttest.RevocationList) { l.Revoke(nil) }, certificate.ErrSyntax, nil},

		{"reason", entry(reason(5)), nil, nil},
		{"reason unspecified", entry(reason(0)), nil, only(certificate.ReasonCode)},
		{"reason 7", entry(reason(7)), certificate.ErrSyntax, nil},
		{"reason 8, of a delta", entry(reason(8)), certificate.ErrSyntax, nil},
		{"reason 10", entry(reason(10)), nil, nil},
		{"reason 11", entry(reason(11)), certificate.ErrSyntax, nil},
		{"reason negative", entry(reason(0xff)), certificate.ErrSyntax, nil},
		{"reason twice", entry(reason(1), reason(1)), certificate.ErrSyntax, nil},
		{"reason critical", entry(attesttest.Extension{ID: attesttest.ReasonCode, Critical: true, Value: reason(1).Value}), nil, only(certificate.NeedlesslyCritical)},
		{"hold", entry(reason(6), attesttest.Extension{ID: holdInstruction, Value: attesttest.OID("\x2a\x03").DER()}), nil, nil},
		{"invalidity as UTCTime", entry(attesttest.Extension{ID: invalidityDate, Value: attesttest.Element(asn1.UTCTime, []byte("260101000000Z"))}), certificate.ErrSyntax, nil},
		{"certificate issuer", entry(attesttest.Extension{ID: certificateIssuer, Value: attesttest.Sequence()}), certificate.ErrCritical, nil},
		{"unknown in an entry", entry(attesttest.Extension{ID: attesttest.Unknown, Value: attesttest.Null()}), nil, nil},
		{"unknown critical in an entry", entry(attesttest.UnknownCritical()), certificate.ErrCritical, nil},
	} {
		template := specimenList()
		test.change(template)
		l, err := certificate.ParseRevocationList(template.DER(), certificate.Options{})
		if !errors.Is(err, test.err) {
			t.Errorf("%s: %v, want %v", test.name, err, test.err)
			continue
		}
		if err == nil && !sameDeviations(l.Deviations, test.want) {
			t.Errorf("%s: %v, want %v", test.name, l.Deviations, test.want)
		}
	}
}

// Catches an entry that is not found because of its place in the list, and one
// that is found though it is not there.
func TestRevokedInAnyOrder(t *testing.T) {
	template := specimenList()
	template.Entries = nil
	var serials [][]byte
	for i := range 300 {
		serial := binary.BigEndian.AppendUint32([]byte{1}, uint32(i*2654435761))[:2+i%4]
		if slices.ContainsFunc(serials, func(s []byte) bool { return bytes.Equal(s, serial) }) {
			continue
		}
		serials = append(serials, serial)
		template.Entries = append(template.Entries, attesttest.RevokedEntry{
			Serial: serial, Date: template.ThisUpdate.Add(time.Duration(i) * time.Second),
			Extensions: attesttest.Extensions{reason(byte(1 + i%5))},
		})
	}
	l, err := certificate.ParseRevocationList(template.DER(), certificate.Options{})
	if err != nil || l.Len() != len(serials) {
		t.Fatalf("%v, %v", l, err)
	}
	for i, serial := range serials {
		want := certificate.RevokedEntry{Date: template.Entries[i].Date, Reason: int(template.Entries[i].Extensions[0].Value[2])}
		if got, ok := l.Revoked(serial); !ok || got != want {
			t.Errorf("%x: %+v, %v, want %+v", serial, got, ok, want)
		}
		if _, ok := l.Revoked(append(bytes.Clone(serial), 0xee)); ok {
			t.Errorf("%x found with one more octet", serial)
		}
	}
}

// Catches another entry than the first of two with one serial number.
func TestFirstOfTwoEntries(t *testing.T) {
	template := specimenList().Revoke([]byte{5}).Revoke([]byte{4}).Revoke([]byte{5})
	for i := range template.Entries {
		template.Entries[i].Extensions = attesttest.Extensions{reason(byte(1 + i))}
	}
	l, err := certificate.ParseRevocationList(template.DER(), certificate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := l.Revoked([]byte{5}); !ok || got.Reason != 1 {
		t.Errorf("%+v, %v", got, ok)
	}
}

// Catches memory that is not bounded by the input, an index that is larger than
// its entries, and a list without end.
func TestRevocationListMemory(t *testing.T) {
	template := specimenList()
	template.Entries = nil
	for i := range 20000 {
		template.Entries = append(template.Entries, attesttest.RevokedEntry{
			Serial: binary.BigEndian.AppendUint32([]byte{1}, uint32(i)), Date: template.ThisUpdate,
		})
	}
	for name, input := range map[string][]byte{
		"many entries":    template.DER(),
		"1 GiB announced": {0x30, 0x84, 0x40, 0x00, 0x00, 0x00, 0x30, 0x00},
		"nested":          bytes.Repeat([]byte{0x30, 0x80}, 1<<18),
		"too long":        make([]byte, certificate.MaxListSize+1),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		l, err := certificate.ParseRevocationList(input, certificate.Options{})
		runtime.ReadMemStats(&after)
		if (name == "many entries") != (err == nil) || err != nil && !isSyntax(err) {
			t.Errorf("%s: %v", name, err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > uint64(2*len(input)+1<<14) {
			t.Errorf("%s: %d bytes allocated for %d", name, used, len(input))
		}
		runtime.KeepAlive(l)
	}
}

// Catches a list that changes with the buffer it was read from.
func TestListIsCopied(t *testing.T) {
	der := readList(t, "list-rsa")
	l, err := certificate.ParseRevocationList(der, certificate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	clear(der)
	if _, ok := l.Revoked([]byte{0x0a}); !ok || l.CheckSignatureFrom(parse(t, "list-rsa", certificate.Options{})) != nil {
		t.Error("list changed with the input")
	}
}

// FuzzParseRevocationList catches panics, errors without a type, entries that
// are not found again, and lists whose parts are not the input's.
func FuzzParseRevocationList(f *testing.F) {
	names, err := filepath.Glob("testdata/*.crl")
	if err != nil || len(names) == 0 {
		f.Fatal("no seeds in testdata", err)
	}
	var seeds [][]byte
	for _, name := range names {
		der, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		seeds = append(seeds, der)
		f.Add(der)
	}
	f.Add(specimenList().Revoke([]byte{5}).DER())
	issuer := parse(f, "list-rsa", certificate.Options{})
	f.Fuzz(func(t *testing.T, der []byte) {
		l, err := certificate.ParseRevocationList(der, certificate.Options{Lab: true})
		if err != nil {
			if !errors.Is(err, certificate.ErrSyntax) && !errors.Is(err, certificate.ErrCritical) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		if !bytes.Equal(l.Raw, der) || !bytes.Contains(der, l.RawTBS) || !bytes.Contains(der, l.Issuer.Raw) {
			t.Fatal("parts are not those of the input")
		}
		serials := serialsOf(l.RawTBS)
		if l.Len() != len(serials) {
			t.Fatalf("%d entries, want %d", l.Len(), len(serials))
		}
		for _, serial := range serials {
			if _, ok := l.Revoked(serial); !ok {
				t.Fatalf("%x is not found", serial)
			}
		}
		if _, ok := l.Revoked(nil); ok {
			t.Fatal("an empty serial number is revoked")
		}
		if l.CheckSignatureFrom(issuer) == nil && !slices.ContainsFunc(seeds, func(seed []byte) bool { return bytes.Contains(seed, l.RawTBS) }) {
			t.Fatal("forged list")
		}
	})
}

// serialsOf reads the serial numbers of TBSCertList, without a look at the rest.
func serialsOf(tbs []byte) (serials [][]byte) {
	parts := elements(tbs)
	for _, part := range parts[4:] {
		if part[0] != byte(asn1.SEQUENCE) {
			continue
		}
		for _, entry := range elements(part) {
			serials = append(serials, attesttest.Content(elements(entry)[0]))
		}
	}
	return serials
}

func BenchmarkParseRevocationList(b *testing.B) {
	template := specimenList()
	for i := range 10000 {
		template.Revoke(binary.BigEndian.AppendUint32([]byte{1}, uint32(i)*2654435761))
	}
	der := template.DER()
	b.SetBytes(int64(len(der)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := certificate.ParseRevocationList(der, certificate.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRevoked(b *testing.B) {
	template := specimenList()
	for i := range 10000 {
		template.Revoke(binary.BigEndian.AppendUint32([]byte{1}, uint32(i)*2654435761))
	}
	l, err := certificate.ParseRevocationList(template.DER(), certificate.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := l.Revoked([]byte{1, 2, 3, 4, 5}); ok {
			b.Fatal("found")
		}
	}
}
