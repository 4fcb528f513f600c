package idp_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"

	"cnie.example/attest/record"
	"cnie.example/attest/wire"
	"cnie.example/card/vcard/issuer"
)

// kept keeps evidence records in memory. With an error it keeps none.
type kept struct {
	mu    sync.Mutex
	jws   []string
	first func() // called before a record is kept
	fail  error
}

// Keep implements idp.Records.
func (k *kept) Keep(ctx context.Context, _ *record.Record, jws string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.first != nil {
		k.first()
	}
	if _, bounded := ctx.Deadline(); !bounded || ctx.Err() != nil {
		return errors.New("no time to keep the record")
	}
	if k.fail == nil {
		k.jws = append(k.jws, jws)
	}
	return k.fail
}

// text is what all records say but the day of the login, which may be the day of
// a document too.
func (k *kept) text() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	var all bytes.Buffer
	for _, jws := range k.jws {
		all.Write(must(base64.RawURLEncoding.DecodeString(strings.Split(jws, ".")[1])))
	}
	return strings.ReplaceAll(all.String(), start.Format(time.DateOnly), "")
}

// theRecord verifies the one record that is kept by the published keys.
func (a *agent) theRecord() *record.Record {
	a.Helper()
	answer, err := a.client.Get(a.origin + "/jwks.json")
	if err != nil {
		a.Fatal(err)
	}
	defer answer.Body.Close()
	var keys jose.JSONWebKeySet
	if err := json.UnmarshalRead(answer.Body, &keys); err != nil {
		a.Fatal(err)
	}
	a.records.mu.Lock()
	defer a.records.mu.Unlock()
	if len(a.records.jws) != 1 {
		a.Fatalf("%d records are kept", len(a.records.jws))
	}
	r, err := record.Parse(a.records.jws[0], keys)
	if err != nil {
		a.Fatal(err)
	}
	return r
}

// Catches a login whose record is missing, is another login's, says another
// level, or comes after the code, and a second record of one login.
func TestRecordOfALogin(t *testing.T) {
	w := newWorld(t, nil)
	b := w.browser()
	a := w.specimen()
	redirect, _ := a.read(b.begin("eidas1").agentLink())
	sod := sha256.Sum256(a.opening.SOD)
	r := a.theRecord()
	if r.Issuer != w.origin || r.Transaction != a.request.JTI || r.Asked != "eidas1" || r.Reached != "eidas1" ||
		r.Refused != "" || !r.Lab || r.Document.SOD != sod || !r.Begun.Equal(start) || !r.Ended.Equal(start) {
		t.Errorf("record %+v", r)
	}
	b.open(redirect).submit(action("confirm"), nil).want("identity", 200, "")
	a.theRecord() // still one
}

// Catches a refusal that leaves no record, or one that does not say why.
func TestRecordOfARefusal(t *testing.T) {
	w := newWorld(t, nil)
	a := w.agent()
	a.insert(must(otherLab()), issuer.Specimen(), nil)
	_, got := a.read(w.browser().begin("eidas1").agentLink())
	r := a.theRecord()
	if got.problem != "csca_unknown" || r.Refused != "csca_unknown" || r.Reached != "none" || r.Transaction != a.request.JTI {
		t.Errorf("problem %q, record %+v", got.problem, r)
	}
	a.want(a.open(), 403, "csca_unknown")
	a.theRecord() // still one
}

// Catches logins that were left after a document was shown, and are forgotten
// without a trace.
func TestRecordOfALoginThatWasLeft(t *testing.T) {
	for name, leave := range map[string]func(*browser, *agent){
		"swept":      func(_ *browser, a *agent) { a.clock.Advance(time.Hour); a.provider.Sweep() },
		"reported":   func(b *browser, a *agent) { b.open(a.denied("server_error")) },
		"came late":  func(b *browser, a *agent) { a.clock.Advance(time.Hour); b.open("/confirm") },
		"replaced":   func(b *browser, _ *agent) { b.begin("eidas1") },
		"interposed": func(_ *browser, a *agent) { a.exchange([]byte("{}")) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			b, a := w.fetched()
			a.want(a.open(), 200, "")
			leave(b, a)
			if r := a.theRecord(); r.Reached != "none" || r.Document == nil {
				t.Errorf("record %+v", r)
			}
		})
	}
}

// Catches records of logins in which nothing was checked: an attacker without
// any document would fill the operator's disk.
func TestNoRecordWithoutADocument(t *testing.T) {
	w := newWorld(t, nil)
	_, malformed := w.fetched()
	malformed.want(malformed.exchange([]byte(`{"type":"Opening"}`)), 400, "message_malformed")
	w.fetched()
	w.browser().begin("eidas1")
	w.clock.Advance(time.Hour)
	w.provider.Sweep()
	if text := w.records.text(); text != "" {
		t.Errorf("kept: %s", text)
	}
}

// Catches a level that stands although there is no evidence of it, for the
// agent, for the browser and in the log, and a failure nobody is told of.
func TestRecordThatIsNotKept(t *testing.T) {
	w := newWorld(t, nil)
	w.records.fail = errors.New("disk is full")
	b, a := w.fetched()
	redirect, got := a.finish(a.hand(a.open()))
	if redirect != "" {
		t.Error("the agent has a code")
	}
	a.want(got, 500, "internal")
	a.wantDead(b, 500, "internal")
	if n := strings.Count(w.log.String(), "disk is full"); n != 1 {
		t.Errorf("%d lines of the log say why", n)
	}

	_, refused := w.fetched()
	refused.opening.SOD[len(refused.opening.SOD)-1] ^= 1
	refused.want(refused.open(), 403, "sod_signature_invalid") // stays refused for its own reason
	if n := strings.Count(w.log.String(), "disk is full"); n != 2 {
		t.Errorf("%d lines of the log say that a record of a refusal is missing", n)
	}
}

// Catches a record of active authentication that is missing.
func TestRecordOfSigned(t *testing.T) {
	w := newWorld(t, nil)
	a := w.signing("active-ecdsa")
	link := w.browser().begin("eidas1").agentLink()
	a.accept(link, a.fetch(link))
	a.result(a.send(a.sign()))
	if r := a.theRecord(); r.Reached != "eidas1" || r.Chip == nil || r.Chip.Attestation != record.SignedByChip {
		t.Errorf("record %+v", r)
	}
}

// Catches an agent that hangs up while its record is kept, so that there is none:
// what was checked was checked.
func TestRecordOfAnAgentThatHangsUp(t *testing.T) {
	w := newWorld(t, nil)
	_, a := w.fetched()
	message := must(wire.EncodeAnswers(wire.Answers{Responses: wire.NewBatch(a.hand(a.open()))}))
	ctx, hangUp := context.WithCancel(context.Background())
	w.records.first = hangUp
	r := jsonPost(a.request.ExchangeURI, string(message)).WithContext(ctx)
	r.Header.Set("Authorization", "Bearer "+a.bearer())
	w.provider.ServeHTTP(httptest.NewRecorder(), r)
	if a.theRecord().Reached != "eidas1" {
		t.Error("another record")
	}
}
