package record_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"cnie.example/attest/record"

	"github.com/go-jose/go-jose/v4"
)

// FuzzParsePayload: whatever a provider's key has signed, a record that is
// accepted is written again as the same bytes; anything else is refused with a
// typed error and no value.
func FuzzParsePayload(f *testing.F) {
	key := newKey(f)
	good, err := specimen(f).Sign(key, "key-1")
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(payload(f, good)))
	f.Add([]byte(`{"version":1}`))
	f.Add([]byte(`{"version":2}`))
	f.Add([]byte(strings.Replace(payload(f, good), ":", ": ", 1)))
	keys := keySet(key.Public(), "key-1")
	header := map[jose.HeaderKey]any{"typ": record.Type}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := record.Parse(forge(t, key, jose.ES256, header, "key-1", string(b)), keys)
		if err != nil {
			if r != nil || !errors.Is(err, record.ErrMalformed) {
				t.Fatalf("%+v, %v", r, err)
			}
			return
		}
		jws, err := r.Sign(key, "key-1")
		if err != nil || payload(t, jws) != string(b) {
			t.Fatalf("written again: %v", err)
		}
	})
}

// FuzzParse: no text is a record but one that the key has signed, however it is
// written.
func FuzzParse(f *testing.F) {
	key := newKey(f)
	good, err := specimen(f).Sign(key, "key-1")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good + ".")
	f.Add("e30.e30.AA")
	f.Add(`{"payload":"e30"}`)
	keys := keySet(key.Public(), "key-1")
	f.Fuzz(func(t *testing.T, jws string) {
		r, err := record.Parse(jws, keys)
		switch {
		case err == nil && jws != good:
			t.Fatal("a record that nobody signed")
		case err != nil && (r != nil || !errors.Is(err, record.ErrMalformed) && !errors.Is(err, record.ErrSignature)):
			t.Fatalf("%+v, %v", r, err)
		}
	})
}

// FuzzReadKeys: what is read can be used and holds no private key.
func FuzzReadKeys(f *testing.F) {
	key := newKey(f)
	good, err := json.Marshal(keySet(key.Public(), "key-1"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"keys":[{}]}`))
	f.Add([]byte(`{"keys":null}`))
	jws, err := specimen(f).Sign(key, "key-1")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		set, err := record.ReadKeys(b)
		if err != nil {
			if !errors.Is(err, record.ErrKey) || len(set.Keys) > 0 {
				t.Fatalf("%v, %v", set, err)
			}
			return
		}
		for _, k := range set.Keys {
			if !k.IsPublic() {
				t.Fatal("a key that is not public")
			}
		}
		_, _ = record.Parse(jws, set) // must not panic, whatever the keys are
	})
}

// FuzzCheck: whatever one file of the directory and one beside it hold, the report is good only about the
// files that were signed, names are stable names, and details are printable.
func FuzzCheck(f *testing.F) {
	w := newWorld(f)
	w.build(f)
	w.keep(f)
	names := []string{"SOD.bin", "DG1.bin", "DG14.bin", "COM.bin", "CardAccess.bin", "CardSecurity.bin", record.FileName}
	genuine := make([][]byte, len(names))
	for i, name := range names {
		genuine[i] = w.dir[name].Data
	}
	for i := range names {
		f.Add(uint8(i), genuine[i], "a")
		f.Add(uint8(i), genuine[(i+1)%len(names)], "DG16.bin")
		f.Add(uint8(i), []byte{0x77, 0}, "\x1b[2J")
	}
	stable := regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	f.Fuzz(func(t *testing.T, which uint8, content []byte, other string) {
		dir := fstest.MapFS{}
		for i, name := range names {
			dir[name] = &fstest.MapFile{Data: genuine[i]}
		}
		changed := names[int(which)%len(names)]
		dir[changed].Data = content
		if name := strings.ReplaceAll(other, "/", "_"); name != "" && name != "." && name != ".." && dir[name] == nil {
			dir[name] = &fstest.MapFile{Data: content}
		}
		report, err := record.Check(dir, w.options)
		if err != nil {
			if report != nil || !errors.Is(err, record.ErrNoSOD) && !errors.Is(err, record.ErrDirectory) {
				t.Fatalf("%v, %v", report, err)
			}
			return
		}
		if report.Verdict == record.Good {
			for i, name := range names[1:3] {
				if !bytes.Equal(dir[name].Data, genuine[1+i]) {
					t.Fatalf("good with another %s", name)
				}
			}
		}
		for _, item := range report.Items {
			if !stable.MatchString(item.Name) || item.Reason != "" && !stable.MatchString(string(item.Reason)) {
				t.Fatalf("%+v", item)
			}
			if (item.Result == record.Good) != (item.Reason == "") {
				t.Fatalf("%s with reason %q", item.Result, item.Reason)
			}
			if strings.ContainsFunc(item.Detail, func(c rune) bool { return !unicode.IsPrint(c) }) || len(item.Detail) > 512 {
				t.Fatalf("%s: %q", item.Name, item.Detail)
			}
		}
	})
}
