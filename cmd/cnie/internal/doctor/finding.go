package doctor

import (
	"cnie.example/web/language"
	"cnie.example/web/problem"
)

// Name is the stable name of what can be found.
type Name string

// What can be found, in the order in which it is looked for.
const (
	BuiltWithoutPCSC    Name = "built_without_pcsc"    // the program was built without cgo
	SocketVariable      Name = "socket_variable"       // PCSCLITE_CSOCK_NAME names no socket
	ServiceNotInstalled Name = "service_not_installed" // no pcscd
	ServiceNotRunning   Name = "service_not_running"   // pcscd is there, nothing listens
	SandboxClosed       Name = "sandbox_closed"        // the sandbox does not show the socket
	SocketPermission    Name = "socket_permission"     // the socket may not be opened
	AccessRefused       Name = "access_refused"        // the service refuses this user (polkit)
	ServiceSilent       Name = "service_silent"        // the service does not answer
	ProtocolMismatch    Name = "protocol_mismatch"     // library and service of different versions
	NoService           Name = "no_service"            // PC/SC does not answer, cause unknown
	DriverMissing       Name = "driver_missing"        // no driver at all
	KernelDriver        Name = "kernel_driver"         // a driver of the kernel holds the reader
	DriverUnknownReader Name = "driver_unknown_reader" // no driver knows the reader
	ReaderNotTaken      Name = "reader_not_taken"      // a driver knows it, PC/SC does not list it
	NoReader            Name = "no_reader"
	NoContactless       Name = "no_contactless"    // no reader with an antenna
	ExtendedLength      Name = "extended_length"   // a reader with a known fault
	ShortLength         Name = "short_length"      // a reader for short APDUs only
	LengthRemembered    Name = "length_remembered" // an earlier reading had to use shorter messages
	CardMute            Name = "card_mute"         // the card does not answer
	CardInUse           Name = "card_in_use"       // another program holds the card
)

// Finding is one thing that is wrong.
type Finding struct {
	Name Name
	// Detail is what was seen: a path, a device, the name of a reader. It may be
	// empty.
	Detail string
}

// Text gives title, cause and remedy in a language.
func (f Finding) Text(tag language.Tag) problem.Text {
	e := texts()[f.Name]
	if tag == language.English {
		return e.english
	}
	return e.french
}

type entry struct{ french, english problem.Text }
