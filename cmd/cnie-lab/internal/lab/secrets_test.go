package lab

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"cnie.example/card/vcard/issuer"
)

// recorder is a source of randomness that remembers what it gave: every key,
// token and nonce of a login is among it.
type recorder struct {
	mu    sync.Mutex
	draws [][]byte
}

func (r *recorder) Read(b []byte) (int, error) {
	n, err := rand.Read(b)
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(b) >= 16 {
		r.draws = append(r.draws, bytes.Clone(b))
	}
	return n, err
}

// output collects logs of several goroutines.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// publicName finds the names of transactions, which logs may hold.
var publicName = regexp.MustCompile(`jti=(\S+)`)

// Would catch: a CAN, a key, a token, a code or a claim in a log, an error text
// or a report, in a login that succeeds and in every login that fails.
func TestNoSecretIsWritten(t *testing.T) {
	keys := testKeys(t)
	for _, fault := range append(Faults(), Fault{Name: "none"}) {
		profile := issuer.Specimen()
		if fault.Name == "replayed-signature" {
			profile, _ = issuer.FindProfile("active-ecdsa")
		}
		if fault.Fits(Embedded, profile) != nil || fault.strangeAnchors && testing.Short() {
			continue // new anchors take seconds
		}
		t.Run(fault.Name, func(t *testing.T) {
			random, logs := &recorder{}, &output{}
			report, err := play(t.Context(), Config{
				Keys: keys, Transport: Embedded, Profile: profile, Fault: fault, Rand: random,
				Logger: slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
			}, Login{Level: "eidas1", CANs: []string{profile.CAN}, Language: "en"})
			if err != nil {
				t.Fatal(err)
			}
			written := logs.String()
			if written == "" {
				t.Fatal("nothing was logged: this test would see nothing")
			}
			for _, personal := range []string{profile.CAN, profile.DocumentNumber, "SPECIMEN", "SPÉCIMEN", "MARIE", profile.BirthDate, "900713"} {
				if strings.Contains(written, personal) {
					t.Errorf("the logs hold %q", personal)
				}
			}
			shown, err := json.Marshal(report)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(shown), profile.CAN) {
				t.Error("the report holds the CAN")
			}
			all := secrets(random, profile.CAN, written)
			if len(all) < 5 {
				t.Fatalf("only %d secrets to search for: the randomness of the parties was not seen", len(all))
			}
			searchSecrets(t, written+string(shown), all)
		})
	}
}

// secrets are all draws but those that became the name of a transaction, and
// the key that the CAN stands for (ICAO Doc 9303-11, 9.7.3).
func secrets(r *recorder, can, logs string) [][]byte {
	public := map[string]bool{}
	for _, match := range publicName.FindAllStringSubmatch(logs, -1) {
		public[match[1]] = true
	}
	key := sha256.Sum256(append([]byte(can), 0, 0, 0, 3))
	all := [][]byte{key[:]}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, draw := range r.draws {
		if !public[base64.RawURLEncoding.EncodeToString(draw)] {
			all = append(all, draw)
		}
	}
	return all
}

func searchSecrets(t *testing.T, text string, secrets [][]byte) {
	t.Helper()
	lower := strings.ToLower(text)
	for _, secret := range secrets {
		part := secret[:16]
		for form, written := range map[string]bool{
			"hexadecimal": strings.Contains(lower, hex.EncodeToString(part)),
			"base64url":   strings.Contains(text, base64.RawURLEncoding.EncodeToString(part[:15])),
			"base64":      strings.Contains(text, base64.RawStdEncoding.EncodeToString(part[:15])),
			"decimal":     strings.Contains(text, strings.Trim(fmt.Sprint(part), "[]")),
			"raw bytes":   strings.Contains(text, string(part)),
		} {
			if written {
				t.Errorf("a secret of %d bytes was written as %s", len(secret), form)
			}
		}
	}
}

func play(ctx context.Context, c Config, l Login) (*Report, error) {
	stand, err := Up(ctx, c)
	if err != nil {
		return nil, err
	}
	defer stand.Close()
	return stand.Play(ctx, l)
}

// testKeys makes the keys of a laboratory once for the tests of this package.
var testKeys = func() func(*testing.T) *Keys {
	var once sync.Once
	var keys *Keys
	return func(t *testing.T) *Keys {
		t.Helper()
		once.Do(func() {
			var err error
			if keys, err = OpenKeys(t.TempDir()+"/lab", time.Now(), func() {}); err != nil {
				t.Fatal(err)
			}
		})
		if keys == nil {
			t.Fatal("no keys")
		}
		return keys
	}
}()
