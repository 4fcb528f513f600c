package readers

// Reader is a card reader as last seen; the fields are those of pcsc.Reader.
type Reader struct {
	Name    string
	Present bool
	Mute    bool
	InUse   bool
	ATR     []byte
}
