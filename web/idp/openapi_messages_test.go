package idp_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"cnie.example/attest/wire"
	"cnie.example/web/providers"
)

// spoken is a message as the description and as the code read it.
type spoken struct {
	schema string
	decode func([]byte) error
	good   string           // a message that both take
	tries  map[string][]any // values to put in place of a member, besides those that every member gets
}

func decoding[T any](decode func([]byte) (T, error)) func([]byte) error {
	return func(b []byte) error {
		_, err := decode(b)
		return err
	}
}

// decodeRequest reads a request as an agent does, up to what depends on the
// login.
func decodeRequest(b []byte) error {
	r, err := wire.DecodeRequest(b)
	if err == nil && errors.Is(r.Check(wire.Expected{}, start), wire.ErrAudience) {
		err = wire.ErrAudience
	}
	return err
}

// text is the base64url text of n bytes.
func text(n int) string { return base64.RawURLEncoding.EncodeToString(bytes.Repeat([]byte{0xA5}, n)) }

// around are texts of bytes at both ends of what is allowed.
func around(least, most int) []any {
	values := []any{text(least), text(most), text(most + 1)}
	if least > 0 {
		values = append(values, text(least-1))
	}
	return values
}

// list repeats a value.
func list(n int, value any) []any { return slices.Repeat([]any{value}, n) }

var uris = []any{
	"https://id.example", "https://id.example/", "https://id.example:8443/a?b=c&d=%20", "http://127.0.0.1:8443/x", "http://[::1]/",
	"http://id.example/", "https:///x", "https://u@id.example/", "https://id.example/#f", "https://id.example/é", "id.example", "/x",
	"https://id.example/" + strings.Repeat("a", wire.MaxURI-19), "https://id.example/" + strings.Repeat("a", wire.MaxURI-18), "javascript:x",
	"https://id.example/\\", "https://id.example/{}", "ftp://id.example/",
}

func messages() []spoken {
	visible := []any{strings.Repeat("x", 256), strings.Repeat("x", 257), "a b", "é", "~!", "\x7f"}
	jti := []any{strings.Repeat("x", 64), strings.Repeat("x", 65), "a b", "é"}
	files := []any{[]any{"DG1"}, []any{"DG11", "DG1"}, []any{"DG11"}, []any{"DG1", "DG1"}, []any{"DG1", "DG3"}, []any{"DG1", "DG2", "DG11"}}
	commands := []any{list(wire.MaxCommands, "AA"), list(wire.MaxCommands+1, "AA"), []any{""}, []any{text(wire.MaxCommand)}, []any{text(wire.MaxCommand + 1)}}
	jws := []any{"AA.AA.AA", "AA.AA", "AA.AA.", ".AA.AA", "AA.AA.AA.AA", "AB.AA.AA", "A.AA.AA", "AA.AA.A=", strings.Repeat("A", 32<<10-6) + ".AA.AA", strings.Repeat("A", 32<<10-2) + ".AA.AA"}
	apdu := []any{wire.LeastAPDU - 1, wire.LeastAPDU, 65538, 65539, 65544, 65545, 100.5, -1}
	names := []any{map[string]any{"fr": "é", "en": strings.Repeat("é", 64)}, map[string]any{"fr": "x", "en": strings.Repeat("x", 65)}, map[string]any{"fr": "x"}, map[string]any{"fr": "", "en": "x"}}
	origin := "https://id.example"
	return []spoken{
		{
			"FetchRequest", decoding(wire.DecodeFetchRequest), fmt.Sprintf(`{"agent_nonce":%q,"versions":[1]}`, text(32)),
			map[string][]any{
				"agent_nonce": around(32, 32),
				"versions":    {[]any{1, 2, 3, 4, 5, 6, 7, 8}, []any{1, 2, 3, 4, 5, 6, 7, 8, 9}, []any{1, 1}, []any{0}, []any{1.5}, []any{"1"}},
			},
		},
		{
			"LoginRequest", decodeRequest, fmt.Sprintf(`{"version":1,"iss":"https://id.example","aud":"cnie-agent","jti":"x","iat":100,"exp":220,`+
				`"request_uri":"https://id.example/r","agent_nonce":%[1]q,"nonce":%[1]q,"state":"s","redirect_uri":"https://id.example/c",`+
				`"exchange_uri":"https://id.example/e","exchange_token":%[1]q,"level":"eidas1","files":["DG1"],"holder":"none","rp":"R","session_code":"ABCD"}`, text(32)),
			map[string][]any{
				"version": {0, 2}, "iss": append(uris, "https://id.example?x"), "jti": jti, "iat": {0, -1, 100.5},
				"request_uri": uris, "redirect_uri": uris, "exchange_uri": uris,
				"agent_nonce": around(32, 32), "nonce": around(32, 32), "exchange_token": around(32, 32), "state": visible,
				"level": {"eidas2", "eidas3", "eidas4", "none"}, "files": files, "holder": {"card"},
				"rp":           {"  ", " x ", strings.Repeat("é", 64), strings.Repeat("é", 65), "a\u0000b", "a\nb", "a\u00a0b", "a\u0085b"},
				"session_code": {"ABC", "ABCDE", "ABC0", "abcd", "23ZY"},
			},
		},
		{
			"Opening", decoding(wire.DecodeOpening), `{"type":"Opening","sod":"AA","dg14":"AA","max_command":261,"max_response":258}`,
			map[string][]any{
				"type": {"Answers"}, "sod": around(1, wire.MaxSOD), "dg14": around(1, wire.MaxDG14), "max_command": apdu, "max_response": apdu,
			},
		},
		{
			"Signed", decoding(wire.DecodeSigned), `{"type":"Signed","sod":"AA","dg14":"AA","dg15":"AA","signature":"AA","files":[{"name":"DG1","content":"AA"}]}`,
			map[string][]any{
				"sod": around(1, wire.MaxSOD), "dg14": around(0, wire.MaxDG14), "dg15": around(1, wire.MaxDG15), "signature": around(1, wire.MaxSignature),
				"files": {
					[]any{file("DG2", "AA"), file("DG1", "AA")},
					[]any{file("DG1", "AA"), file("DG2", "AA"), file("DG11", "AA")},
					[]any{file("DG1", "")},
					[]any{file("DG1", text(100_000))},
					[]any{file("DG1", "AA"), file("DG14", "AA")},
					[]any{map[string]any{"name": "DG1"}},
					[]any{map[string]any{"content": "AA"}},
					[]any{map[string]any{"name": "DG1", "content": "AA", "x": 1}},
					[]any{"DG1"},
				},
			},
		},
		{
			"Answers", decoding(wire.DecodeAnswers), `{"type":"Answers","responses":["kAA"]}`,
			map[string][]any{"responses": {
				list(wire.MaxBatch, "kAA"), list(wire.MaxBatch+1, "kAA"), []any{""}, []any{text(wire.MaxResponse)}, []any{text(wire.MaxResponse + 1)}, []any{1}, []any{"kAB"},
			}},
		},
		{"Handover", decoding(wire.DecodeHandoverMessage), `{"type":"Handover","jws":"AA.AA.AA"}`, map[string][]any{"jws": jws}},
		{
			"HandoverPayload", decoding(wire.DecodeHandover), fmt.Sprintf(`{"iss":"https://id.example","jti":"x","agent_nonce":%[1]q,"sod_sha256":%[1]q,"dg14_sha256":%[1]q,`+
				`"key_id":"","public_key":"AA","proof":"AA","commands":["AA"]}`, text(32)),
			map[string][]any{
				"jti": jti, "agent_nonce": around(32, 32), "sod_sha256": around(32, 32), "dg14_sha256": around(32, 32),
				"key_id": around(0, wire.MaxKeyID), "public_key": around(1, wire.MaxPoint), "proof": around(1, wire.MaxProof), "commands": commands,
			},
		},
		{"Commands", decoding(wire.DecodeCommands), `{"type":"Commands","commands":["AA"]}`, map[string][]any{"commands": commands}},
		{"Result", decoding(wire.DecodeResult), `{"type":"Result","redirect":"https://id.example/c?code=x&state=s"}`, map[string][]any{"redirect": uris}},
		{
			"ProviderRecord", decoding(providers.ParseRecord), fmt.Sprintf(`{"name":{"fr":"x","en":"x"},"origin":%[1]q,"redirect_uris":["%[1]s/c"],"request_prefix":"%[1]s/r/",`+
				`"jwks_uri":"%[1]s/k","thumbprints":[%[2]q],"files":["DG1"]}`, origin, text(32)),
			map[string][]any{
				"name": names, "redirect_uris": {list(16, origin+"/c"), list(17, origin+"/c"), []any{"x"}}, "request_prefix": {origin + "/", origin + "/r", "r/"},
				"thumbprints": {list(16, text(32)), list(17, text(32)), []any{text(31)}, []any{text(33)}}, "files": files, "jwks_uri": {"x", "ftp://x/"},
			},
		},
	}
}

func file(name, content string) map[string]any {
	return map[string]any{"name": name, "content": content}
}

// Catches a description that takes what the code refuses, or refuses what the
// code takes: every member missing, null, of another type and at both ends of
// its limits, and one member more. A message is changed in one place at a time.
func TestOpenAPIAgreesWithTheCode(t *testing.T) {
	for _, m := range messages() {
		t.Run(m.schema, func(t *testing.T) {
			good := m.members(t)
			if !m.agree(t, "as it is", good) {
				t.Fatal("the good message is refused")
			}
			taken := 0
			for what, changed := range m.changes(good) {
				if m.agree(t, what, changed) {
					taken++
				}
			}
			if len(m.tries) > 0 && taken == 0 {
				t.Error("no change was taken: the tries say nothing about upper limits")
			}
		})
	}
}

func (m spoken) members(t *testing.T) map[string]any {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal([]byte(m.good), &members); err != nil {
		t.Fatal(err)
	}
	return members
}

// changes yields the message with one change each, and what it is.
func (m spoken) changes(good map[string]any) map[string]map[string]any {
	changes := map[string]map[string]any{"a member more": with(good, "unknown", 1)}
	for name, value := range good {
		without := maps.Clone(good)
		delete(without, name)
		changes[name+" missing"] = without
		for _, other := range []any{nil, true, 7, "", "+", "A", "AAAA=", []any{}, map[string]any{}} {
			if _, number := value.(float64); number && other == 7 {
				continue // what the numbers mean together is not for a schema
			}
			changes[fmt.Sprintf("%s is %v", name, other)] = with(good, name, other)
		}
		for i, other := range m.tries[name] {
			changes[fmt.Sprintf("%s, try %d: %.40v", name, i, other)] = with(good, name, other)
		}
	}
	return changes
}

func with(good map[string]any, name string, value any) map[string]any {
	changed := maps.Clone(good)
	changed[name] = value
	return changed
}

// agree holds the two readings of a message against each other and tells
// whether it was taken.
func (m spoken) agree(t *testing.T, what string, members map[string]any) bool {
	t.Helper()
	b := must(json.Marshal(members))
	var value any
	if err := json.Unmarshal(b, &value); err != nil {
		t.Fatal(err)
	}
	described := openapi(t).Components.Schemas[m.schema].Value.VisitJSON(value, openapi3.EnableJSONSchema2020())
	decoded := m.decode(b)
	if (described == nil) != (decoded == nil) {
		t.Errorf("%s: by the description %v, by the code %v", what, brief(described), brief(decoded))
	}
	return decoded == nil
}

// brief cuts an error that shows a whole message.
func brief(err error) string {
	if err == nil {
		return "good"
	}
	return fmt.Sprintf("refused (%.200s)", err.Error())
}
