package agentapi_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cnie.example/web/agentapi"
)

// Each line of the gate, on a real connection: the request that would be right
// but for one thing is refused under that thing's own name.
func TestGate(t *testing.T) {
	w := newWorld(t)
	id := w.land(w.provider.Begin())
	uri := "/login?request_uri=" + escape(w.provider.Begin())
	port := w.host[strings.LastIndexByte(w.host, ':'):]
	get := func(target string, lines ...string) string {
		return "GET " + target + " HTTP/1.1\r\n" + strings.Join(append(lines, "Accept: text/html"), "\r\n") + "\r\n\r\n"
	}
	host := "Host: " + w.host
	for name, c := range map[string]struct {
		text   string
		status int
		want   string
	}{
		"status page":          {get("/", host), 200, ""},
		"landing, old browser": {get(uri, host), 200, ""},
		"landing, navigation":  {get(uri, host, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"), 200, ""},

		"name instead of address": {get(uri, "Host: localhost"+port), 421, "wrong_host"},
		"rebound name":            {get(uri, "Host: evil.test"+port), 421, "wrong_host"},
		"no port":                 {get(uri, "Host: 127.0.0.1"), 421, "wrong_host"},
		"other port":              {get(uri, "Host: 127.0.0.1:1"), 421, "wrong_host"},
		"other family":            {get(uri, "Host: [::1]"+port), 421, "wrong_host"},
		"other spelling":          {get(uri, "Host: 127.1"+port), 421, "wrong_host"},
		"address in the target":   {get("http://evil.test/", host), 421, "wrong_host"},

		"websocket":       {get("/", host, "Connection: Upgrade", "Upgrade: websocket"), 400, "upgrade_refused"},
		"upgrade to h2c":  {get("/", host, "Connection: keep-alive, Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: A"), 400, "upgrade_refused"},
		"second upgrade":  {get("/", host, "Upgrade: ", "Upgrade: websocket"), 400, "upgrade_refused"},
		"upgrade unnamed": {get("/", host, "Connection: keep-alive, upgrade"), 400, "upgrade_refused"},

		"long URL":       {get("/login?request_uri="+strings.Repeat("a", 5000), host), 413, "too_large"},
		"GET with body":  {"GET / HTTP/1.1\r\n" + host + "\r\nAccept: text/html\r\nContent-Length: 1\r\n\r\na", 400, "bad_request"},
		"HEAD":           {"HEAD / HTTP/1.1\r\n" + host + "\r\n\r\n", 400, ""},
		"OPTIONS":        {"OPTIONS / HTTP/1.1\r\n" + host + "\r\nOrigin: https://evil.test\r\nAccess-Control-Request-Method: POST\r\n\r\n", 400, "bad_request"},
		"OPTIONS *":      {"OPTIONS * HTTP/1.1\r\n" + host + "\r\n\r\n", 400, "bad_request"},
		"POST to /login": {"POST /login HTTP/1.1\r\n" + host + "\r\nOrigin: http://" + w.host + "\r\nContent-Length: 0\r\n\r\n", 404, "not_found"},
		"no such page":   {get("/nothing", host), 404, "not_found"},
		"up the tree":    {get("/static/..%2fgate.go", host), 404, "not_found"},

		"prefetch":        {get(uri, host, "Sec-Purpose: prefetch;prerender", "Sec-Fetch-Mode: navigate"), 403, "not_navigation"},
		"second purpose":  {get(uri, host, "Purpose: x", "Purpose: prefetch"), 403, "not_navigation"},
		"second sec":      {get(uri, host, "Sec-Purpose: ", "Sec-Purpose: prefetch"), 403, "not_navigation"},
		"second x-moz":    {get(uri, host, "X-Moz: x", "X-Moz: Prefetch"), 403, "not_navigation"},
		"fetch":           {get(uri, host, "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty"), 403, "not_navigation"},
		"image":           {get(uri, host, "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"), 403, "not_navigation"},
		"frame":           {get(uri, host, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"), 403, "not_navigation"},
		"one of two":      {get(uri, host, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Mode: cors"), 403, "not_navigation"},
		"style from afar": {get("/static/style.css", host, "Sec-Fetch-Site: cross-site"), 403, "foreign_origin"},

		"no request_uri":       {get("/login", host), 400, "bad_request"},
		"empty request_uri":    {get("/login?request_uri=", host), 400, "bad_request"},
		"repeated request_uri": {get(uri+"&request_uri=a", host), 400, "bad_request"},
		"unknown parameter":    {get(uri+"&x=y", host), 400, "bad_request"},
		"unknown language":     {get(uri+"&lang=de", host), 400, "bad_request"},
		"language twice":       {get(uri+"&lang=fr&lang=en", host), 400, "bad_request"},
		"semicolons":           {get(uri+";x=y", host), 400, "bad_request"},
		"plain http":           {get("/login?request_uri=http://127.0.0.1/", host), 400, "bad_request"},
		"other path of its":    {get("/login?request_uri="+escape(w.provider.URL+"/exchange/1"), host), 400, "bad_request"},
		"not enrolled":         {get("/login?request_uri=https://evil.test/r", host), 403, "provider_not_enrolled"},
		"parameter elsewhere":  {get("/?x=y", host), 400, "bad_request"},
		"other's path":         {get("/login/AAAAAAAAAAAAAAAAAAAAAA/consent", host), 404, "login_unknown"},
		"not started":          {get(id.path+"/consent", host), 404, "login_unknown"},
		"short path":           {get("/login/AAAA/finish", host), 404, "login_unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			r := w.raw(c.text)
			if r.StatusCode != c.status || r.problem() != c.want {
				t.Errorf("%d %q, want %d %q", r.StatusCode, r.problem(), c.status, c.want)
			}
			for header, want := range map[string]string{
				"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Cross-Origin-Opener-Policy": "same-origin",
				"Referrer-Policy": "same-origin", "Access-Control-Allow-Origin": "",
			} {
				if got := r.Header.Get(header); got != want {
					t.Errorf("%s: %q", header, got)
				}
			}
			csp := r.Header.Get("Content-Security-Policy")
			if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") {
				t.Errorf("Content-Security-Policy: %q", csp)
			}
		})
	}
	if w.provider.Calls("/request") != 0 {
		t.Error("a GET fetched a request")
	}
}

// What changes something needs origin, path and cookie, each by itself.
func TestGatePost(t *testing.T) {
	w := newWorld(t)
	login, other := w.land(w.provider.Begin()), w.land(w.provider.Begin())
	body := login.form
	header := func(origin, site, cookie, kind string) string {
		text := "POST " + login.path + "/start HTTP/1.1\r\nHost: " + w.host + "\r\nAccept: text/html\r\n"
		for name, value := range map[string]string{"Origin": origin, "Sec-Fetch-Site": site, "Cookie": cookie, "Content-Type": kind} {
			if value != "" {
				text += name + ": " + value + "\r\n"
			}
		}
		return text
	}
	request := func(origin, site, cookie, kind, body string) string {
		return header(origin, site, cookie, kind) + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body)
	}
	own, form := "http://"+w.host, "application/x-www-form-urlencoded"
	for name, c := range map[string]struct{ text, want string }{
		"no origin":      {request("", "same-origin", login.cookie, form, body), "foreign_origin"},
		"null origin":    {request("null", "", login.cookie, form, body), "foreign_origin"},
		"provider":       {request(w.provider.URL, "cross-site", login.cookie, form, body), "foreign_origin"},
		"other port":     {request("http://127.0.0.1:1", "", login.cookie, form, body), "foreign_origin"},
		"https":          {request("https://"+w.host, "", login.cookie, form, body), "foreign_origin"},
		"same site":      {request(own, "same-site", login.cookie, form, body), "foreign_origin"},
		"no cookie":      {request(own, "same-origin", "", form, body), "cookie_missing"},
		"other's cookie": {request(own, "same-origin", other.cookie, form, body), "cookie_missing"},
		"two cookies":    {request(own, "same-origin", login.cookie+"; "+other.cookie, form, body), "cookie_missing"},
		"JSON":           {request(own, "same-origin", login.cookie, "application/json", "{}"), "bad_request"},
		"text":           {request(own, "same-origin", login.cookie, "text/plain", body), "bad_request"},
		"field unknown":  {request(own, "same-origin", login.cookie, form, body+"&x=y"), "bad_request"},
		"field repeated": {request(own, "same-origin", login.cookie, form, body+"&issued=1"), "bad_request"},
		"bad escape":     {request(own, "same-origin", login.cookie, form, body+"&replace=%zz"), "bad_request"},
		"other's form":   {request(own, "same-origin", login.cookie, form, other.form), "login_unknown"},
		"field changed":  {request(own, "same-origin", login.cookie, form, strings.Replace(body, "request_uri=", "request_uri=https://evil.test/", 1)), "login_unknown"},
		"no fields":      {request(own, "same-origin", login.cookie, form, ""), "login_unknown"},
		"announced long": {header(own, "same-origin", login.cookie, form) + "Content-Length: 1000000\r\n\r\n", "too_large"},
		"chunked long":   {header(own, "same-origin", login.cookie, form) + "Transfer-Encoding: chunked\r\n\r\n4000\r\n" + strings.Repeat("a", 0x4000) + "\r\n0\r\n\r\n", "too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			if r := w.raw(c.text); r.problem() != c.want {
				t.Errorf("%d %q, want %q", r.StatusCode, r.problem(), c.want)
			}
		})
	}
	if w.provider.Calls("/request") != 0 {
		t.Fatal("a refused POST fetched a request")
	}
	w.pass(11 * time.Minute)
	if r := w.post(login.path+"/start", login.cookie, body); r.problem() != "login_expired" {
		t.Errorf("old landing page: %d %q", r.StatusCode, r.problem())
	}
}

// The stream of a login is for its own page only.
func TestGateEvents(t *testing.T) {
	w := newWorld(t)
	login, _ := w.start()
	target := "GET " + login.path + "/events HTTP/1.1\r\nHost: " + w.host + "\r\n"
	for name, c := range map[string]struct{ lines, want string }{
		"nothing":        {"Cookie: " + login.cookie + "\r\n", "foreign_origin"},
		"cross-site":     {"Cookie: " + login.cookie + "\r\nSec-Fetch-Site: cross-site\r\n", "foreign_origin"},
		"foreign origin": {"Cookie: " + login.cookie + "\r\nOrigin: https://evil.test\r\n", "foreign_origin"},
		"no cookie":      {"Sec-Fetch-Site: same-origin\r\n", "cookie_missing"},
	} {
		t.Run(name, func(t *testing.T) {
			if r := w.raw(target + c.lines + "\r\n"); r.problem() != c.want {
				t.Errorf("%d %q, want %q", r.StatusCode, r.problem(), c.want)
			}
		})
	}
	if r := w.events(login); !strings.Contains(r.body, "event: end") || r.Header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("right one: %d %q", r.StatusCode, r.body)
	}
}

// A header larger than any browser's ends the connection early: by status 431
// when the sender reads, else by a reset.
func TestGateHeader(t *testing.T) {
	w := newWorld(t)
	conn, err := net.Dial("tcp", w.host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: "+w.host+"\r\nX: "+strings.Repeat("a", 64<<10)+"\r\n\r\n")
	answer, _ := io.ReadAll(conn)
	if len(answer) > 0 && !strings.HasPrefix(string(answer), "HTTP/1.1 431 ") {
		t.Errorf("answer %q", answer)
	}
}

// A connection that Accept let through gets nothing when its owner is another
// one at the request, whatever he asks for; the user at the other end is asked
// for with the addresses of the connection.
func TestGatePeer(t *testing.T) {
	var mu sync.Mutex
	var local, remote netip.AddrPort
	asked := map[netip.AddrPort]bool{}
	w := newWorld(t, func(c *agentapi.Config) {
		c.SameUser = func(l, r netip.AddrPort) error {
			mu.Lock()
			defer mu.Unlock()
			if !asked[r] {
				asked[r] = true
				return nil
			}
			local, remote = l, r
			return errors.New("user 12345")
		}
	})
	for _, text := range []string{
		"GET / HTTP/1.1\r\nHost: " + w.host + "\r\nAccept: text/html\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: evil.test\r\nAccept: text/html\r\n\r\n",
	} {
		if r := w.raw(text); r.StatusCode != http.StatusForbidden || r.problem() != "foreign_user" {
			t.Errorf("%d %q", r.StatusCode, r.problem())
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if local.String() != w.host || !remote.Addr().IsLoopback() || remote.Port() == 0 {
		t.Errorf("asked for %v and %v", local, remote)
	}
}

// Strangers get no answer at all, and take no place: as many silent connections
// of them as there are places, and more, do not keep the owner out.
func TestAcceptOwner(t *testing.T) {
	var strangers atomic.Bool
	w := newWorld(t, func(c *agentapi.Config) {
		c.SameUser = func(netip.AddrPort, netip.AddrPort) error {
			if strangers.Load() {
				return errors.New("user 12345")
			}
			return nil
		}
	})
	strangers.Store(true)
	for range places + 6 {
		conn, err := net.Dial("tcp", w.host)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		closed(t, conn)
	}
	strangers.Store(false)
	if r := w.get("/"); r.StatusCode != http.StatusOK {
		t.Errorf("owner: %d %q", r.StatusCode, r.problem())
	}
}

// places is how many connections the endpoint holds.
const places = 64

// closed waits for the end of a connection on which nothing was said.
func closed(t *testing.T, conn net.Conn) {
	t.Helper()
	if err := conn.SetDeadline(time.Now().Add(3 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if n, err := conn.Read(make([]byte, 1)); n != 0 || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("a stranger's connection is open: %d, %v", n, err)
	}
}

// On IPv6 the host is the address in brackets.
func TestGateIPv6(t *testing.T) {
	w := newWorld(t)
	if w.host6 == "" {
		t.Skip("no IPv6 loopback")
	}
	if r := w.rawTo(w.host6, "GET / HTTP/1.1\r\nHost: "+w.host6+"\r\nAccept: text/html\r\n\r\n"); r.StatusCode != http.StatusOK {
		t.Errorf("own address: %d %q", r.StatusCode, r.problem())
	}
	if r := w.rawTo(w.host6, "GET / HTTP/1.1\r\nHost: "+w.host+"\r\nAccept: text/html\r\n\r\n"); r.problem() != "wrong_host" {
		t.Errorf("address of the other listener: %d %q", r.StatusCode, r.problem())
	}
}

// Programs get RFC 9457, in the language they ask for.
func TestProblemObject(t *testing.T) {
	w := newWorld(t)
	r := w.raw("GET /nothing HTTP/1.1\r\nHost: " + w.host + "\r\nAccept: application/json\r\nAccept-Language: en\r\n\r\n")
	if r.Header.Get("Content-Type") != "application/problem+json" || r.problem() != "not_found" || !strings.Contains(r.body, "Page not found") {
		t.Errorf("%q %s", r.Header.Get("Content-Type"), r.body)
	}
}
