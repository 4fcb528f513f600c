package pace

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
)

// vector is the worked example of ICAO Doc 9303-11, appendix G.1.
type vector struct {
	MRZInformation      string         `json:"mrz_information"`
	K                   hexBytes       `json:"k"`
	KPi                 hexBytes       `json:"k_pi"`
	OID                 hexBytes       `json:"oid"`
	Z                   hexBytes       `json:"z"`
	S                   hexBytes       `json:"s"`
	MapTerminalSK       hexBytes       `json:"map_ifd_sk"`
	MapTerminalPK       hexBytes       `json:"map_ifd_pk"`
	MapChipPK           hexBytes       `json:"map_ic_pk"`
	H                   hexBytes       `json:"h"`
	MappedG             hexBytes       `json:"mapped_g"`
	TerminalSK          hexBytes       `json:"ifd_sk"`
	TerminalPK          hexBytes       `json:"ifd_pk"`
	ChipPK              hexBytes       `json:"ic_pk"`
	Shared              hexBytes       `json:"shared"`
	KSEnc               hexBytes       `json:"ks_enc"`
	KSMAC               hexBytes       `json:"ks_mac"`
	TTerminal           hexBytes       `json:"t_ifd"`
	TChip               hexBytes       `json:"t_ic"`
	GeneralAuthenticate [4][2]hexBytes `json:"general_authenticate"`
}

type hexBytes []byte

func (h *hexBytes) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	*h = b
	return err
}

func readVector(t testing.TB) vector {
	t.Helper()
	b, err := os.ReadFile("testdata/icao9303-11-G1.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vector
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
