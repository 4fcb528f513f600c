package idp_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cnie.example/attest/wire"
	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
)

// fetched brings a new login up to a request that the agent has accepted.
func (w *world) fetched() (*browser, *agent) {
	w.Helper()
	b, a := w.browser(), w.specimen()
	link := b.begin("eidas1").agentLink()
	a.accept(link, a.fetch(link))
	return b, a
}

// A login that ended stays ended: neither agent nor browser gets anywhere.
func (a *agent) wantDead(b *browser, status int, problem string) {
	a.Helper()
	a.want(a.open(), status, problem)
	b.open("/confirm").want("problem", status, problem)
	b.open(a.denied("access_denied")).want("problem", status, problem)
}

// Catches a request that is served for an id that is unknown, late, or asked
// for wrongly, and a login that survives a failed fetch.
func TestFetchRefuses(t *testing.T) {
	good := string(must(wire.EncodeFetchRequest(wire.FetchRequest{AgentNonce: make([]byte, 32), Versions: []int{1}})))
	for name, c := range map[string]struct {
		change  func(*world, *http.Request)
		body    string
		status  int
		problem string
		alive   bool
	}{
		"unknown id":         {func(_ *world, r *http.Request) { r.URL.Path = "/request/" + strings.Repeat("A", 43) }, good, 404, "transaction_unknown", true},
		"id too short":       {func(_ *world, r *http.Request) { r.URL.Path = "/request/x" }, good, 404, "transaction_unknown", true},
		"by GET":             {func(_ *world, r *http.Request) { r.Method = "GET" }, good, 400, "bad_request", true},
		"late":               {func(w *world, _ *http.Request) { w.clock.Advance(10 * time.Minute) }, good, 410, "transaction_expired", false},
		"media type":         {func(_ *world, r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, good, 400, "message_malformed", false},
		"no media type":      {func(_ *world, r *http.Request) { r.Header.Del("Content-Type") }, good, 400, "message_malformed", false},
		"no JSON":            {nil, "hello", 400, "message_malformed", false},
		"unknown member":     {nil, strings.Replace(good, "{", `{"x":1,`, 1), 400, "message_malformed", false},
		"repeated member":    {nil, strings.Replace(good, "{", `{"versions":[1],`, 1), 400, "message_malformed", false},
		"nonce too short":    {nil, `{"agent_nonce":"AAAA","versions":[1]}`, 400, "message_malformed", false},
		"version":            {nil, strings.Replace(good, "[1]", "[99]", 1), 422, "version_unsupported", false},
		"oversized":          {nil, good + strings.Repeat(" ", wire.MaxFetch), 413, "message_too_large", false},
		"oversized, chunked": {func(_ *world, r *http.Request) { r.ContentLength = -1 }, good + strings.Repeat(" ", wire.MaxFetch), 413, "message_too_large", false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			b, a := w.browser(), w.agent()
			link := b.begin("eidas1").agentLink()
			r := jsonPost(requestURI(link), c.body)
			if c.change != nil {
				c.change(w, r)
			}
			a.want(a.do(r), c.status, c.problem)
			if c.alive {
				a.accept(link, a.fetch(link))
				return
			}
			b.open("/continue").want("problem", c.status, c.problem)
			a.want(a.fetch(link), c.status, c.problem)
		})
	}
}

// Catches a request that is served twice, and a login that survives the second
// fetch at either end.
func TestFetchedTwice(t *testing.T) {
	w := newWorld(t, nil)
	b, a := w.fetched()
	w.agent().want(w.agent().fetch(mustURL(agentURL+"/login?request_uri="+url.QueryEscape(a.request.RequestURI))), 409, "request_already_fetched")
	a.wantDead(b, 409, "request_already_fetched")
	w.wantEnded("request_already_fetched")
}

func mustURL(s string) *url.URL { return must(url.Parse(s)) }

// Catches a race in which two agents get the request. However it goes, at most
// one does, and the login is dead.
func TestFetchedAtOnce(t *testing.T) {
	w := newWorld(t, nil)
	b := w.browser()
	link := b.begin("eidas1").agentLink()
	var group sync.WaitGroup
	statuses := make([]int, 8)
	for i := range statuses {
		a := w.agent()
		group.Go(func() { statuses[i] = a.fetch(link).status })
	}
	group.Wait()
	served := 0
	for _, status := range statuses {
		if status == http.StatusOK {
			served++
		}
	}
	if served != 1 {
		t.Errorf("served %d times: %v", served, statuses)
	}
	b.open("/continue").want("problem", 409, "request_already_fetched")
}

// Catches a token that is looked for where it is not, and an attacker who can
// end a login without it.
func TestBearer(t *testing.T) {
	w := newWorld(t, nil)
	_, a := w.fetched()
	opening := must(wire.EncodeOpening(a.opening))
	token := a.bearer()
	other := base64.RawURLEncoding.EncodeToString(make([]byte, 32))
	for name, header := range map[string][]string{
		"none": nil, "wrong": {"Bearer " + other}, "empty": {"Bearer "}, "no scheme": {token}, "basic": {"Basic " + token},
		"padded": {"Bearer " + token + "="}, "two": {"Bearer " + token, "Bearer " + token}, "spaces": {"Bearer  " + token},
		"request id": {"Bearer " + a.request.RequestURI[strings.LastIndex(a.request.RequestURI, "/")+1:]},
	} {
		r := jsonPost(a.request.ExchangeURI, string(opening))
		r.Header["Authorization"] = header
		got := a.do(r)
		if got.status != 401 || got.problem != "bearer_invalid" || !strings.HasPrefix(got.header.Get("WWW-Authenticate"), "Bearer ") {
			t.Errorf("%s: status %d, %q, %q", name, got.status, got.problem, got.header.Get("WWW-Authenticate"))
		}
	}
	r := jsonPost(a.request.ExchangeURI+"?access_token="+token, string(opening))
	a.want(a.do(r), 401, "bearer_invalid")
	if redirect, got := a.finish(a.hand(a.open())); redirect == "" {
		t.Errorf("wrong tokens ended the login: %s", got.problem)
	}
}

// Catches a message that is taken although it is malformed, too large, or out
// of order, and a login that survives it.
func TestExchangeRefuses(t *testing.T) {
	answers := string(must(wire.EncodeAnswers(wire.Answers{Responses: wire.Batch{}})))
	for name, c := range map[string]struct {
		body    func(opening string) string
		change  func(*world, *http.Request)
		status  int
		problem string
	}{
		"Answers first":      {func(string) string { return answers }, nil, 409, "out_of_order"},
		"Result from agent":  {func(string) string { return `{"type":"Result","redirect":"https://id.example/"}` }, nil, 400, "message_malformed"},
		"no type":            {func(o string) string { return strings.Replace(o, `"type":"Opening",`, "", 1) }, nil, 400, "message_malformed"},
		"two types":          {func(o string) string { return strings.Replace(o, "{", `{"type":"Opening",`, 1) }, nil, 400, "message_malformed"},
		"unknown member":     {func(o string) string { return strings.Replace(o, "{", `{"x":1,`, 1) }, nil, 400, "message_malformed"},
		"trailing data":      {func(o string) string { return o + "{}" }, nil, 400, "message_malformed"},
		"cut":                {func(o string) string { return o[:len(o)/2] }, nil, 400, "message_malformed"},
		"empty":              {func(string) string { return "" }, nil, 400, "message_malformed"},
		"not UTF-8":          {func(o string) string { return strings.Replace(o, "Opening", "Open\xff", 1) }, nil, 400, "message_malformed"},
		"deep":               {func(string) string { return strings.Repeat(`{"type":`, 20_000) }, nil, 400, "message_malformed"},
		"oversized":          {func(o string) string { return o + strings.Repeat(" ", wire.MaxMessage) }, nil, 413, "message_too_large"},
		"oversized, chunked": {func(o string) string { return o + strings.Repeat(" ", wire.MaxMessage) }, func(_ *world, r *http.Request) { r.ContentLength = -1 }, 413, "message_too_large"},
		"media type":         {nil, func(_ *world, r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }, 400, "message_malformed"},
		"late":               {nil, func(w *world, _ *http.Request) { w.clock.Advance(10 * time.Minute) }, 410, "transaction_expired"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			b, a := w.fetched()
			body := string(must(wire.EncodeOpening(a.opening)))
			if c.body != nil {
				body = c.body(body)
			}
			r := jsonPost(a.request.ExchangeURI, body)
			r.Header.Set("Authorization", "Bearer "+a.bearer())
			if c.change != nil {
				c.change(w, r)
			}
			a.want(a.do(r), c.status, c.problem)
			a.wantDead(b, c.status, c.problem)
		})
	}
}

// Catches a repeated Opening that gets a second key, repeated Answers that get
// a second code, and anything after the end.
func TestExchangeRepeated(t *testing.T) {
	w := newWorld(t, nil)
	b, a := w.fetched()
	a.want(a.open(), 200, "")
	a.want(a.open(), 409, "out_of_order")
	a.wantDead(b, 409, "out_of_order")

	b, a = w.fetched()
	responses := a.hand(a.open())
	redirect, _ := a.finish(responses)
	a.want(a.answers(responses), 409, "out_of_order")
	// The Result was given before, but the code is worth nothing now.
	b.open(redirect).want("problem", 409, "out_of_order")
}

// Catches answers that come later than the provider waits for a chip.
func TestAnswersTooLate(t *testing.T) {
	w := newWorld(t, nil)
	b, a := w.fetched()
	responses := a.hand(a.open())
	w.clock.Advance(31 * time.Second)
	_, got := a.finish(responses)
	a.want(got, got.status, "chip_timeout")
	a.wantDead(b, got.status, "chip_timeout")
}

// Catches a card that is not what it claims. The person reads the reason and
// which checks had passed before, and nothing of the card.
func TestForgedCards(t *testing.T) {
	trusted, unknown := must(lab()), must(otherLab())
	flip := func(b []byte, at int) { b[at] ^= 1 }
	for name, c := range map[string]struct {
		lab     *issuer.Lab
		change  func(*vcard.Personalisation)
		alter   func(*agent)
		problem string
		passed  []string // checks that had passed, among others
		failed  string   // the check that must not be shown
	}{
		"cloned chip": {trusted, func(p *vcard.Personalisation) {
			p.ChipKeys[0].Scalar = must(p.ChipKeys[0].Curve.GenerateKey(fixedRand{}))
		}, nil, "chip_not_genuine", []string{"dg14_hash"}, "chip_authentication"},
		"altered DG1": {trusted, func(p *vcard.Personalisation) {
			dg1 := p.Files[vcard.FIDDG1]
			flip(dg1, bytes.Index(dg1, []byte("MARIE")))
		}, nil, "dg1_hash_mismatch", []string{"dg14_hash"}, "dg1_hash"},
		"altered DG11": {trusted, func(p *vcard.Personalisation) {
			dg11 := p.Files[vcard.FIDDG11]
			flip(dg11, len(dg11)-1)
		}, nil, "dg11_hash_mismatch", []string{"dg1_hash", "chip_authentication"}, "dg11_hash"},
		"altered SOD": {trusted, nil, func(a *agent) {
			flip(a.opening.SOD, len(a.opening.SOD)-1)
		}, "sod_signature_invalid", nil, "sod_signature"},
		"altered DG14": {trusted, nil, func(a *agent) {
			flip(a.opening.DG14, len(a.opening.DG14)-1)
		}, "dg14_hash_mismatch", []string{"sod_signature", "ds_chain"}, "dg14_hash"},
		"unknown CSCA": {unknown, nil, nil, "csca_unknown", nil, "ds_chain"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			b, a := w.browser(), w.agent()
			a.insert(c.lab, issuer.Specimen(), c.change)
			if c.alter != nil {
				c.alter(a)
			}
			redirect, got := a.read(b.begin("eidas1").agentLink())
			if redirect != "" || got.problem != c.problem {
				t.Fatalf("problem %q, want %q", got.problem, c.problem)
			}
			page := b.open(a.denied("access_denied")).want("problem", got.status, c.problem)
			checks := page.attrs("data-check")
			for _, check := range c.passed {
				if !slices.Contains(checks, check) {
					t.Errorf("%s had passed and is not shown", check)
				}
			}
			if slices.Contains(checks, c.failed) || len(page.attrs("data-claim")) > 0 {
				t.Errorf("shown: checks %v, claims %v", checks, page.attrs("data-claim"))
			}
		})
	}
}

// fixedRand makes the key of the cloned chip.
type fixedRand struct{}

func (fixedRand) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 0x5A
	}
	return len(p), nil
}

// Catches answers that no chip gave being taken for one: empty, short, without
// protection, or altered on the way.
func TestInventedAnswers(t *testing.T) {
	for name, invent := range map[string]func([][]byte) [][]byte{
		"none":        func([][]byte) [][]byte { return nil },
		"empty":       func([][]byte) [][]byte { return [][]byte{{}} },
		"status only": func([][]byte) [][]byte { return [][]byte{{0x90, 0x00}} },
		"end of file": func([][]byte) [][]byte { return [][]byte{{0x62, 0x82}} },
		"plain file":  func([][]byte) [][]byte { return [][]byte{append(bytes.Repeat([]byte{0x61}, 95), 0x90, 0x00)} },
		"altered": func(r [][]byte) [][]byte {
			r[0] = bytes.Clone(r[0])
			r[0][10] ^= 1
			return r
		},
		"swapped": func(r [][]byte) [][]byte { slices.Reverse(r); return r },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			b, a := w.fetched()
			got := a.answers(invent(a.hand(a.open())))
			if got.status == http.StatusOK || !strings.HasPrefix(got.problem, "chip_") {
				t.Fatalf("status %d, problem %q", got.status, got.problem)
			}
			a.wantDead(b, got.status, got.problem)
		})
	}
}

// Catches a body that is read before the token is looked at.
func TestUnknownTokenIsRefusedBeforeTheBody(t *testing.T) {
	w := newWorld(t, nil)
	a := w.agent()
	read := &countingReader{left: 64 << 20}
	r := must(http.NewRequest(http.MethodPost, w.origin+"/exchange", read))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+strings.Repeat("A", 43))
	response, err := a.client.Do(r)
	if err == nil {
		response.Body.Close()
	}
	if read.taken() > 8<<20 {
		t.Errorf("%d bytes of the body were taken", read.taken())
	}
}

// Catches a message that is read although its announced length is beyond the
// limit: the provider answers before it asks for the body.
func TestAnnouncedLength(t *testing.T) {
	w := newWorld(t, nil)
	_, a := w.fetched()
	config := w.server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	config.NextProtos = []string{"http/1.1"}
	conn := must(tls.Dial("tcp", w.server.Listener.Addr().String(), config))
	defer conn.Close()
	fmt.Fprintf(conn, "POST /exchange HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"+
		"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n", w.server.Listener.Addr(), a.bearer(), wire.MaxMessage+1)
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "HTTP/1.1 413") {
		t.Errorf("%q, %v", line, err)
	}
}

// countingReader is a body of zeros.
type countingReader struct {
	mu   sync.Mutex
	left int
	n    int
}

func (r *countingReader) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), r.left)
	clear(p[:n])
	r.left, r.n = r.left-n, r.n+n
	return n, nil
}

func (r *countingReader) taken() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.n
}
