package csca_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"cnie.example/attest/csca"
)

// zeros is a hash that no file has.
const zeros = "0000000000000000000000000000000000000000000000000000000000000000"

// entry is a file of a manifest in JSON.
func entry(name, kind, more string) string {
	return fmt.Sprintf(`{"file":%q,"kind":%q,"sha256":%q,"day":"2026-11-22"%s}`, name, kind, zeros, more)
}

func manifest(entries ...string) string {
	return `{"version":1,"files":[` + strings.Join(entries, ",") + `]}`
}

// Catches a manifest that names a file outside of the directory, one file
// twice, or something that this package does not know.
func TestParseManifest(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		ok   bool
	}{
		"empty":                {manifest(), true},
		"each kind":            {manifest(entry("a", "anchor", ""), entry("b", "pool", ""), entry("c", "root", ""), entry("d.ml", "list", `,"root":"c"`), entry("e", "crl", ""), entry("f", "overrides", "")), true},
		"anchor as root":       {manifest(entry("d.ml", "list", `,"root":"a"`), entry("a", "anchor", "")), true},
		"freshness":            {`{"version":1,"files":[],"freshness":{"max_age_hours":24,"grace_hours":0}}`, true},
		"no version":           {`{"files":[]}`, false},
		"version 2":            {`{"version":2,"files":[]}`, false},
		"unknown member":       {`{"version":1,"files":[],"more":1}`, false},
		"repeated member":      {`{"version":1,"version":1,"files":[]}`, false},
		"unknown in a file":    {manifest(entry("a", "anchor", `,"trusted":true`)), false},
		"after the end":        {manifest() + "{}", false},
		"unknown kind":         {manifest(entry("a", "secret", "")), false},
		"no kind":              {manifest(entry("a", "", "")), false},
		"twice":                {manifest(entry("a", "anchor", ""), entry("a", "pool", "")), false},
		"twice, other case":    {manifest(entry("a", "anchor", ""), entry("A", "pool", "")), false},
		"twice, the other way": {manifest(entry("A", "anchor", ""), entry("a", "pool", "")), false},
		"list without root":    {manifest(entry("d", "list", "")), false},
		"root is missing":      {manifest(entry("d", "list", `,"root":"c"`)), false},
		"root is a list":       {manifest(entry("d", "list", `,"root":"d"`)), false},
		"root of an anchor":    {manifest(entry("a", "anchor", `,"root":"c"`), entry("c", "root", "")), false},
		"two overrides":        {manifest(entry("a", "overrides", ""), entry("b", "overrides", "")), false},
		"no hash":              {`{"version":1,"files":[{"file":"a","kind":"anchor","day":"2026-11-22","sha256":""}]}`, false},
		"short hash":           {strings.Replace(manifest(entry("a", "anchor", "")), zeros, zeros[2:], 1), false},
		"hash of letters":      {strings.Replace(manifest(entry("a", "anchor", "")), "00", "zz", 1), false},
		"without day":          {strings.Replace(manifest(entry("a", "anchor", "")), `"day":"2026-11-22"`, `"root":""`, 1), false},
		"first day":            {strings.Replace(manifest(entry("a", "anchor", "")), "2026-11-22", "0001-01-01", 1), false},
		"no day":               {strings.Replace(manifest(entry("a", "anchor", "")), "2026-11-22", "yesterday", 1), false},
		"age of zero":          {`{"version":1,"files":[],"freshness":{"max_age_hours":0,"grace_hours":0}}`, false},
		"negative grace":       {`{"version":1,"files":[],"freshness":{"max_age_hours":1,"grace_hours":-1}}`, false},
		"endless grace":        {`{"version":1,"files":[],"freshness":{"max_age_hours":1,"grace_hours":9000000}}`, false},
		"too long":             {manifest() + strings.Repeat(" ", 1<<18), false},
		"too many":             {manifest(many(1025)...), false},
		"many":                 {manifest(many(1024)...), true},
		"name empty":           {manifest(entry("", "anchor", "")), false},
		"name of 100":          {manifest(entry(strings.Repeat("a", 100), "anchor", "")), true},
		"name of 101":          {manifest(entry(strings.Repeat("a", 101), "anchor", "")), false},
		"way up":               {manifest(entry("../a", "anchor", "")), false},
		"points":               {manifest(entry("..", "anchor", "")), false},
		"absolute":             {manifest(entry("/etc/passwd", "anchor", "")), false},
		"folder":               {manifest(entry("a/b", "anchor", "")), false},
		"folder of Windows":    {manifest(entry(`a\b`, "anchor", "")), false},
		"drive":                {manifest(entry("c:a", "anchor", "")), false},
		"hidden":               {manifest(entry(".a", "anchor", "")), false},
		"change under way":     {manifest(entry(".new-a", "anchor", "")), false},
		"the manifest itself":  {manifest(entry("trust.json", "anchor", "")), false},
		"the same, shouting":   {manifest(entry("TRUST.JSON", "anchor", "")), false},
		"zero byte":            {manifest(entry("a\x00b", "anchor", "")), false},
		"other letters":        {manifest(entry("é", "anchor", "")), false},
	} {
		m, err := csca.ParseManifest([]byte(test.text))
		if (err == nil) != test.ok || err != nil && !errors.Is(err, csca.ErrManifest) {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
	}
}

func many(n int) []string {
	entries := make([]string, n)
	for i := range entries {
		entries[i] = entry(fmt.Sprintf("a%d", i), "anchor", "")
	}
	return entries
}

// Catches overrides that are read in part, or that say less than they must.
func TestParseOverrides(t *testing.T) {
	one, two := strings.Replace(zeros, "00", "01", 1), strings.Replace(zeros, "00", "02", 1)
	for name, test := range map[string]struct {
		text string
		ok   bool
	}{
		"empty":          {`{}`, true},
		"all":            {`{"distrust":[{"sha256":"` + two + `","reason":"a"}],"trust":[{"sha256":"` + one + `","reason":"b"}],"extend":[{"sha256":"` + one + `","until":"2030-01-01","reason":"c"}]}`, true},
		"no reason":      {`{"distrust":[{"sha256":"` + two + `"}]}`, false},
		"no certificate": {`{"distrust":[{"reason":"a"}]}`, false},
		"unknown":        {`{"mistrust":[]}`, false},
		"repeated":       {`{"trust":[],"trust":[]}`, false},
		"no day":         {`{"extend":[{"sha256":"` + two + `","reason":"c"}]}`, false},
		"day of a month": {`{"extend":[{"sha256":"` + two + `","until":"2030-02-30","reason":"c"}]}`, false},
		"contradiction":  {`{"distrust":[{"sha256":"` + two + `","reason":"a"}],"trust":[{"sha256":"` + two + `","reason":"b"}]}`, false},
		"nothing":        {``, false},
		"list":           {`[]`, false},
		"too long":       {`{}` + strings.Repeat(" ", 1<<18), false},
	} {
		o, err := csca.ParseOverrides([]byte(test.text))
		if (err == nil) != test.ok || err != nil && (!errors.Is(err, csca.ErrOverride) || o.Distrust != nil || o.Trust != nil || o.Extend != nil) {
			t.Errorf("%s: %+v, %v", name, o, err)
		}
	}
}
