package seal

import "encoding/binary"

// label separates what this package authenticates from every other use of the
// keys, and names the version of the layout.
const label = "cnie-seal-v1"

// Binding is what a sealed text belongs to. It is not in the text: who opens
// it has to know it.
type Binding struct {
	Purpose     string // what is sealed, such as "attest.Login": keeps the uses of a Ring apart
	Issuer      string // "iss" of the request
	Transaction string // "jti" of the request
	Step        string // where the transaction is
	Version     uint64 // counts up with each change of the state
	Policy      []byte // digest of the rules that the state was made under; may be empty
}

// associated is the additional data of the encryption: the label and the
// members in the order of the struct, each preceded by its length in four
// bytes, big-endian; the version is a member of eight bytes.
func (b Binding) associated() []byte {
	fields := [][]byte{
		[]byte(label), []byte(b.Purpose), []byte(b.Issuer), []byte(b.Transaction), []byte(b.Step),
		binary.BigEndian.AppendUint64(nil, b.Version), b.Policy,
	}
	var out []byte
	for _, f := range fields {
		out = binary.BigEndian.AppendUint32(out, uint32(len(f)))
		out = append(out, f...)
	}
	return out
}
