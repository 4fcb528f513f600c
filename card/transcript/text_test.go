package transcript_test

import (
	"bytes"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"cnie.example/card/transcript"
)

const begin = "cnie-transcript 1\ncontent: full\n"

// Catches lines that are taken for others, events out of their order, bytes in
// a second spelling, and lengths that are believed.
func TestParseRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":             "",
		"other file":          "\x7fELF",
		"later version":       "cnie-transcript 2\ncontent: full\n",
		"no content":          "cnie-transcript 1\n",
		"unknown content":     "cnie-transcript 1\ncontent: some\n",
		"header order":        begin + "atr: 3B00\nflow: read\n",
		"repeated header":     begin + "flow: read\nflow: read\n",
		"unknown header":      begin + "holder: SPECIMEN\n",
		"steering header":     begin + "reader: a\x1b[2J\n",
		"long header":         begin + "reader: " + strings.Repeat("a", 201) + "\n",
		"long atr":            begin + "atr: " + strings.Repeat("3B", 34) + "\n",
		"answer first":        begin + "< 9000\n",
		"two answers":         begin + "> 00B00000\n< 9000\n< 9000\n",
		"two commands":        begin + "> 00B00000\n> 00B00000\n< 9000\n",
		"open end":            begin + "> 00B00000\n",
		"randomness within":   begin + "> 00B00000\n* 00\n< 9000\n",
		"time first":          begin + "~ 1\n",
		"two times":           begin + "> 00B00000\n< 9000\n~ 1\n~ 1\n",
		"time of randomness":  begin + "* 00\n~ 1\n",
		"zero time":           begin + "> 00B00000\n< 9000\n~ 0\n",
		"endless time":        begin + "> 00B00000\n< 9000\n~ 99999999999999999999\n",
		"lower case":          begin + "> 00b00000\n< 9000\n",
		"odd digits":          begin + "> 00B0000\n< 9000\n",
		"no bytes":            begin + "> \n< 9000\n",
		"two spaces":          "cnie-transcript 1\ncontent: redacted\n> 00B00000  00\n< 9000\n",
		"carriage return":     begin + "> 00B00000\r\n< 9000\r\n",
		"full in pieces":      begin + "> 00B00000 00\n< 9000\n",
		"full with a gap":     begin + "> [4]\n< 9000\n",
		"huge gap":            "cnie-transcript 1\ncontent: redacted\n> [1000000]\n< 9000\n",
		"gap with a zero":     "cnie-transcript 1\ncontent: redacted\n> [04]\n< 9000\n",
		"gap without end":     "cnie-transcript 1\ncontent: redacted\n> [4\n< 9000\n",
		"many gaps":           "cnie-transcript 1\ncontent: redacted\n>" + strings.Repeat(" [1]", 600) + "\n< 9000\n",
		"long command":        begin + "> " + strings.Repeat("00", 65545) + "\n< 9000\n",
		"unknown failure":     begin + "> 00B00000\n! melted\n",
		"line without a kind": begin + "00B00000\n",
	} {
		if _, err := transcript.Parse([]byte(text)); !errors.Is(err, transcript.ErrSyntax) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, text := range map[string][]byte{
		"text":   make([]byte, transcript.MaxSize+1),
		"events": []byte(begin + strings.Repeat("* 00\n", transcript.MaxEvents+1)),
	} {
		if _, err := transcript.Parse(text); !errors.Is(err, transcript.ErrTooLong) {
			t.Errorf("long %s: %v", name, err)
		}
	}
}

// Catches errors that repeat what the transcript says.
func TestParseErrorsAreSilent(t *testing.T) {
	_, err := transcript.Parse([]byte(begin + "> 00200081063537343133391\n"))
	if err == nil || strings.Contains(err.Error(), "3537") || !strings.Contains(err.Error(), "line 3") {
		t.Error(err)
	}
}

// Catches a transcript that is written in a way that is not read back.
func TestTextRefuses(t *testing.T) {
	for name, tr := range map[string]transcript.Transcript{
		"steering header": {Header: transcript.Header{Reader: "a\nflow: b"}},
		"empty command":   {Events: []transcript.Event{transcript.Exchange{Response: transcript.Whole([]byte{0x90, 0})}}},
		"made-up failure": {Events: []transcript.Event{transcript.Exchange{Command: transcript.Whole([]byte{0, 0, 0, 0}), Failure: "x"}}},
		"gap in full":     {Events: []transcript.Event{transcript.Random{Bytes: transcript.Bytes{{Removed: 2}}}}},
	} {
		if _, err := tr.Text(); !errors.Is(err, transcript.ErrSyntax) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Catches comments and empty lines that count, and a last line feed that is
// needed.
func TestParseForPeople(t *testing.T) {
	text := "cnie-transcript 1\n# by hand\ncontent: full\n\nflow: read\n# 1\n> 00B00000\n# between\n< 9000\n\n~ 7"
	got, err := transcript.Parse([]byte(text))
	must(t, err)
	x := got.Exchanges()
	if got.Flow != "read" || len(x) != 1 || x[0].Took.Microseconds() != 7 {
		t.Errorf("%+v", got)
	}
}

// Catches an example in the package documentation that is not what the package
// writes.
func TestDocumentedExample(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	must(t, err)
	var example strings.Builder
	for line := range strings.Lines(string(doc)) {
		if text, ok := strings.CutPrefix(line, "//\t"); ok {
			example.WriteString(text)
		} else if example.Len() > 0 && line == "//\n" && !strings.Contains(example.String(), "removed") {
			example.WriteByte('\n')
		}
	}
	parsed, err := transcript.Parse([]byte(example.String()))
	must(t, err)
	must(t, parsed.Check(transcript.Public{
		Document: func([]byte) (string, bool) { return "", true }, Flows: []string{"read"},
	}))
	if text, err := parsed.Text(); err != nil || string(text) != example.String() {
		t.Errorf("%v\n%s", err, text)
	}
}

// Whatever is read, is written and read again as the same, and redaction of it
// is stable and keeps every length; anything else is a typed error.
func FuzzParse(f *testing.F) {
	f.Add([]byte(begin + "document: SPECIMEN\nflow: read\nreader: SPECIMEN 00 00\natr: 3B00\n\n* 0011\n> 00B09C0000\n< 31039000\n~ 17200\n> 0CB08E0000\n! removed\n"))
	f.Add([]byte("cnie-transcript 1\ncontent: redacted\natr: 3B8B8001 [12]\n> 00B09C00 000000\n< 3114 3012 060A [10] 0201 02 9000\n> 0022C1A4 0F 800A 04007F00070202040204 8301 02\n< 9000\n"))
	f.Add([]byte("cnie-transcript 1\ncontent: redacted\n> 0CB08E00 00000E 9702 0000 8E08 [8] 0000\n< 8703 [3] 9902 9000 8E08 [8] 9000\n* [32]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		parsed, err := transcript.Parse(text)
		if err != nil {
			if !errors.Is(err, transcript.ErrSyntax) && !errors.Is(err, transcript.ErrTooLong) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		written, err := parsed.Text()
		if err != nil {
			if errors.Is(err, transcript.ErrTooLong) { // comments were added
				return
			}
			t.Fatal(err)
		}
		again, err := transcript.Parse(written)
		if err != nil || !reflect.DeepEqual(again, parsed) {
			t.Fatalf("%v\n%s", err, written)
		}
		if rewritten, err := again.Text(); err != nil || !bytes.Equal(rewritten, written) {
			t.Fatalf("a second text: %v\n%s", err, rewritten)
		}
		redacted := transcript.Redact(parsed, transcript.Public{})
		if err := redacted.Check(transcript.Public{}); err != nil {
			t.Fatalf("%v\n%s", err, written)
		}
		for i, x := range redacted.Exchanges() {
			if full := parsed.Exchanges()[i]; x.Command.Len() != full.Command.Len() || x.Response.Len() != full.Response.Len() {
				t.Fatalf("exchange %d has another length", i+1)
			}
		}
	})
}
