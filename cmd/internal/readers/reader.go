package readers

// Reader is a card reader as last seen; the fields are those of pcsc.Reader.
type Reader struct {
	Name    string
	Present bool
	Mute    bool
	InUse   bool
	ATR     []byte
}

// Event is something that happened at a reader or to the service, as
// pcsc.Event tells it.
type Event struct {
	Kind   string // the name of the pcsc.EventKind, such as "CardInserted"
	Reader Reader
	Err    error
}
