package record_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"cnie.example/attest/record"

	"github.com/go-jose/go-jose/v4"
)

// A provider keeps the record of a login that it refused: attest.Login.Record
// gives it, written out here.
func ExampleRecord_Sign() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		fmt.Println(err)
		return
	}
	r := &record.Record{
		Version: record.Version, Issuer: "https://id.example", Transaction: "SPECIMEN-1", Software: "example 1.0",
		Begun: time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC), Ended: time.Date(2026, 7, 1, 12, 0, 4, 0, time.UTC),
		Asked: "eidas1", Reached: "none", Refused: "ds_expired",
		Status: record.StatusUnknown, SameChip: record.NotProven,
	}
	jws, err := r.Sign(key, "key-1")
	if err != nil {
		fmt.Println(err)
		return
	}

	// Whoever gets the record reads it with the provider's published keys.
	keys := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "key-1"}}}
	again, err := record.Parse(jws, keys)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(again.Transaction, "refused:", again.Refused)
	// Output: SPECIMEN-1 refused: ds_expired
}

// A directory that "cnie read --out" wrote, checked without anchors: what the
// files say of each other is verified, and nothing says who signed.
func ExampleCheck() {
	dir, err := exampleDirectory()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	root, err := os.OpenRoot(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer root.Close()

	report, err := record.Check(root.FS(), record.CheckOptions{Now: time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		fmt.Println("nothing to check:", err)
		return
	}
	fmt.Println("verdict:", report.Verdict)
	for _, item := range report.Items {
		fmt.Printf("%s %s %q\n", item.Name, item.Result, item.Reason)
	}
	// Output:
	// verdict: unchecked
	// record_signature unchecked "no_record"
	// sod_syntax good ""
	// sod_signature good ""
	// ds_chain unchecked "no_anchors"
	// revocation unchecked "no_anchors"
	// dg1_hash good ""
	// dg14_hash unchecked "file_absent"
	// dg1_zone good ""
	// issuing_state good ""
	// document_type good ""
	// document_expiry good ""
	// dg14_syntax unchecked "file_absent"
	// chip_key unchecked "file_absent"
	// chip_presence unchecked "no_record"
	// possession unchecked "files_can_be_copied"
	// document_status unchecked "only_then"
	// same_chip unchecked "not_proven"
}

// exampleDirectory has the SOD and DG1 of a specimen.
func exampleDirectory() (string, error) {
	dir, err := os.MkdirTemp("", "cnie-example-")
	if err != nil {
		return "", err
	}
	sod, dg1 := exampleFiles()
	for name, content := range map[string][]byte{"SOD.bin": sod, "DG1.bin": dg1} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return "", err
		}
	}
	return dir, nil
}
