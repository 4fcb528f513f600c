package pace

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"cnie.example/card/lds"
	"cnie.example/card/sm"
)

// vector is a worked example; each has a part of the members.
type vector struct {
	CAN                 string         `json:"can"`
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

	T  hexBytes `json:"t"`
	R  hexBytes `json:"r"`
	RP hexBytes `json:"rp"`

	StaticPK hexBytes `json:"static_ic_pk"`
	AIC      hexBytes `json:"a_ic"`
	CAIC     hexBytes `json:"ca_ic"`
}

type hexBytes []byte

func (h *hexBytes) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	*h = b
	return err
}

func readJSON(t testing.TB, name string, v any) {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatal(err)
	}
}

func readVector(t testing.TB, example string) (v vector) {
	t.Helper()
	readJSON(t, "icao9303-11-"+example+".json", &v)
	return v
}

func information(m lds.Mapping, c sm.Cipher, parameterID int) lds.PACEInfo {
	arc := map[lds.Mapping]int{lds.GenericMapping: 2, lds.IntegratedMapping: 4, lds.ChipAuthenticationMapping: 6}[m]
	return lds.PACEInfo{
		OID:       []int{0, 4, 0, 127, 0, 7, 2, 2, 4, arc, int(c)},
		Agreement: lds.ECDH, Mapping: m, Cipher: c, Version: 2, ParameterID: parameterID,
	}
}

func infoG1() lds.PACEInfo { return information(lds.GenericMapping, sm.AES128, 13) }
func infoH1() lds.PACEInfo { return information(lds.IntegratedMapping, sm.AES128, 13) }
func infoI1() lds.PACEInfo { return information(lds.ChipAuthenticationMapping, sm.AES128, 13) }

// object is a data object with a length of one byte.
func object(tag byte, value ...[]byte) []byte {
	b := []byte{tag, 0}
	for _, v := range value {
		b = append(b, v...)
	}
	if len(b)-2 > 127 {
		panic("length of more than one byte")
	}
	b[1] = byte(len(b) - 2)
	return b
}

// mse is MSE:Set AT as it goes out, with the domain parameters named by tag 84,
// which the publications omit.
func mse(oid []byte, password, parameters byte) []byte {
	data := append(object(0x80, oid), 0x83, 1, password, 0x84, 1, parameters)
	return append([]byte{0x00, 0x22, 0xC1, 0xA4, byte(len(data))}, data...)
}

// conversation is MSE:Set AT and the four steps, of which the values of the
// dynamic authentication data are given.
func conversation(mse []byte, steps [4][2][]byte) *script {
	s := &script{steps: [][2][]byte{{mse, {0x90, 0x00}}}}
	for i, step := range steps {
		command, answer := object(0x7C, step[0]), object(0x7C, step[1])
		class := byte(0x10)
		if i == 3 {
			class = 0x00
		}
		command = append([]byte{class, 0x86, 0, 0, byte(len(command))}, append(command, 0)...)
		s.steps = append(s.steps, [2][]byte{command, append(answer, 0x90, 0x00)})
	}
	return s
}
