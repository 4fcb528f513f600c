package trust

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
)

// importItem is a file for the directory. The items of a command are put there in
// the order of importOrder: what others need comes first.
type importItem struct {
	csca.Item
	path  string // that it comes from
	holds string
	list  *csca.MasterList
}

func importOrder(k csca.Kind) int {
	return slices.Index([]csca.Kind{
		csca.KindRoot, csca.KindAnchor, csca.KindPool, csca.KindList, csca.KindRevocationList, csca.KindOverrides,
	}, k)
}

// items reads the files of the command line.
func (c *importCommand) items() ([]importItem, error) {
	var items []importItem
	roots, err := readRoots(c.Root)
	if err != nil {
		return nil, err
	}
	for _, r := range roots {
		items = append(items, certificateItem(csca.KindRoot, "--root", r))
	}
	for _, path := range c.File {
		found, err := c.itemsOf(path)
		if err != nil {
			return nil, err
		}
		items = append(items, found...)
	}
	slices.SortStableFunc(items, func(a, b importItem) int { return cmp.Compare(importOrder(a.Kind), importOrder(b.Kind)) })
	return items, nil
}

func (c *importCommand) itemsOf(path string) (items []importItem, err error) {
	if strings.EqualFold(filepath.Ext(path), ".json") {
		content, err := ReadFile(path, csca.MaxFile)
		return []importItem{{Item: csca.Item{Kind: csca.KindOverrides, Name: "overrides.json", Content: content}, path: path}}, err
	}
	f, err := readFile(path, certificate.Options{})
	if err != nil {
		return nil, err
	}
	if f.list != nil {
		return []importItem{{Item: csca.Item{Kind: csca.KindList, Content: f.content}, path: path, list: f.list}}, nil
	}
	kind := csca.KindPool
	if c.Anchor {
		kind = csca.KindAnchor
	}
	if len(f.certificates) > 0 && !c.Anchor && !c.Pool {
		return nil, &FileError{Path: path, Err: errNoUse}
	}
	for _, found := range f.certificates {
		items = append(items, certificateItem(kind, path, found))
	}
	for _, l := range f.revocations {
		items = append(items, revocationItem(path, l))
	}
	return items, nil
}

// certificateItem names a certificate by its fingerprint: the same one has the
// same name in every import.
func certificateItem(kind csca.Kind, path string, c *certificate.Certificate) importItem {
	return importItem{
		Item: csca.Item{Kind: kind, Content: c.Raw, Name: fmt.Sprintf("%s-%s%s.cer", kind, countryPart(c.Country), fingerprint(c)[:16])},
		path: path, holds: c.Subject.String(),
	}
}

// revocationItem names a revocation list by the name and key of its issuer, so
// that the next one replaces it.
func revocationItem(path string, l *certificate.RevocationList) importItem {
	return importItem{
		Item: csca.Item{
			Kind: csca.KindRevocationList, Content: l.Raw,
			Name: fmt.Sprintf("crl-%s%s.crl", countryPart(l.Issuer.Country), short([]byte(l.Issuer.Folded()), l.AuthorityKeyID)),
		},
		path: path, holds: l.Issuer.String(),
	}
}

// countryPart is a country for the name of a file. It is empty when it is not
// two letters: certificates hold anything.
func countryPart(country string) string {
	if len(country) != 2 || strings.Trim(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return ""
	}
	return country + "-"
}

// short is the beginning of a hash over parts, hexadecimal.
func short(parts ...[]byte) string {
	sum := sha256.Sum256([]byte(fmt.Sprintf("%x", parts)))
	return hex.EncodeToString(sum[:8])
}

// hash is the SHA-256 of a file, hexadecimal.
func hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
