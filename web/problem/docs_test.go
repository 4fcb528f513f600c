package problem

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"cnie.example/web/language"
)

var update = flag.Bool("update", false, "write docs/errors.md anew")

const errorsPage = "../../docs/errors.md"

const errorsIntroduction = `# Problems by name

<!-- Written by "go test ./web/problem -run TestErrorsPage -update". Do not edit by hand. -->

Every failure that a person or a program meets has one stable name. The programs take status, title, cause and remedy
from package web/problem, in French and in English; this page shows the English texts.

A program receives a problem as an object of RFC 9457, media type %s. Its type is
%s&lt;name&gt;, and its member remedy is an extension. A browser gets a page whose main element has the
attribute data-problem. Only the name is stable: texts may change.
`

// section is a part of the page: one table of this package.
type section struct {
	title, introduction string
	entries             map[Name]entry
}

func sections() []section {
	return []section{
		{"Reader and card", "Found by the agent and by the command cnie.", cards},
		{"Access to the card", "Found by the agent and by the command cnie. An agent asks for the CAN only.", access},
		{"Provider and request", "Found by the agent before the person is asked, or reported by the provider.", requests},
		{"Exchange and return", "Found by the agent or by the provider, between consent and the end of the login.", exchanges},
		{"Refusals of a document", "Reasons of package attest/refusal: what the verifier found wrong with the document or with those who signed it.", documents},
		{"Refusals of a chip or a login", "Reasons of package attest/refusal: what the verifier found wrong with the chip, its answers, the messages or the level. The agent finds chip_unsupported by itself too.", refusals},
		{"Ends at the provider", "Shown by the provider's own pages, after the agent has done its part.", outcomes},
		{"Endpoints", "Found by the gates and pages of agent and provider.", endpoints},
	}
}

// Catches a page of the documentation that has gone stale: a problem that was
// added, renamed or given other words without the page, and a table that the
// page leaves out.
func TestErrorsPage(t *testing.T) {
	var page bytes.Buffer
	fmt.Fprintf(&page, errorsIntroduction, MediaType, typePrefix)
	written := 0
	for _, s := range sections() {
		fmt.Fprintf(&page, "\n## %s\n\n%s\n\n| name | status | title | cause | remedy |\n|---|---|---|---|---|\n", s.title, s.introduction)
		for _, name := range slices.Sorted(maps.Keys(s.entries)) {
			text := name.Text(language.English)
			fmt.Fprintf(&page, "| `%s` | %d | %s | %s | %s |\n", name, name.Status(), cell(text.Title), cell(text.Cause), cell(text.Remedy))
			written++
		}
	}
	if written != len(All()) {
		t.Errorf("the sections hold %d of %d problems", written, len(All()))
	}
	if *update {
		if err := os.WriteFile(errorsPage, page.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(errorsPage)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, page.Bytes()) {
		t.Errorf("docs/errors.md is stale: run go test ./web/problem -run TestErrorsPage -update")
	}
}

// cell keeps a text from ending its cell of a Markdown table.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
