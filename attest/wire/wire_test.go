package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"cnie.example/attest/wire"
)

func fill(n int, b byte) wire.Bytes { return bytes.Repeat([]byte{b}, n) }

func specimenHandover() wire.Handover {
	return wire.Handover{
		Issuer: "https://idp.test", JTI: "t-1", AgentNonce: fill(32, 1), SODHash: fill(32, 2), DG14Hash: fill(32, 3),
		KeyID: nil, PublicKey: fill(65, 4), Proof: fill(64, 5), Commands: wire.Batch{fill(20, 6)},
	}
}

func specimenSigned() wire.Signed {
	return wire.Signed{
		SOD: fill(100, 1), DG14: fill(50, 2), DG15: fill(40, 3), Signature: fill(64, 4),
		Files: []wire.File{{Name: "DG1", Content: fill(95, 5)}, {Name: "DG11", Content: fill(20, 6)}},
	}
}

// examples holds one good text of each message with its decoder and its way
// back.
func examples(t testing.TB) map[string]example {
	t.Helper()
	must := func(b []byte, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	return map[string]example{
		"Opening":         codec(must(wire.EncodeOpening(wire.Opening{SOD: fill(100, 1), DG14: fill(50, 2), MaxCommand: 261, MaxResponse: 65538})), wire.DecodeOpening, wire.EncodeOpening),
		"Signed":          codec(must(wire.EncodeSigned(specimenSigned())), wire.DecodeSigned, wire.EncodeSigned),
		"Answers":         codec(must(wire.EncodeAnswers(wire.Answers{Responses: wire.Batch{fill(20, 7), nil}})), wire.DecodeAnswers, wire.EncodeAnswers),
		"HandoverMessage": codec(must(wire.EncodeHandoverMessage(wire.HandoverMessage{JWS: "eyJh.e30.AA"})), wire.DecodeHandoverMessage, wire.EncodeHandoverMessage),
		"Commands":        codec(must(wire.EncodeCommands(wire.Commands{Commands: wire.Batch{fill(20, 8)}})), wire.DecodeCommands, wire.EncodeCommands),
		"Result":          codec(must(wire.EncodeResult(wire.Result{Redirect: "https://idp.test/back?code=x&state=y"})), wire.DecodeResult, wire.EncodeResult),
		"Handover":        codec(must(wire.EncodeHandover(specimenHandover())), wire.DecodeHandover, wire.EncodeHandover),
		"FetchRequest":    codec(must(wire.EncodeFetchRequest(wire.FetchRequest{AgentNonce: fill(32, 9), Versions: []int{1}})), wire.DecodeFetchRequest, wire.EncodeFetchRequest),
		"Request":         codec(must(wire.EncodeRequest(specimenRequest())), wire.DecodeRequest, wire.EncodeRequest),
	}
}

type example struct {
	text []byte
	// again decodes and encodes; the value is for comparison.
	again func([]byte) (value any, text []byte, err error)
}

func codec[T any](text []byte, decode func([]byte) (T, error), encode func(T) ([]byte, error)) example {
	return example{text, func(b []byte) (any, []byte, error) {
		v, err := decode(b)
		if err != nil {
			return v, nil, err
		}
		out, err := encode(v)
		return v, out, err
	}}
}

// Catches a member that is lost or renamed on the way.
func TestRoundTrip(t *testing.T) {
	for name, e := range examples(t) {
		value, text, err := e.again(e.text)
		if err != nil || !bytes.Equal(text, e.text) {
			t.Errorf("%s: %s, %v", name, text, err)
		}
		again, _, err := e.again(text)
		if err != nil || !reflect.DeepEqual(again, value) {
			t.Errorf("%s: second reading differs: %v", name, err)
		}
	}
}

// Catches names that differ from docs/protocol.md.
func TestMembers(t *testing.T) {
	for name, want := range map[string]string{
		"Opening":         "type sod dg14 max_command max_response",
		"Signed":          "type sod dg14 dg15 signature files",
		"Answers":         "type responses",
		"HandoverMessage": "type jws",
		"Commands":        "type commands",
		"Result":          "type redirect",
		"Handover":        "iss jti agent_nonce sod_sha256 dg14_sha256 key_id public_key proof commands",
		"FetchRequest":    "agent_nonce versions",
		"Request": "version iss aud jti iat exp request_uri agent_nonce nonce state redirect_uri exchange_uri " +
			"exchange_token level files holder rp session_code",
	} {
		var members map[string]json.RawMessage
		if err := json.Unmarshal(examples(t)[name].text, &members); err != nil {
			t.Fatal(err)
		}
		names := strings.Fields(want)
		if len(names) != len(members) {
			t.Errorf("%s has %d members, want %d", name, len(members), len(names))
		}
		for _, n := range names {
			if _, ok := members[n]; !ok {
				t.Errorf("%s lacks %s", name, n)
			}
		}
	}
}

// Every message is spoiled in every way that a lenient reader lets pass.
// Catches two readers that understand one text differently.
func TestStrict(t *testing.T) {
	for name, e := range examples(t) {
		var members map[string]json.RawMessage
		if err := json.Unmarshal(e.text, &members); err != nil {
			t.Fatal(err)
		}
		text := string(e.text)
		spoiled := map[string]string{
			"empty":           "",
			"trailing value":  text + "{}",
			"trailing comma":  text[:len(text)-1] + ",}",
			"unknown member":  text[:len(text)-1] + `,"other":1}`,
			"byte order mark": "\ufeff" + text,
			"array":           "[" + text + "]",
			"null":            "null",
			"cut":             text[:len(text)-1],
			"invalid UTF-8":   text[:len(text)-1] + ",\"\xff\":1}",
			"lone surrogate":  text[:len(text)-1] + `,"\ud800":1}`,
			"long":            text + strings.Repeat(" ", wire.MaxMessage),
		}
		for member, value := range members {
			first := `"` + member + `":` + string(value)
			spoiled["repeated "+member] = text[:len(text)-1] + "," + first + "}"
			spoiled["repeated by escape "+member] = text[:len(text)-1] + `,"\u00` + hex(member[0]) + member[1:] + `":` + string(value) + "}"
			spoiled["null "+member] = strings.Replace(text, first, `"`+member+`":null`, 1)
			spoiled["case of "+member] = strings.Replace(text, `"`+member+`":`, `"`+strings.ToUpper(member)+`":`, 1)
			without := strings.Replace(strings.Replace(text, ","+first, "", 1), first+",", "", 1)
			if len(members) > 1 {
				spoiled["without "+member] = without
			}
			if value[0] == '"' {
				spoiled["number "+member] = strings.Replace(text, first, `"`+member+`":1`, 1)
			} else {
				spoiled["string "+member] = strings.Replace(text, first, `"`+member+`":"AAAA"`, 1)
			}
		}
		delete(spoiled, "without key_id") // a document with one key names none
		for how, s := range spoiled {
			if s == text {
				t.Fatalf("%s: %s changed nothing", name, how)
			}
			value, _, err := e.again([]byte(s))
			if !errors.Is(err, wire.ErrMalformed) && !errors.Is(err, wire.ErrVersion) {
				t.Errorf("%s, %s: %v", name, how, err)
			}
			if !reflect.ValueOf(value).IsZero() {
				t.Errorf("%s, %s: a value came with the error", name, how)
			}
		}
	}
}

func hex(b byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[b>>4], digits[b&15]})
}

// Catches base64 that other decoders read too: padding, the other alphabet,
// line breaks, and bits that belong to no byte.
func TestBytesAreCanonical(t *testing.T) {
	for text, ok := range map[string]bool{
		`"AQI"`: true, `""`: true, `"_-8"`: true, `"\u0041QI"`: true,
		`"AQI="`: false, `"AQJ"`: false, `"AR"`: false, `"A"`: false, `"/+8"`: false, `"AQ\nI"`: false, `"A QI"`: false, `"AQI\r\n"`: false, `1`: false, `[1]`: false,
	} {
		_, err := wire.DecodeAnswers([]byte(`{"type":"Answers","responses":[` + text + `]}`))
		if (err == nil) != ok || err != nil && !errors.Is(err, wire.ErrMalformed) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Catches a limit that is not enforced, or enforced one off.
func TestLimits(t *testing.T) {
	batch := func(n, size int) wire.Batch {
		b := make(wire.Batch, n)
		for i := range b {
			b[i] = fill(size, 1)
		}
		return b
	}
	opening := wire.Opening{SOD: fill(1, 1), DG14: fill(1, 1), MaxCommand: 261, MaxResponse: 258}
	sign := func(change func(*wire.Signed)) func() error {
		return func() error { m := specimenSigned(); change(&m); return m.Validate() }
	}
	open := func(change func(*wire.Opening)) func() error {
		return func() error { m := opening; change(&m); return m.Validate() }
	}
	hand := func(change func(*wire.Handover)) func() error {
		return func() error { m := specimenHandover(); change(&m); return m.Validate() }
	}
	for name, c := range map[string]struct {
		check func() error
		want  error
	}{
		"signed":             {sign(func(*wire.Signed) {}), nil},
		"no DG14":            {sign(func(m *wire.Signed) { m.DG14 = nil }), nil},
		"no DG15":            {sign(func(m *wire.Signed) { m.DG15 = nil }), wire.ErrMalformed},
		"DG15 too long":      {sign(func(m *wire.Signed) { m.DG15 = fill(wire.MaxDG15+1, 1) }), wire.ErrTooLarge},
		"no signature":       {sign(func(m *wire.Signed) { m.Signature = nil }), wire.ErrMalformed},
		"signature too long": {sign(func(m *wire.Signed) { m.Signature = fill(wire.MaxSignature+1, 1) }), wire.ErrTooLarge},
		"no files":           {sign(func(m *wire.Signed) { m.Files = nil }), wire.ErrMalformed},
		"DG1 not first":      {sign(func(m *wire.Signed) { m.Files = m.Files[1:] }), wire.ErrMalformed},
		"file repeated":      {sign(func(m *wire.Signed) { m.Files[1].Name = "DG1" }), wire.ErrMalformed},
		"file not askable":   {sign(func(m *wire.Signed) { m.Files[1].Name = "DG3" }), wire.ErrMalformed},
		"file empty":         {sign(func(m *wire.Signed) { m.Files[1].Content = nil }), wire.ErrMalformed},
		"SOD longest":        {open(func(m *wire.Opening) { m.SOD = fill(wire.MaxSOD, 1) }), nil},
		"SOD too long":       {open(func(m *wire.Opening) { m.SOD = fill(wire.MaxSOD+1, 1) }), wire.ErrTooLarge},
		"SOD empty":          {open(func(m *wire.Opening) { m.SOD = nil }), wire.ErrMalformed},
		"DG14 too long":      {open(func(m *wire.Opening) { m.DG14 = fill(wire.MaxDG14+1, 1) }), wire.ErrTooLarge},
		"DG14 empty":         {open(func(m *wire.Opening) { m.DG14 = nil }), wire.ErrMalformed},
		"command too small":  {open(func(m *wire.Opening) { m.MaxCommand = wire.LeastAPDU - 1 }), wire.ErrMalformed},
		"command too large":  {open(func(m *wire.Opening) { m.MaxCommand = wire.LongestCommand + 1 }), wire.ErrMalformed},
		"response too small": {open(func(m *wire.Opening) { m.MaxResponse = wire.LeastAPDU - 1 }), wire.ErrMalformed},
		"response too large": {open(func(m *wire.Opening) { m.MaxResponse = wire.LongestResponse + 1 }), wire.ErrMalformed},
		"response negative":  {open(func(m *wire.Opening) { m.MaxResponse = -1 }), wire.ErrMalformed},
		"answers most":       {func() error { return wire.Answers{Responses: batch(wire.MaxBatch, 1)}.Validate() }, nil},
		"answers too many":   {func() error { return wire.Answers{Responses: batch(wire.MaxBatch+1, 1)}.Validate() }, wire.ErrTooLarge},
		"answer too long":    {func() error { return wire.Answers{Responses: batch(1, wire.MaxResponse+1)}.Validate() }, wire.ErrTooLarge},
		"answers none":       {func() error { return wire.Answers{Responses: batch(0, 0)}.Validate() }, nil},
		"answers missing":    {func() error { return wire.Answers{}.Validate() }, wire.ErrMalformed},
		"commands most":      {func() error { return wire.Commands{Commands: batch(wire.MaxCommands, wire.MaxCommand)}.Validate() }, nil},
		"commands too many":  {func() error { return wire.Commands{Commands: batch(wire.MaxCommands+1, 1)}.Validate() }, wire.ErrTooLarge},
		"commands none":      {func() error { return wire.Commands{}.Validate() }, wire.ErrMalformed},
		"command too long":   {func() error { return wire.Commands{Commands: batch(1, wire.MaxCommand+1)}.Validate() }, wire.ErrTooLarge},
		"command empty":      {func() error { return wire.Commands{Commands: batch(1, 0)}.Validate() }, wire.ErrMalformed},
		"JWS too long":       {func() error { return wire.HandoverMessage{JWS: strings.Repeat("A", wire.MaxHandover+1)}.Validate() }, wire.ErrTooLarge},
		"JWS of two parts":   {func() error { return wire.HandoverMessage{JWS: "AA.AA"}.Validate() }, wire.ErrMalformed},
		"JWS without middle": {func() error { return wire.HandoverMessage{JWS: "AA..AA"}.Validate() }, wire.ErrMalformed},
		"JWS with newline":   {func() error { return wire.HandoverMessage{JWS: "AA.AA.AA\n"}.Validate() }, wire.ErrMalformed},
		"point too long":     {hand(func(m *wire.Handover) { m.PublicKey = fill(wire.MaxPoint+1, 1) }), wire.ErrTooLarge},
		"point empty":        {hand(func(m *wire.Handover) { m.PublicKey = nil }), wire.ErrMalformed},
		"proof too long":     {hand(func(m *wire.Handover) { m.Proof = fill(wire.MaxProof+1, 1) }), wire.ErrTooLarge},
		"proof empty":        {hand(func(m *wire.Handover) { m.Proof = nil }), wire.ErrMalformed},
		"key id too long":    {hand(func(m *wire.Handover) { m.KeyID = fill(wire.MaxKeyID+1, 1) }), wire.ErrTooLarge},
		"SOD hash short":     {hand(func(m *wire.Handover) { m.SODHash = fill(31, 1) }), wire.ErrMalformed},
		"DG14 hash long":     {hand(func(m *wire.Handover) { m.DG14Hash = fill(33, 1) }), wire.ErrMalformed},
		"nonce short":        {hand(func(m *wire.Handover) { m.AgentNonce = fill(31, 1) }), wire.ErrMalformed},
	} {
		if err := c.check(); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// Catches a list that is read whole before it is found too long: memory must
// stay in proportion to what is kept.
func TestLongListsAreNotRead(t *testing.T) {
	text := []byte(`{"type":"Answers","responses":[` + strings.Repeat(`"",`, 60000) + `""]}`)
	allocated := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := wire.DecodeAnswers(text); !errors.Is(err, wire.ErrTooLarge) {
				b.Fatal(err)
			}
		}
	}).AllocedBytesPerOp()
	if allocated > int64(2*len(text)) {
		t.Errorf("%d bytes allocated for a text of %d", allocated, len(text))
	}
}

// Catches a message that is taken for another one.
func TestTypes(t *testing.T) {
	all := examples(t)
	for name, e := range all {
		if name == "Handover" || name == "FetchRequest" || name == "Request" {
			continue
		}
		messageType, err := wire.TypeOf(e.text)
		if err != nil {
			t.Fatal(err)
		}
		fromAgent, agentErr := wire.DecodeFromAgent(e.text)
		reply, replyErr := wire.DecodeReply(e.text)
		if isAgents := name == "Opening" || name == "Answers" || name == "Signed"; isAgents != (agentErr == nil) || isAgents && fromAgent.Type() != messageType {
			t.Errorf("%s from the agent: %v", name, agentErr)
		}
		if isReply := name == "Commands" || name == "Result"; isReply != (replyErr == nil) || isReply && reply.Type() != messageType {
			t.Errorf("%s as a reply: %v", name, replyErr)
		}
		if agentErr != nil && fromAgent != nil || replyErr != nil && reply != nil {
			t.Errorf("%s: a message came with the error", name)
		}
		for other, o := range all {
			if other == name {
				continue
			}
			if _, _, err := o.again(e.text); !errors.Is(err, wire.ErrMalformed) {
				t.Errorf("%s read as %s: %v", name, other, err)
			}
		}
	}
}

// Catches an encoder that lets out what the other side must refuse.
func TestEncodersCheck(t *testing.T) {
	for name, encode := range map[string]func() ([]byte, error){
		"Signed":       func() ([]byte, error) { return wire.EncodeSigned(wire.Signed{}) },
		"Opening":      func() ([]byte, error) { return wire.EncodeOpening(wire.Opening{}) },
		"Answers":      func() ([]byte, error) { return wire.EncodeAnswers(wire.Answers{}) },
		"Message":      func() ([]byte, error) { return wire.EncodeHandoverMessage(wire.HandoverMessage{}) },
		"Commands":     func() ([]byte, error) { return wire.EncodeCommands(wire.Commands{}) },
		"Result":       func() ([]byte, error) { return wire.EncodeResult(wire.Result{}) },
		"Handover":     func() ([]byte, error) { return wire.EncodeHandover(wire.Handover{}) },
		"FetchRequest": func() ([]byte, error) { return wire.EncodeFetchRequest(wire.FetchRequest{}) },
		"Request":      func() ([]byte, error) { return wire.EncodeRequest(wire.Request{}) },
	} {
		if b, err := encode(); err == nil || b != nil {
			t.Errorf("%s: %s, %v", name, b, err)
		}
	}
}

// Catches a message of legal members that is longer than a message may be, in
// particular one that this side sends.
func TestWholeMessageIsBounded(t *testing.T) {
	batch := make(wire.Batch, 5)
	for i := range batch {
		batch[i] = fill(wire.MaxResponse, 1)
	}
	if b, err := wire.EncodeAnswers(wire.Answers{Responses: batch}); !errors.Is(err, wire.ErrTooLarge) || b != nil {
		t.Errorf("%d bytes, %v", len(b), err)
	}
}

// Catches a value of a message, which may be personal or secret, in an error.
func TestErrorsTellNoValues(t *testing.T) {
	const secret = "SPECIMENSECRET"
	for _, text := range []string{
		`{"type":"Opening","sod":"` + secret + `=","dg14":"AA","max_command":261,"max_response":258}`,
		`{"type":"Opening","sod":"` + secret + `","dg14":"AA","max_command":"` + secret + `","max_response":258}`,
		`{"type":"Result","redirect":"ftp://` + secret + `"}`,
		`{"type":"Handover","jws":"` + secret + `"}`,
	} {
		_, err := wire.TypeOf([]byte(text))
		_, errAgent := wire.DecodeFromAgent([]byte(text))
		_, errReply := wire.DecodeReply([]byte(text))
		_, errHandover := wire.DecodeHandoverMessage([]byte(text))
		if s := errors.Join(err, errAgent, errReply, errHandover).Error(); strings.Contains(s, secret) {
			t.Errorf("error text: %s", s)
		}
	}
}

func TestVersions(t *testing.T) {
	// Catches a choice of a version that only one side speaks.
	for _, c := range []struct {
		offered []int
		want    int
	}{{[]int{1}, 1}, {[]int{2, 1}, 1}, {[]int{9, 7}, 0}} {
		got, err := wire.FetchRequest{AgentNonce: fill(32, 1), Versions: c.offered}.Choose()
		if got != c.want || (err == nil) != (c.want != 0) {
			t.Errorf("%v: %d, %v", c.offered, got, err)
		}
		var version *wire.VersionError
		if err != nil && (!errors.As(err, &version) || version.Version != 9) {
			t.Errorf("%v: %v", c.offered, err)
		}
	}
	for _, bad := range [][]int{{}, {0}, {-1}, {1, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9}} {
		if err := (wire.FetchRequest{AgentNonce: fill(32, 1), Versions: bad}).Validate(); !errors.Is(err, wire.ErrMalformed) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	for _, v := range wire.Versions() {
		if !wire.Supported(v) {
			t.Errorf("version %d is listed and not supported", v)
		}
	}
}
