package idp_test

import (
	"encoding/base64"
	"encoding/json"
	"go/ast"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"cnie.example/attest/chipproof"
	"cnie.example/attest/wire"
)

// A wireLimit is a constant of package wire and the places of the description
// that say it. A place is a path without the words of OpenAPI: Opening/sod.
type wireLimit struct {
	value  int
	places []string
}

// wireLimits holds every limit of package wire under its name there.
var wireLimits = map[string]wireLimit{
	"MaxMessage":        {wire.MaxMessage, []string{"/exchange/post/request#body", "/exchange/post/200#body", "File/content#bytes"}},
	"MaxRequest":        {wire.MaxRequest, []string{"/request/{id}/post/200#body", "LoginRequestJWS#long"}},
	"MaxHandover":       {wire.MaxHandover, []string{"HandoverJWS#long"}},
	"MaxFetch":          {wire.MaxFetch, []string{"/request/{id}/post/request#body"}},
	"MaxSOD":            {wire.MaxSOD, []string{"Opening/sod#bytes", "Signed/sod#bytes"}},
	"MaxDG14":           {wire.MaxDG14, []string{"Opening/dg14#bytes", "Signed/dg14#bytes"}},
	"MaxDG15":           {wire.MaxDG15, []string{"Signed/dg15#bytes"}},
	"MaxCommand":        {wire.MaxCommand, []string{"Batch/items#bytes"}},
	"MaxResponse":       {wire.MaxResponse, []string{"Answers/responses/items#bytes"}},
	"MaxBatch":          {wire.MaxBatch, []string{"Answers/responses#many"}},
	"MaxCommands":       {wire.MaxCommands, []string{"Batch#many"}},
	"MaxURI":            {wire.MaxURI, []string{"URI#long", "Issuer#long"}},
	"MaxKeyID":          {wire.MaxKeyID, []string{"HandoverPayload/key_id#bytes"}},
	"MaxPoint":          {wire.MaxPoint, []string{"HandoverPayload/public_key#bytes"}},
	"MaxSignature":      {wire.MaxSignature, []string{"Signed/signature#bytes"}},
	"MaxProof":          {wire.MaxProof, []string{"HandoverPayload/proof#bytes"}},
	"MaxJTI":            {wire.MaxJTI, []string{"JTI#long"}},
	"MaxState":          {wire.MaxState, []string{"State#long"}},
	"MaxRelyingParty":   {wire.MaxRelyingParty, []string{"LoginRequest/rp#long"}},
	"MaxLifetime":       {wire.MaxLifetime, []string{"LoginRequest/exp#after"}},
	"NonceSize":         {wire.NonceSize, []string{"Bytes32#bytes"}},
	"HashSize":          {wire.HashSize, []string{"Bytes32#bytes"}},
	"LeastAPDU":         {wire.LeastAPDU, []string{"Opening/max_command#least", "Opening/max_response#least"}},
	"LongestCommand":    {wire.LongestCommand, []string{"Opening/max_command#most"}},
	"LongestResponse":   {wire.LongestResponse, []string{"Opening/max_response#most"}},
	"SessionCodeLength": {wire.SessionCodeLength, []string{"LoginRequest/session_code#long"}},
}

// Catches a limit of package wire that is missing above, so that no test would
// hold it against the description.
func TestOpenAPIWireLimitsAreComplete(t *testing.T) {
	isLimit := regexp.MustCompile(`^(Max|Least|Longest)|(Size|Length)$`)
	var declared []string
	for _, file := range sources(t, "../../attest/wire") {
		for _, declaration := range file.Decls {
			group, ok := declaration.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range group.Specs {
				if v, ok := spec.(*ast.ValueSpec); ok && isLimit.MatchString(v.Names[0].Name) {
					declared = append(declared, v.Names[0].Name)
				}
			}
		}
	}
	slices.Sort(declared)
	if listed := slices.Sorted(maps.Keys(wireLimits)); !slices.Equal(declared, listed) {
		t.Errorf("package wire has the limits %v, the test %v", declared, listed)
	}
}

// Catches a limit in the description that is not the constant.
func TestOpenAPILimits(t *testing.T) {
	said := limitsOf(t)
	for name, limit := range wireLimits {
		for _, place := range limit.places {
			if said[place] != limit.value {
				t.Errorf("%s is %d, %s says %d", name, limit.value, place, said[place])
			}
		}
	}
	if deadline := said["/exchange/post#deadline"]; time.Duration(deadline)*time.Second != chipproof.Deadline {
		t.Errorf("deadline %d s, package chipproof waits %v", deadline, chipproof.Deadline)
	}
}

// Catches a limit of bytes that does not fit the limit of characters beside it.
func TestOpenAPIByteLimits(t *testing.T) {
	said, found := limitsOf(t), 0
	for place, value := range said {
		of, ok := strings.CutSuffix(place, "#bytes")
		if !ok {
			continue
		}
		found++
		if long := said[of+"#long"]; long != base64.RawURLEncoding.EncodedLen(value) {
			t.Errorf("%s: %d bytes in %d characters", place, value, long)
		}
	}
	if found < 10 {
		t.Errorf("%d limits of bytes", found)
	}
}

// keywords are the short names of limits in a place.
var keywords = map[string]string{
	"x-max-bytes": "bytes", "maxLength": "long", "maxItems": "many", "minimum": "least", "maximum": "most",
	"x-max-seconds-after-iat": "after", "x-deadline-seconds": "deadline",
}

// limitsOf collects every limit of the description by its place.
func limitsOf(t *testing.T) map[string]int {
	t.Helper()
	var root map[string]any
	if err := json.Unmarshal(must(openapi(t).MarshalJSON()), &root); err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for name, schema := range root["components"].(map[string]any)["schemas"].(map[string]any) {
		collectLimits(found, name, schema)
	}
	for name, item := range root["paths"].(map[string]any) {
		collectLimits(found, name, item)
	}
	return found
}

// steps are the words of OpenAPI that a place leaves out or renames. The limit
// of a media type is that of the body.
var steps = map[string]string{
	"responses": "", "content": "", "application/json": "", wire.MediaTypeRequest: "", "requestBody": "request",
}

func collectLimits(found map[string]int, place string, node any) {
	members, ok := node.(map[string]any)
	if !ok {
		return
	}
	_, isMedia := members["schema"]
	for name, member := range members {
		number, isNumber := member.(float64)
		keyword, isKeyword := keywords[name]
		switch step, known := steps[name]; {
		case isNumber && isKeyword && isMedia:
			found[place+"#body"] = int(number)
		case isNumber && isKeyword:
			found[place+"#"+keyword] = int(number)
		case name == "properties": // whose members have names of their own
			properties, _ := member.(map[string]any)
			for property, schema := range properties {
				collectLimits(found, path.Join(place, property), schema)
			}
		case known:
			collectLimits(found, path.Join(place, step), member)
		default:
			collectLimits(found, path.Join(place, name), member)
		}
	}
}
