package doctor

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

const (
	usbDevices = "/sys/bus/usb/devices"
	usbDrivers = "/sys/bus/usb/drivers"

	classSmartCard = 0x0B // bInterfaceClass (USB device class specification CCID, 4.3)

	maxFile = 1 << 20
)

// device is a USB device with an interface for smart cards.
type device struct {
	vendor, product uint16
	name            string
	kernelDriver    string // that holds the interface, when it keeps pcscd out
	shortOnly       bool   // exchanges short APDUs only
}

// String names the device for people, with its USB identifiers.
func (d device) String() string { return fmt.Sprintf("%s (%04x:%04x)", d.name, d.vendor, d.product) }

// smartCardDevices lists the USB devices with an interface for smart cards.
// Interfaces are folders such as 1-2:1.0 beside that of their device, 1-2.
func (x *examination) smartCardDevices() (devices []device) {
	entries, err := fs.ReadDir(x.Files, relative(usbDevices))
	if err != nil {
		return nil
	}
	for _, e := range entries {
		parent, _, isInterface := strings.Cut(e.Name(), ":")
		if !isInterface || x.hex(usbDevices+"/"+e.Name()+"/bInterfaceClass") != classSmartCard {
			continue
		}
		folder := usbDevices + "/" + parent
		devices = append(devices, device{
			vendor: x.hex(folder + "/idVendor"), product: x.hex(folder + "/idProduct"),
			name:         strings.TrimSpace(x.text(folder+"/manufacturer") + " " + x.text(folder+"/product")),
			kernelDriver: x.kernelDriver(e.Name()),
			shortOnly:    exchangesShortOnly([]byte(x.raw(folder + "/descriptors"))),
		})
	}
	return devices
}

// kernelDriver names a driver of the kernel that takes readers for itself.
func (x *examination) kernelDriver(usbInterface string) string {
	for _, driver := range []string{"pn533_usb", "pn533"} {
		if _, err := x.stat(usbDrivers + "/" + driver + "/" + usbInterface); err == nil {
			return driver
		}
	}
	return ""
}

// raw is the content of a small file, empty when it cannot be read.
func (x *examination) raw(file string) string {
	f, err := x.Files.Open(relative(file))
	if err != nil {
		return ""
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.IsDir() {
		return ""
	}
	b := make([]byte, 0, 512)
	for len(b) < maxFile {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := f.Read(b[len(b):min(cap(b), maxFile)])
		b = b[:len(b)+n]
		if err != nil {
			break
		}
	}
	return string(b)
}

func (x *examination) text(file string) string { return strings.TrimSpace(x.raw(file)) }

// hex reads a file with one hexadecimal number; 0 when it is anything else.
func (x *examination) hex(file string) uint16 {
	n, err := strconv.ParseUint(x.text(file), 16, 16)
	if err != nil {
		return 0
	}
	return uint16(n)
}

// The class descriptor of a smart card interface (CCID, 5.1).
const (
	descriptorCCID     = 0x21
	descriptorSize     = 0x36
	offsetFeatures     = 40
	levelMask          = 0x00070000 // of dwFeatures: what is exchanged with the reader
	levelShortAPDU     = 0x00020000
	minDescriptorBytes = 2
)

// exchangesShortOnly reads the descriptors of a device, one after the other,
// each with its length first. It is true when there is a smart card interface
// and every one exchanges short APDUs. Malformed descriptors say nothing.
func exchangesShortOnly(b []byte) bool {
	seen := false
	for len(b) >= minDescriptorBytes && int(b[0]) >= minDescriptorBytes && int(b[0]) <= len(b) {
		d := b[:b[0]]
		b = b[b[0]:]
		if d[1] != descriptorCCID || len(d) != descriptorSize {
			continue
		}
		if binary.LittleEndian.Uint32(d[offsetFeatures:])&levelMask != levelShortAPDU {
			return false
		}
		seen = true
	}
	return seen
}
