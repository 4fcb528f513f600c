package trust

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"cnie.example/attest/attesttest"
)

// material is what the scripts work with: two publishers of master lists, and an
// authority with a successor. Everything is SPECIMEN and valid today.
type material struct {
	publisher, foreign *attesttest.State // states
	root, other        *attesttest.Certificate
	signer             *attesttest.Certificate // of master lists, under root
	old, next, link    *attesttest.Certificate // of the publisher's state: authorities
	abroad             *attesttest.Certificate // authority of the foreign state
	files              map[string][]byte
}

func newMaterial() *material {
	m := &material{publisher: attesttest.New("UT", nil), foreign: attesttest.New("XX", nil), files: map[string][]byte{}}
	today := time.Now().UTC().Truncate(24 * time.Hour)
	for _, s := range []*attesttest.State{m.publisher, m.foreign} {
		s.Begin = today.AddDate(-1, 0, -2) // so that lists of the state are of the days before today
	}
	m.root, m.other = m.publisher.CSCA("ROOT SPECIMEN"), m.foreign.CSCA("ROOT SPECIMEN")
	m.signer = m.publisher.ListSigner(m.root)
	m.old, m.abroad = m.publisher.CSCA("CSCA SPECIMEN"), m.foreign.CSCA("CSCA XX SPECIMEN")
	m.next = m.publisher.CSCA("CSCA SPECIMEN")
	m.link = m.publisher.Link(m.old, m.next)
	return m
}

// list is a master list of the publisher, signed a number of days ago.
func (m *material) list(days int, members ...[]byte) []byte {
	list := m.publisher.MasterList(m.signer, m.root, members...)
	list.Signers[0].SigningTime = time.Now().UTC().Truncate(time.Second).AddDate(0, 0, -days)
	return list.DER()
}

// put writes the files of the scripts.
func (m *material) put(dir string) error {
	orphan := m.foreign.Link(m.other, m.abroad) // its issuer is in no list
	list := m.list(20, m.old.DER(), m.next.DER(), m.link.DER(), orphan.DER())
	altered := slices.Clone(list)
	altered[len(altered)-1] ^= 1
	maps.Copy(m.files, map[string][]byte{
		"root.cer": m.root.DER(), "other.cer": m.other.DER(), "old.cer": m.old.DER(), "next.cer": m.next.DER(), "link.cer": m.link.DER(),
		"list.ml": list, "later.ml": m.list(10, m.next.DER(), m.abroad.DER()), "altered.ml": altered, "cut.ml": list[:len(list)/2],
		"fresh.crl":   m.publisher.RevocationList(m.next, m.publisher.DS(m.next)).DER(),
		"foreign.crl": m.foreign.RevocationList(m.abroad).DER(),
		"bundle.pem":  slices.Concat(inPEM("CERTIFICATE", m.old.DER()), inPEM("CERTIFICATE", m.next.DER())),
		"key.pem":     inPEM("PRIVATE KEY", []byte("SPECIMEN")),
		"nothing.bin": []byte("SPECIMEN"),
	})
	older := m.publisher.RevocationList(m.next)
	older.ThisUpdate = older.ThisUpdate.AddDate(0, 0, -20)
	older.Extensions = older.Extensions.With(attesttest.Extension{ID: attesttest.CRLNumber, Value: attesttest.Integer(1)})
	m.files["older.crl"] = older.DER()
	distrust := sha256.Sum256(m.next.DER())
	m.files["overrides.json"] = fmt.Appendf(nil, `{"distrust": [{"sha256": %q, "reason": "key is said to be lost"}]}`, hex.EncodeToString(distrust[:]))
	for name, content := range m.files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, content, 0o600)); err != nil {
			return err
		}
	}
	return nil
}

func inPEM(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// newMaterialIn writes new material into a directory of the test.
func newMaterialIn(t *testing.T) (*material, string) {
	t.Helper()
	m, dir := newMaterial(), t.TempDir()
	if err := m.put(dir); err != nil {
		t.Fatal(err)
	}
	return m, dir
}
