package csca_test

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"cnie.example/attest/certificate"
	"cnie.example/attest/csca"
)

// Catches a real CSCA certificate that cannot be loaded. The file is not part
// of the repository; CNIE_TRUST_DIR names its folder.
func TestLoadRealAnchor(t *testing.T) {
	path := filepath.Join(cmp.Or(os.Getenv("CNIE_TRUST_DIR"), "../../../shared/trust"), "NL_ROOT.cer")
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		t.Skipf("no certificate %s: set CNIE_TRUST_DIR to a folder that has it", path)
	}
	store, err := csca.Load([]string{path}, certificate.Options{})
	if err != nil || len(store.Anchors()) != 1 || store.Anchors()[0].Country != "NL" {
		t.Errorf("%v, %v", store, err)
	}
}
