package verify

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/go-jose/go-jose/v4"

	"cnie.example/attest/attesttest"
	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
	"cnie.example/attest/record"
	"cnie.example/card/lds"
)

// material is what the scripts work with: documents of a state, one of them with
// a signer that is revoked. Everything is SPECIMEN and valid today.
type material struct {
	state            *attesttest.State
	authority, other *attesttest.Certificate
	signer, revoked  *attesttest.Certificate
	files            map[string][]byte
}

func newMaterial() *material {
	m := &material{state: attesttest.New("UT", nil), files: map[string][]byte{}}
	m.state.Begin = time.Now().UTC().Truncate(24*time.Hour).AddDate(-1, 0, -2) // so that its lists are of the days before today
	m.authority, m.other = m.state.CSCA("CSCA SPECIMEN"), m.state.CSCA("CSCA OTHER SPECIMEN")
	m.signer, m.revoked = m.state.DS(m.authority), m.state.DS(m.authority)
	return m
}

// put writes the files of the scripts.
func (m *material) put(dir string) error {
	maps.Copy(m.files, map[string][]byte{
		"csca.cer": m.authority.DER(), "other.cer": m.other.DER(), "nothing.bin": []byte("SPECIMEN"),
		"list.ml":   m.state.MasterList(m.state.ListSigner(m.other), m.other, m.authority.DER()).DER(),
		"fresh.crl": m.state.RevocationList(m.authority, m.revoked).DER(),
	})
	if err := errors.Join(m.putDocument(m.signer, "good"), m.putDocument(m.revoked, "revoked"), os.Mkdir(filepath.Join(dir, "empty"), 0o700)); err != nil {
		return err
	}
	for name, content := range m.files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, content, 0o600)); err != nil {
			return err
		}
	}
	return nil
}

// putDocument makes the directory of a document that a signer has signed; with a
// record of a login, its keys beside it.
func (m *material) putDocument(signer *attesttest.Certificate, name string) error {
	person := m.state.Person()
	person.ExpiryDate = time.Now().AddDate(5, 0, 0).Format("060102")
	files := map[lds.File][]byte{lds.DG1: attesttest.DG1(person), lds.DG14: attesttest.DG14(m.state.Key())}
	sod := m.state.Document(signer, files).SOD()
	m.files[name+"/SOD.bin"], m.files[name+"/DG1.bin"], m.files[name+"/DG14.bin"] = sod, files[lds.DG1], files[lds.DG14]
	r, err := m.record(signer, sod, files[lds.DG14])
	if err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	jws, err := r.Sign(key, "specimen")
	if err != nil {
		return err
	}
	m.files["recorded-"+name+"/record.jws"] = []byte(jws)
	for _, f := range []string{"SOD", "DG1", "DG14"} {
		m.files["recorded-"+name+"/"+f+".bin"] = m.files[name+"/"+f+".bin"]
	}
	m.files[name+"-keys.json"], err = json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "specimen"}}})
	return err
}

// record is that of a login of yesterday.
func (m *material) record(by *attesttest.Certificate, sod, dg14 []byte) (*record.Record, error) {
	signer, err := certificate.Parse(by.DER(), certificate.Options{})
	if err != nil {
		return nil, err
	}
	day := time.Now().UTC().Truncate(time.Second).AddDate(0, 0, -1)
	of := record.Certificate{
		Subject: signer.Subject.String(), Issuer: signer.Issuer.String(), Serial: hex.EncodeToString(signer.Serial),
		SHA256: signer.Fingerprint(), NotBefore: signer.NotBefore, NotAfter: signer.NotAfter,
	}
	return &record.Record{
		Version: record.Version, Issuer: "https://id.example.test", Transaction: "SPECIMEN", Begun: day, Ended: day,
		Asked: "eidas1", Reached: "eidas1", Status: record.StatusUnknown, SameChip: record.NotProven,
		Trust: record.Trust{SHA256: sha256.Sum256([]byte("SPECIMEN"))}, Revocation: &record.Revocation{State: csca.NoList.String()},
		Chip: &record.Chip{Proof: record.ChipAuthentication, Attestation: record.AttestedByProvider, Protocol: "0.4.0.127.0.7.2.2.3.2.4"},
		Document: &record.Document{
			SOD: sha256.Sum256(sod), DG14: sha256.Sum256(dg14), Files: []string{"DG1", "DG14"}, Signer: &of, Authorities: []record.Certificate{of},
		},
	}, nil
}
