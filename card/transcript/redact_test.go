package transcript_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"cnie.example/card/lds"
	"cnie.example/card/transcript"
)

// Looks for every secret and for every four bytes of every file in the redacted
// transcript of a whole reading. Catches an object that redaction has not
// thought of and lets through.
func TestRedactedReadingHoldsNoSecret(t *testing.T) {
	p := specimen(t)
	recorded, files := record(t, p)
	redacted := transcript.Redact(recorded, transcript.Public{})
	text, err := redacted.Text()
	must(t, err)
	lines := knownBytes(redacted)
	secrets := map[string][]byte{"CAN": p.CAN, "MRZ": p.MRZ, "chip key": p.ChipKeys[0].Scalar}
	for f, content := range files {
		if f != lds.CardAccess {
			secrets[f.String()] = content
		}
	}
	for i, e := range recorded.Events {
		if r, ok := e.(transcript.Random); ok {
			secrets[fmt.Sprintf("randomness %d", i)], _ = r.Bytes.Complete()
		}
	}
	searched := 0
	for name, secret := range secrets {
		for i := range len(secret) - 3 {
			chunk := secret[i : i+4]
			if isPublic(chunk, files[lds.CardAccess]) {
				continue
			}
			searched++
			for _, line := range lines {
				if bytes.Contains(line, chunk) {
					t.Errorf("%s at %d: %X is in %X", name, i, chunk, line)
				}
			}
		}
	}
	if searched < 10000 || bytes.Contains(text, p.CAN) {
		t.Errorf("searched %d chunks\n%s", searched, text)
	}
	must(t, redacted.Check(transcript.Public{}))
	checkUseful(t, redacted, text, files[lds.CardAccess])
}

// isPublic says of four bytes that anybody can read them of the card without a
// password, or that they say nothing, being of two values only.
func isPublic(chunk, access []byte) bool {
	values := map[byte]bool{}
	for _, b := range chunk {
		values[b] = true
	}
	return len(values) < 3 || bytes.Contains(access, chunk)
}

// knownBytes are the bytes that a redacted transcript still has, for each
// message without what was taken out between them.
func knownBytes(t transcript.Transcript) (lines [][]byte) {
	add := func(b transcript.Bytes) {
		var line []byte
		for _, p := range b {
			line = append(line, p.Known...)
		}
		lines = append(lines, line)
	}
	add(t.ATR)
	for _, e := range t.Events {
		switch e := e.(type) {
		case transcript.Exchange:
			add(e.Command)
			add(e.Response)
		case transcript.Random:
			add(e.Bytes)
		}
	}
	return lines
}

// checkUseful catches a redaction that takes out what the transcript is for.
func checkUseful(t *testing.T, redacted transcript.Transcript, text, access []byte) {
	t.Helper()
	for _, want := range []string{
		"\n# 1 READ BINARY SFI 1C\n> 00B09C00 000000\n< 31",
		"\n# 2 MANAGE SECURITY ENVIRONMENT\n> 0022C1A4 12 800A 04007F00070202040204 8301 02 8401 0D\n",
		"> 10860000 02 7C00 00\n< 7C12 8010 [16] 9000\n", // an encrypted nonce has a length only
		"SELECT application, protected\n> 0CA4040C 1D 8711 [17] 8E08 [8] 00\n",
		"> 0CB08E00 00000E 9702 0000 8E08 [8] 0000\n", // DG14 under secure messaging
		" 9902 9000 8E08 [8] 9000\n",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if got := hex.EncodeToString(firstResponse(redacted)); got != hex.EncodeToString(access)+"6282" {
		t.Errorf("EF.CardAccess is %s", got)
	}
	for i, x := range redacted.Exchanges() {
		if s, ok := x.Status(); !ok || s != 0x9000 && s != 0x6282 {
			t.Errorf("exchange %d: status %v, %t", i+1, s, ok)
		}
	}
}

func firstResponse(t transcript.Transcript) []byte {
	b, _ := t.Exchanges()[0].Response.Complete()
	return b
}

// Catches lengths that redaction changes, and one that takes out more when it
// is repeated.
func TestRedactionKeepsLengths(t *testing.T) {
	recorded, _ := record(t, specimen(t))
	redacted := transcript.Redact(recorded, transcript.Public{})
	if again := transcript.Redact(redacted, transcript.Public{}); !reflect.DeepEqual(again, redacted) {
		t.Error("a second redaction changes the first")
	}
	full := recorded.Exchanges()
	for i, x := range redacted.Exchanges() {
		if x.Command.Len() != full[i].Command.Len() || x.Response.Len() != full[i].Response.Len() {
			t.Errorf("exchange %d: %d and %d bytes", i+1, x.Command.Len(), x.Response.Len())
		}
	}
	if err := recorded.Check(transcript.Public{}); !errors.Is(err, transcript.ErrNotRedacted) {
		t.Errorf("full transcript: %v", err)
	}
	for name, spoil := range map[string]func(*transcript.Transcript){
		"serial number":   func(t *transcript.Transcript) { t.Reader = "SPECIMEN (12345678)" },
		"answer to reset": func(t *transcript.Transcript) { t.ATR = recorded.ATR },
		"document":        func(t *transcript.Transcript) { t.Document = "card of Jeanne SPECIMEN" },
		"flow":            func(t *transcript.Transcript) { t.Flow = "CAN 574139" },
	} {
		leaky := redacted
		spoil(&leaky)
		if err := leaky.Check(transcript.Public{}); !errors.Is(err, transcript.ErrNotRedacted) {
			t.Errorf("%s in the header: %v", name, err)
		}
	}
	recorded.Redacted = true
	if err := recorded.Check(transcript.Public{}); !errors.Is(err, transcript.ErrNotRedacted) {
		t.Errorf("full transcript that calls itself redacted: %v", err)
	}
}

// What each kind of message keeps. Catches a value that stays because its
// object is known, and objects that are taken for others.
func TestRedactionOfMessages(t *testing.T) {
	for name, c := range map[string]struct{ full, want string }{
		"verify":               {"> 0020008106313233343536\n< 63C2", "> 00200081 06 [6]\n< 63C2"},
		"challenge":            {"> 0084000008\n< 01020304050607089000", "> 00840000 08\n< [8] 9000"},
		"mutual authenticate":  {"> 0082000028" + strings.Repeat("5A", 40) + "28\n< " + strings.Repeat("5A", 40) + "9000", "> 00820000 28 [40] 28\n< [40] 9000"},
		"internal":             {"> 0088000008010203040506070800\n< 0102030405069000", "> 00880000 08 [8] 00\n< [6] 9000"},
		"general authenticate": {"> 10860000047C02810000\n< 7C048002AABB9000", "> 10860000 04 7C02 8100 00\n< 7C04 8002 [2] 9000"},
		"mapping":              {"> 00860000067C048102AABB00\n< 7C048202CCDD9000", "> 00860000 06 7C04 8102 [2] 00\n< 7C04 8202 [2] 9000"},
		"not a template":       {"> 0086000003AABBCC00\n< AABBCC9000", "> 00860000 03 [3] 00\n< [3] 9000"},
		"uid":                  {"> FFCA000000\n< 041122334455669000", "> FFCA0000 00\n< [7] 9000"},
		"application":          {"> 00A4040C07A0000002471001\n< 9000", "> 00A4040C 07 A0000002471001\n< 9000"},
		"other application":    {"> 00A4040C07A0000001510000\n< 9000", "> 00A4040C 07 [7]\n< 9000"},
		"master file":          {"> 00A4000C023F00\n< 6A86", "> 00A4000C 02 3F00\n< 6A86"},
		"set key":              {"> 002241A6069102AABB8401010000\n< 9000", "> 002241A6 [10]\n< 9000"},
		"set template":         {"> 002241A4088003AABBCC840101\n< 9000", "> 002241A4 08 8003 [3] 8401 01\n< 9000"},
		"unprotected file":     {"> 00B0810000\n< 6102AABB9000", "> 00B08100 00\n< [4] 9000"},
		"protected":            {"> 0CB0810012870301AABB9701008E08010203040506070800\n< 870301AABB990290008E0801020304050607089000", "> 0CB08100 12 8703 [3] 9701 00 8E08 [8] 00\n< 8703 [3] 9902 9000 8E08 [8] 9000"},
		"plain under keys":     {"> 0CB081000D9701008E08010203040506070800\n< 61025F1F9000", "> 0CB08100 0D 9701 00 8E08 [8] 00\n< [4] 9000"},
		"hidden in a status":   {"> 0CB081000D9701008E08010203040506070800\n< 9904AABBCCDD8E0801020304050607089000", "> 0CB08100 0D 9701 00 8E08 [8] 00\n< 9904 [4] 8E08 [8] 9000"},
		"offset object":        {"> 00B10000065402800097010000\n< AABB9000", "> 00B10000 [9]\n< [2] 9000"},
		"piece of a choice":    {"> 10A4040C07A0000002471001\n< 9000", "> 10A4040C 07 [7]\n< 9000"},
		"long object":          {"> 0CB081000F9703AABBCC8E08010203040506070800\n< 9000", "> 0CB08100 0F 9703 [3] 8E08 [8] 00\n< 9000"},
		"long identifier":      {"> 002241A4138011" + longOID + "\n< 9000", "> 002241A4 13 8011 [17]\n< 9000"},
		"no command":           {"> AABBCC\n< 9000", "> [3]\n< 9000"},
		"no status":            {"> 00B0810000\n< AA", "> 00B08100 00\n< [1]"},
		"pieces of an answer":  {"> 00B0810000\n< 6105\n> 00C0000005\n< AABBCCDDEE9000", "> 00B08100 00\n< 6105\n> 00C00000 05\n< [5] 9000"},
		"randomness":           {"* AABB", "* [2]"},
		"time":                 {"> 00B0810000\n< 9000\n~ 17049", "> 00B08100 00\n< 9000\n~ 17000"},
	} {
		if got := redactText(t, c.full); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

// longOID begins as an identifier of the BSI and is too long for one.
const longOID = "04007F00070202" + "0102030405060708090A"

// redactText redacts the events of a text.
func redactText(t *testing.T, events string) string {
	t.Helper()
	full, err := transcript.Parse([]byte("cnie-transcript 1\ncontent: full\n" + events))
	must(t, err)
	redacted := transcript.Redact(full, transcript.Public{})
	must(t, redacted.Check(transcript.Public{}))
	text, err := redacted.Text()
	must(t, err)
	var kept []string
	for line := range strings.Lines(string(text)) {
		if strings.ContainsAny(line[:1], "><!~*") {
			kept = append(kept, strings.TrimSpace(line))
		}
	}
	return strings.Join(kept, "\n")
}

// EF.CardAccess in one answer, in two, by SELECT, under T=0, and files that are
// not what they should be. Catches keys and parameters that stay, and another
// file that passes as EF.CardAccess.
func TestRedactionOfCardAccess(t *testing.T) {
	const (
		pace   = "3012060A04007F0007020204020402010202010D"
		access = "3114" + pace
		kept   = "3114 3012 060A 04007F00070202040204 0201 02 0201 0D"
	)
	for name, c := range map[string]struct{ full, want string }{
		"one answer":        {"> 00B09C0000\n< " + access + "9000", "> 00B09C00 00\n< " + kept + " 9000"},
		"two answers":       {"> 00B09C0004\n< 311430129000\n> 00B0000412\n< " + access[8:] + "9000", "> 00B09C00 04\n< 3114 3012 9000\n> 00B00004 12\n< 060A 04007F00070202040204 0201 02 0201 0D 9000"},
		"by SELECT":         {"> 00A4020C02011C\n< 9000\n> 00B0000000\n< " + access + "9000", "> 00A4020C 02 011C\n< 9000\n> 00B00000 00\n< " + kept + " 9000"},
		"T=0":               {"> 00B09C0000\n< 6116\n> 00C0000016\n< " + access + "9000", "> 00B09C00 00\n< 6116\n> 00C00000 16\n< " + kept + " 9000"},
		"wrong length":      {"> 00B09C0000\n< 6C16\n> 00B09C0016\n< " + access + "9000", "> 00B09C00 00\n< 6C16\n> 00B09C00 16\n< " + kept + " 9000"},
		"bytes behind":      {"> 00B09C0000\n< " + access + "AABB6282", "> 00B09C00 00\n< " + kept + " [2] 6282"},
		"cut":               {"> 00B09C0000\n< 3114301206009000", "> 00B09C00 00\n< [6] 9000"},
		"key":               {"> 00B09C0000\n< 31133011060904007F0007020201020304AABBCCDD9000", "> 00B09C00 00\n< 3113 3011 0609 04007F000702020102 0304 [4] 9000"},
		"foreign":           {"> 00B09C0000\n< 3107300506032A03049000", "> 00B09C00 00\n< 3107 3005 0603 [3] 9000"},
		"long number":       {"> 00B09C0000\n< 310730050203AABBCC9000", "> 00B09C00 00\n< 3107 3005 0203 [3] 9000"},
		"other offset":      {"> 00B09C0004\n< 311430129000\n> 00B0000512\n< " + access[8:] + "9000", "> 00B09C00 04\n< [4] 9000\n> 00B00005 12\n< [18] 9000"},
		"read from within":  {"> 00B09C0400\n< " + access + "9000", "> 00B09C04 00\n< [22] 9000"},
		"application 011C":  {"> 00A4040C02011C\n< 9000\n> 00B0000000\n< " + access + "9000", "> 00A4040C 02 011C\n< 9000\n> 00B00000 00\n< [22] 9000"},
		"after a protected": {"> 00A4020C02011C\n< 9000\n> 0C84000000\n< 9000\n> 00B0000000\n< " + access + "9000", "> 00A4020C 02 011C\n< 9000\n> 0C840000 00\n< 9000\n> 00B00000 00\n< [22] 9000"},
		"no access file":    {"> 00B09D0000\n< " + access + "9000", "> 00B09D00 00\n< [22] 9000"},
		"after selection":   {"> 00A4020C020101\n< 9000\n> 00B0000000\n< " + access + "9000", "> 00A4020C 02 0101\n< 9000\n> 00B00000 00\n< [22] 9000"},
	} {
		if got := redactText(t, c.full); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

// Catches serial numbers that stay in the header.
func TestRedactionOfTheHeader(t *testing.T) {
	for reader, want := range map[string]string{
		"ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00":                "ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00",
		"Identiv uTrust 3700 F CL Reader [CCID Interface] (53691514603024) 00 00": "Identiv uTrust 3700 F CL Reader [CCID Interface] … 00 00",
		"HID OMNIKEY 5022 CL (OKCM0021 911140) 00 00":                             "HID OMNIKEY 5022 CL … … 00 00",
		"SPECIMEN 12345678 00 00":                                                 "SPECIMEN … 00 00",
	} {
		redacted := transcript.Redact(transcript.Transcript{Header: transcript.Header{Reader: reader}}, transcript.Public{})
		if redacted.Reader != want {
			t.Errorf("%q became %q", reader, redacted.Reader)
		}
	}
	known, err := hex.DecodeString("3B8B80010031C1640937721300900051")
	must(t, err)
	for atr, want := range map[string]string{
		"3B8B80010031C1640937721300900051": "3B8B80010031C1640937721300900051",
		// An unknown card: interface bytes, category, card service data; not the
		// pre-issuing data nor the check byte.
		"3B8B80010031C1640937721400900056": "3B8B8001 00 31 C1 64 [8]",
		"3B8880011122334455667788AA":       "3B888001 [9]",
		"3B6800000073C84012009000":         "3B680000 00 73 C84012 [3]", // no check byte under T=0
		"3B":                               "[1]",
		"3BFF":                             "[2]",
	} {
		b, err := hex.DecodeString(atr)
		must(t, err)
		header := transcript.Header{ATR: transcript.Whole(b)}
		public := transcript.Public{Document: func(a []byte) (string, bool) { return "", bytes.Equal(a, known) }}
		if got := transcript.Redact(transcript.Transcript{Header: header}, public).ATR.String(); got != want {
			t.Errorf("%s became %q, want %q", atr, got, want)
		}
	}
}
