package doctor

import (
	"context"
	"encoding/xml"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// driverFolders are where pcsc-lite looks for drivers in the packages of
// distributions.
func driverFolders() []string {
	return []string{
		"/usr/lib/pcsc/drivers", "/usr/lib64/pcsc/drivers", "/usr/local/lib/pcsc/drivers", "/usr/local/pcsc/drivers",
		"/usr/lib/x86_64-linux-gnu/pcsc/drivers", "/usr/lib/aarch64-linux-gnu/pcsc/drivers",
	}
}

// drivers is what is installed.
type drivers struct {
	known  bool // a folder of drivers was found and could be read
	serial int  // drivers that are named in reader.conf, such as vpcd
	usb    []usbDriver
}

// usbDriver is one bundle with the devices that it serves.
type usbDriver struct {
	serves   map[[2]uint16]bool
	anyClass bool // serves every device of the class
}

func (d drivers) serves(dev device) bool {
	for _, u := range d.usb {
		if u.anyClass || u.serves[[2]uint16{dev.vendor, dev.product}] {
			return true
		}
	}
	return false
}

// checkDrivers looks for drivers, and for devices that no driver serves or that
// the kernel keeps for itself. In a sandbox neither is to be seen.
func (x *examination) checkDrivers(context.Context) error {
	if x.sandbox() != "" || x.has(ServiceNotInstalled) {
		return nil
	}
	x.devices = x.smartCardDevices()
	installed := x.installedDrivers()
	// Where the service lists readers, its drivers are in a folder of its own.
	if len(installed.usb) == 0 && installed.serial == 0 && len(x.report.Readers) == 0 {
		x.found(DriverMissing, strings.Join(driverFolders()[:2], ", "))
	}
	for _, dev := range x.devices {
		switch {
		case dev.kernelDriver != "":
			x.found(KernelDriver, fmt.Sprintf("%v: %s", dev, dev.kernelDriver))
		case installed.known && !x.has(DriverMissing) && !installed.serves(dev):
			x.found(DriverUnknownReader, dev.String())
		}
	}
	return nil
}

func (x *examination) installedDrivers() (d drivers) {
	for _, folder := range driverFolders() {
		entries, err := fs.ReadDir(x.Files, relative(folder))
		if err != nil {
			continue
		}
		d.known = true
		for _, e := range entries {
			if strings.HasSuffix(e.Name(), ".bundle") {
				if info := x.raw(path.Join(folder, e.Name(), "Contents/Info.plist")); info != "" {
					d.usb = append(d.usb, parseBundle(info))
				}
			}
		}
		if serial, err := fs.ReadDir(x.Files, relative(folder+"/serial")); err == nil {
			d.serial += len(serial)
		}
	}
	return d
}

// classDriver is how a bundle says that it serves the whole class.
const classDriver = "CCIDCLASSDRIVER"

// maxBundleDevices bounds the table of one bundle; libccid has some 700.
const maxBundleDevices = 10_000

// parseBundle reads the property list of a driver: the vendors and the products
// stand in two arrays of the same order. A list that cannot be read serves
// nothing.
func parseBundle(info string) usbDriver {
	d := usbDriver{serves: map[[2]uint16]bool{}, anyClass: strings.Contains(info, classDriver)}
	arrays := propertyArrays(info)
	vendors, products := arrays["ifdVendorID"], arrays["ifdProductID"]
	for i := range min(len(vendors), len(products), maxBundleDevices) {
		vendor, errVendor := strconv.ParseUint(strings.TrimSpace(vendors[i]), 0, 16)
		product, errProduct := strconv.ParseUint(strings.TrimSpace(products[i]), 0, 16)
		if errVendor == nil && errProduct == nil {
			d.serves[[2]uint16{uint16(vendor), uint16(product)}] = true
		}
	}
	return d
}

// propertyArrays are the arrays of strings of a property list, by their keys.
func propertyArrays(list string) map[string][]string {
	arrays := map[string][]string{}
	decoder := xml.NewDecoder(strings.NewReader(list))
	decoder.Strict = false
	var key, element string
	for {
		token, err := decoder.Token()
		if err != nil {
			return arrays
		}
		switch t := token.(type) {
		case xml.StartElement:
			element = t.Name.Local
		case xml.EndElement:
			element = ""
		case xml.CharData:
			switch element {
			case "key":
				key = string(t)
			case "string":
				arrays[key] = append(arrays[key], string(t))
			}
		}
	}
}
