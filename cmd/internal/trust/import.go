package trust

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"cnie.example/attest/csca"
	"cnie.example/cmd/internal/cli"
	"cnie.example/cmd/internal/terminal"
)

type importCommand struct {
	terminal.LanguageFlag
	Dir    string   `required:"" type:"path" placeholder:"DIR" help:"Trust directory. It is made when it does not exist."`
	Root   []string `type:"path" sep:"none" placeholder:"FILE" help:"Certificate of the authority that the publisher of a list answers to. May be given several times. It is kept, for the next list."`
	Anchor bool     `xor:"certificates" help:"Trust the certificates of the files, each for itself."`
	Pool   bool     `xor:"certificates" help:"Keep the certificates of the files as link certificates, which are trusted only when they lead to an anchor."`
	File   []string `arg:"" optional:"" type:"path" help:"Master lists, certificates (with --anchor or --pool), revocation lists, or a file of overrides (.json)."`
	JSON   bool     `name:"json" help:"Print one JSON object."`
}

// Help tells what is refused and what is replaced.
func (importCommand) Help() string {
	return `Verifies each file as it will be verified whenever the directory is read, and puts it there. When one file is refused,
nothing is imported: the directory is as it was, and is not made.

A master list needs a root, by --root or of an earlier import, and is refused when its signature does not lead to it. It
replaces an earlier list under the same root, never a later one. A revocation list is refused when no authority of the
directory has signed it, and replaces an older one of the same authority. Certificates that are self-signed become
anchors with --anchor. What is there already stays: the same command may run every night.

Overrides are your decisions against the lists, in a file that ends in .json and replaces the one before:

  {"distrust": [{"sha256": "…", "reason": "key is said to be lost"}],
   "trust":    [{"sha256": "…", "reason": "compared on the telephone"}],
   "extend":   [{"sha256": "…", "until": "2030-12-31", "reason": "documents outlive it"}]}

Exit status: 0 done, also when nothing was new; 1 refused, with the reason; 2 wrong command line.`
}

// importView is what an import did.
type importView struct {
	Dir   string       `json:"dir"`
	Made  bool         `json:"made"` // the directory is new
	Files []importLine `json:"files"`
}

// importLine is what an import did with one file of the directory.
type importLine struct {
	File   string      `json:"file"` // in the directory
	Kind   csca.Kind   `json:"kind"`
	Action string      `json:"action"` // added, replaced or kept
	Holds  string      `json:"subject,omitempty"`
	SHA256 string      `json:"sha256"`
	List   *listImport `json:"list,omitempty"`
}

// listImport is what a master list brings.
type listImport struct {
	Certificates int    `json:"certificates"`
	Unread       int    `json:"unread"`
	Signer       string `json:"signer"`
	Root         string `json:"root"`
	Came         int    `json:"came"` // against the list that it replaces
	Went         int    `json:"went"`
}

// What an import does with a file.
const (
	importAdded    = "added"
	importReplaced = "replaced"
	importKept     = "kept"
)

// Run imports the files.
func (c *importCommand) Run(_ context.Context, s cli.Streams) error {
	if len(c.File)+len(c.Root) == 0 {
		return &cli.StatusError{Status: cli.ExitUsage, Err: errNoFileGiven}
	}
	view, err := c.run(time.Now())
	if view != nil {
		if c.JSON {
			err = errors.Join(err, json.NewEncoder(s.Out).Encode(view))
		} else {
			err = errors.Join(err, view.write(s.Out, wordsIn(c.Tag())))
		}
	}
	if errors.Is(err, errNoUse) {
		return &cli.StatusError{Status: cli.ExitUsage, Err: err}
	}
	if err != nil {
		return Explain(s.Err, err, c.Tag(), cli.ExitFailed)
	}
	return nil
}

var (
	errNoFileGiven = errors.New("neither a file nor --root is given")
	errNoUse       = errors.New("holds certificates: say --anchor to trust each for itself, or --pool for link certificates")
)

// run reads all files and tries them on a copy before it touches the directory.
// The view is nil when it did not come so far.
func (c *importCommand) run(now time.Time) (*importView, error) {
	items, err := c.items()
	if err != nil {
		return nil, err
	}
	if err := rehearse(c.Dir, items, now); err != nil {
		return nil, err
	}
	into, made, err := openOrCreate(c.Dir)
	if err != nil {
		return nil, err
	}
	view := &importView{Dir: c.Dir, Made: made, Files: []importLine{}}
	view.Files, err = putAll(items, into, now)
	return view, err
}

func (v *importView) write(w io.Writer, text words) error {
	var b strings.Builder
	if v.Made {
		terminal.Paragraph(&b, 0, fmt.Sprintf(text.created, v.Dir))
	}
	count := map[string]int{}
	for _, l := range v.Files {
		count[l.Action]++
		fmt.Fprintf(&b, "%s%s%s\n", text.actions[l.Action], text.colon, l.File)
		table := terminal.Table{Indent: 4}
		if l.Holds != "" {
			table.Row(l.Holds)
		}
		table.Row(l.SHA256)
		if l.List != nil && l.Action != importKept {
			table.Row(fmt.Sprintf(text.brings, l.List.Certificates, l.List.Came, l.List.Went))
			table.Row(fmt.Sprintf(text.under, l.List.Root))
		}
		table.Write(&b)
	}
	terminal.Paragraph(&b, 0, fmt.Sprintf(text.summary, count[importAdded], count[importReplaced], count[importKept]))
	_, err := io.WriteString(w, b.String())
	return err
}
