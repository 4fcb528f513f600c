package providers

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cnie.example/web/problem"
)

const maxRecords = 256

// ErrOwner is the cause when a record or its directory belongs to, or can be
// written by, someone other than the administrator and the agent's own user.
var ErrOwner = errors.New("provider records must not be writable by others")

// Options are what Load needs besides the directory.
type Options struct {
	Lab   bool             // accept records of the laboratory
	Clock func() time.Time // the present time
}

// Directory is the set of enrolled providers. It does not change after Load
// and is safe for concurrent use.
type Directory struct {
	byOrigin map[string]*Provider
}

// Load reads every *.json file of a directory. One bad file fails the whole:
// an administrator has to see it. A directory that does not exist holds no
// provider.
//
// On Unix, directory and files must belong to root or to the user that runs
// the agent, and neither group nor others may write to them (ErrOwner). On
// other systems that is left to the access rules of the directory. The parents
// of the directory are not looked at.
func Load(dir string, o Options) (*Directory, error) {
	d := &Directory{byOrigin: map[string]*Provider{}}
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return d, nil
	}
	if err != nil {
		return nil, fmt.Errorf("providers: %w", err)
	}
	defer root.Close()
	names, err := list(root)
	if err != nil {
		return nil, fmt.Errorf("providers: %s: %w", dir, err)
	}
	for _, name := range names {
		if err := d.load(root, name, o); err != nil {
			return nil, fmt.Errorf("providers: %s: %w", filepath.Join(dir, name), err)
		}
	}
	return d, nil
}

// New makes a directory of records that the caller vouches for.
func New(records []Record, o Options) (*Directory, error) {
	d := &Directory{byOrigin: map[string]*Provider{}}
	for _, r := range records {
		if err := r.Validate(); err != nil {
			return nil, err
		}
		if err := d.add(r, o); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// Close gives up the connections that are kept open for the next call. The
// directory stays usable.
func (d *Directory) Close() {
	for _, p := range d.byOrigin {
		p.client.CloseIdleConnections()
	}
}

// list gives the names of the record files, sorted.
func list(root *os.Root) ([]string, error) {
	dir, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	if err := checkOwner(dir); err != nil {
		return nil, err
	}
	entries, err := dir.ReadDir(-1)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), ".json") && !entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	if len(names) > maxRecords {
		return nil, fmt.Errorf("%d records, at most %d", len(names), maxRecords)
	}
	slices.Sort(names)
	return names, nil
}

func (d *Directory) load(root *os.Root, name string, o Options) error {
	if info, err := root.Stat(name); err != nil || !info.Mode().IsRegular() {
		return fmt.Errorf("not a regular file inside the directory: %w", ErrRecord)
	}
	file, err := root.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := checkOwner(file); err != nil {
		return err
	}
	b, err := io.ReadAll(io.LimitReader(file, maxRecord+1))
	if err != nil {
		return err
	}
	record, err := ParseRecord(b)
	if err != nil {
		return err
	}
	return d.add(record, o)
}

func (d *Directory) add(r Record, o Options) error {
	if r.Lab && !o.Lab {
		return problem.Wrap(problem.LabRefused, fmt.Errorf("%s is a provider of the laboratory, and this is not: %w", r.Origin, ErrRecord))
	}
	if _, taken := d.byOrigin[r.Origin]; taken {
		return fmt.Errorf("a second record for %s: %w", r.Origin, ErrRecord)
	}
	p, err := newProvider(r, o.Clock)
	if err != nil {
		return err
	}
	d.byOrigin[r.Origin] = p
	return nil
}

// Len is the number of enrolled providers.
func (d *Directory) Len() int { return len(d.byOrigin) }

// Lookup finds the provider at whose origin requestURI lies, under the
// request_prefix of its record: any page can name a requestURI, and the agent
// posts to no other path because of one. Problems: bad_request for what is no
// plain HTTPS URL or lies elsewhere at that origin, provider_not_enrolled.
func (d *Directory) Lookup(requestURI string) (*Provider, error) {
	u, err := url.Parse(requestURI)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return nil, problem.New(problem.BadRequest, "request_uri is no https URL")
	}
	origin := "https://" + u.Host
	if _, err := parseAt(origin, requestURI); err != nil {
		return nil, problem.New(problem.BadRequest, "request_uri has a part that it may not have")
	}
	p, ok := d.byOrigin[origin]
	if !ok {
		return nil, problem.New(problem.ProviderNotEnrolled, "no record for the origin of request_uri")
	}
	if !p.record.covers(requestURI) {
		return nil, problem.New(problem.BadRequest, "request_uri is not under the request_prefix of its provider")
	}
	return p, nil
}
