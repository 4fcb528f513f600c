package record_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"cnie.example/attest/record"

	"github.com/go-jose/go-jose/v4"
)

// Catches a key that is refused without need, and one that is accepted without.
func TestSign(t *testing.T) {
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	small, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	r := specimen(t)
	for name, c := range map[string]struct {
		key crypto.Signer
		kid string
		alg string // of the header; empty when the key is refused
	}{
		"P-256":       {newKey(t), "key-1", "ES256"},
		"Ed25519":     {edwards, "key-1", "EdDSA"},
		"P-384":       {p384, "key-1", ""},
		"RSA":         {small, "key-1", ""},
		"no name":     {newKey(t), "", ""},
		"a long name": {newKey(t), strings.Repeat("k", 257), ""},
	} {
		jws, err := r.Sign(c.key, c.kid)
		if c.alg == "" {
			if !errors.Is(err, record.ErrKey) || jws != "" {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		header, _ := base64.RawURLEncoding.DecodeString(strings.Split(jws, ".")[0])
		if want := `{"alg":"` + c.alg + `","kid":"key-1","typ":"cnie-evidence-record+jwt"}`; string(header) != want {
			t.Errorf("%s: header %s", name, header)
		}
		if again, err := record.Parse(jws, keySet(c.key.Public(), c.kid)); err != nil || again.Transaction != r.Transaction {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// forge signs a payload under a header, whatever they are.
func forge(t testing.TB, key any, alg jose.SignatureAlgorithm, header map[jose.HeaderKey]any, kid, payload string) string {
	t.Helper()
	options := &jose.SignerOptions{ExtraHeaders: header}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, options)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := signer.Sign([]byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	compact, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return compact
}

// Catches a record that is believed though nobody signed it, or somebody else
// did, or it was signed as something else.
func TestParseRefusesSignatures(t *testing.T) {
	key, other := newKey(t), newKey(t)
	keys := keySet(key.Public(), "key-1")
	typ := map[jose.HeaderKey]any{"typ": record.Type}
	r := specimen(t)
	good, err := r.Sign(key, "key-1")
	if err != nil {
		t.Fatal(err)
	}
	text := payload(t, good)
	parts := strings.Split(good, ".")
	encode := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	none := encode(`{"alg":"none","kid":"key-1","typ":"` + record.Type + `"}`)
	repeated := encode(`{"alg":"ES256","kid":"key-1","kid":"key-1","typ":"` + record.Type + `"}`)
	public, err := json.Marshal(jose.JSONWebKey{Key: key.Public()})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		jws  string
		want error
	}{
		"by another key":          {forge(t, other, jose.ES256, typ, "key-1", text), record.ErrSignature},
		"by an unknown key":       {forge(t, key, jose.ES256, typ, "key-2", text), record.ErrSignature},
		"altered":                 {parts[0] + "." + encode(strings.Replace(text, "eidas1", "eidas2", 2)) + "." + parts[2], record.ErrSignature},
		"signature cut":           {good[:len(good)-4], record.ErrSignature},
		"signature missing":       {parts[0] + "." + parts[1] + ".", record.ErrSignature},
		"without an algorithm":    {none + "." + parts[1] + ".", record.ErrMalformed},
		"with a public key's MAC": {forge(t, public, jose.HS256, typ, "key-1", text), record.ErrMalformed},
		"of another type":         {forge(t, key, jose.ES256, map[jose.HeaderKey]any{"typ": "cnie-login-request+jwt"}, "key-1", text), record.ErrMalformed},
		"of no type":              {forge(t, key, jose.ES256, nil, "key-1", text), record.ErrMalformed},
		"without kid":             {forge(t, key, jose.ES256, typ, "", text), record.ErrMalformed},
		"with a key inside":       {forge(t, key, jose.ES256, map[jose.HeaderKey]any{"typ": record.Type, "jku": "https://evil.test"}, "key-1", text), record.ErrMalformed},
		"with a repeated member":  {repeated + "." + parts[1] + "." + parts[2], record.ErrMalformed},
		"with two parts":          {parts[0] + "." + parts[1], record.ErrMalformed},
		"with four parts":         {good + ".", record.ErrMalformed},
		"as JSON":                 {`{"payload":"` + parts[1] + `"}`, record.ErrMalformed},
		"empty":                   {"", record.ErrMalformed},
		"padded":                  {parts[0] + "=." + parts[1] + "." + parts[2], record.ErrMalformed},
		"huge":                    {good + strings.Repeat("A", record.MaxSigned), record.ErrMalformed},
	} {
		if got, err := record.Parse(c.jws, keys); got != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := record.Parse(good, jose.JSONWebKeySet{}); !errors.Is(err, record.ErrSignature) {
		t.Errorf("no keys: %v", err)
	}
	// A key of another kind under the same name must not hide the right one.
	_, edwards, _ := ed25519.GenerateKey(rand.Reader)
	keys.Keys = append([]jose.JSONWebKey{{Key: edwards.Public(), KeyID: "key-1"}, {Key: []byte("secret"), KeyID: "key-1"}}, keys.Keys...)
	if _, err := record.Parse(good, keys); err != nil {
		t.Errorf("several keys of a name: %v", err)
	}
}

// Catches a second text for the same record, and members that this version
// does not know: each is well signed.
func TestParseRefusesOtherTexts(t *testing.T) {
	key := newKey(t)
	r := specimen(t)
	good, err := r.Sign(key, "key-1")
	if err != nil {
		t.Fatal(err)
	}
	text := payload(t, good)
	swap := func(old, new string) string {
		if strings.Count(text, old) != 1 {
			t.Fatalf("%q is there %d times", old, strings.Count(text, old))
		}
		return strings.Replace(text, old, new, 1)
	}
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"unknown member":       {swap(`"lab":`, `"extra":1,"lab":`), record.ErrMalformed},
		"unknown inner member": {swap(`"trust":{`, `"trust":{"extra":1,`), record.ErrMalformed},
		"repeated member":      {swap(`"lab":false`, `"lab":false,"lab":false`), record.ErrMalformed},
		"missing member":       {swap(`"lab":false,`, ``), record.ErrMalformed},
		"null":                 {swap(`"lab":false`, `"lab":null`), record.ErrMalformed},
		"other order":          {swap(`"lab":false,"asked":"eidas1"`, `"asked":"eidas1","lab":false`), record.ErrMalformed},
		"a space":              {swap(`"lab":false`, `"lab": false`), record.ErrMalformed},
		"an escape":            {swap(`transaction-1`, `transaction\u002d1`), record.ErrMalformed},
		"empty for absent":     {swap(`"status":`, `"refused":"","status":`), record.ErrMalformed},
		"another time":         {swap(`"ended":"`+r.Ended.Format(time.RFC3339)+`"`, `"ended":"`+r.Ended.Format("2006-01-02T15:04:05")+`+00:00"`), record.ErrMalformed},
		"hash in capitals":     {swap(r.Document.SOD.String(), strings.ToUpper(r.Document.SOD.String())), record.ErrMalformed},
		"short hash":           {swap(r.Document.SOD.String(), r.Document.SOD.String()[2:]), record.ErrMalformed},
		"hash of other signs":  {swap(r.Document.SOD.String(), strings.Repeat("g", 64)), record.ErrMalformed},
		"a number for a text":  {swap(`"transaction-1"`, `1`), record.ErrMalformed},
		"something behind":     {text + "{}", record.ErrMalformed},
		"no JSON":              {"record", record.ErrMalformed},
		"no version":           {swap(`"version":1,`, ``), record.ErrMalformed},
		"version 2":            {swap(`"version":1,`, `"version":2,"extra":1,`), record.ErrVersion},
		"contradiction":        {swap(`"candidate":false`, `"candidate":true`), record.ErrMalformed},
		"huge":                 {swap("transaction-1", strings.Repeat("x", record.MaxSize)), record.ErrMalformed},
	} {
		jws := forge(t, key, jose.ES256, map[jose.HeaderKey]any{"typ": record.Type}, "key-1", c.text)
		got, err := record.Parse(jws, keySet(key.Public(), "key-1"))
		if got != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "idp.test") {
			t.Errorf("%s: the error repeats the record: %v", name, err)
		}
	}
}

// Catches a key set that is read as something else, and a private key that lies
// in a file for everyone without a word.
func TestReadKeys(t *testing.T) {
	key := newKey(t)
	text := func(set jose.JSONWebKeySet) string {
		b, err := json.Marshal(set)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	good := text(keySet(key.Public(), "key-1"))
	set, err := record.ReadKeys([]byte(good))
	if err != nil || len(set.Keys) != 1 || set.Keys[0].KeyID != "key-1" {
		t.Fatalf("%v, %v", set, err)
	}
	jws, err := specimen(t).Sign(key, "key-1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := record.Parse(jws, set); err != nil {
		t.Error(err)
	}
	more := strings.Replace(good, `"keys":[`, `"keys":[{"kty":"NEW","kid":"key-0"},`, 1)
	if set, err := record.ReadKeys([]byte(more)); err != nil || len(set.Keys) != 1 {
		t.Errorf("beside a key of another kind: %v, %v", set, err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]string{
		"empty":           "",
		"no JSON":         "keys",
		"no keys":         `{"keys":[]}`,
		"no set":          `[]`,
		"repeated member": strings.Replace(good, `"keys":`, `"keys":[],"keys":`, 1),
		"private key":     text(keySet(key, "key-1")),
		"no kid":          text(keySet(key.Public(), "")),
		"other curve":     text(keySet(p384.Public(), "key-1")),
		"secret key":      text(keySet([]byte("secret"), "key-1")),
		"huge":            good + strings.Repeat(" ", record.MaxKeys),
		"broken key":      `{"keys":[{"kty":"EC","crv":"P-256","kid":"k","x":"AA","y":"AA"}]}`,
	} {
		if set, err := record.ReadKeys([]byte(s)); !errors.Is(err, record.ErrKey) || len(set.Keys) != 0 {
			t.Errorf("%s: %v, %v", name, set, err)
		}
	}
}
