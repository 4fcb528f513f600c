package lab

import (
	"log/slog"
	"testing"
	"time"

	"cnie.example/card/vcard/issuer"
)

// BenchmarkLogin is one whole login over real sockets: start page to identity
// page, browser, agent, provider and virtual card in this process. Most of it
// is the chip, which computes with math/big.
func BenchmarkLogin(b *testing.B) {
	keys, err := OpenKeys(b.TempDir()+"/lab", time.Now(), func() {})
	if err != nil {
		b.Fatal(err)
	}
	profile := issuer.Specimen()
	stand, err := Up(b.Context(), Config{Keys: keys, Transport: Embedded, Profile: profile, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer stand.Close()
	for b.Loop() {
		report, err := stand.Play(b.Context(), Login{Level: "eidas1", CANs: []string{profile.CAN}, Language: "en"})
		if err != nil || report.Refused != nil {
			b.Fatal(err, report.Refused)
		}
	}
}
