package doctor

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"cnie.example/card"
	"cnie.example/web/language"
	"cnie.example/web/problem"
)

// machine is one where everything is as it should be: pcscd with libccid, one
// contactless reader that the driver knows.
func machine() (Machine, fstest.MapFS) {
	files := fstest.MapFS{
		"run/pcscd/pcscd.comm": {Mode: fs.ModeSocket | 0o777},
		"usr/sbin/pcscd":       {Mode: 0o755},
		"usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/Info.plist": {Data: []byte(bundle("0x072F", "0x223B"))},
	}
	plug(files, "1-2", "072f", "223b", levelExtended)
	return Machine{
		OS: "linux", Files: files, Env: func(string) string { return "" }, Dial: serving(4, 4),
		Readers: func(context.Context) ([]Reader, error) { return []Reader{{Name: "ACS ACR1251 PICC 00 00"}}, nil },
		MaxLe:   func(string, []byte) int { return 0 },
	}, files
}

const levelExtended = 0x00040000

// bundle is the property list of a driver for one device.
func bundle(vendor, product string) string {
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "https://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>CFBundleName</key> <string>SPECIMEN</string>
<key>ifdVendorID</key> <array> <string>0x0000</string> <string>%s</string> </array>
<key>ifdProductID</key> <array> <string>0x0001</string> <string>%s</string> </array>
</dict></plist>`, vendor, product)
}

// plug puts a USB device with a smart card interface into the files of sysfs.
func plug(files fstest.MapFS, port, vendor, product string, level uint32) {
	folder := "sys/bus/usb/devices/"
	descriptor := make([]byte, descriptorSize)
	descriptor[0], descriptor[1] = descriptorSize, descriptorCCID
	binary.LittleEndian.PutUint32(descriptor[offsetFeatures:], level|0x30)
	for name, content := range map[string][]byte{
		port + "/idVendor": []byte(vendor + "\n"), port + "/idProduct": []byte(product + "\n"),
		port + "/manufacturer": []byte("SPECIMEN\n"), port + "/product": []byte("Reader\n"),
		port + "/descriptors":              append([]byte{2, 1}, descriptor...),
		port + ":1.0" + "/bInterfaceClass": []byte("0b\n"),
	} {
		files[folder+name] = &fstest.MapFile{Data: content}
	}
}

// serving is a service of that version.
func serving(major, minor uint32) func(context.Context, string) (net.Conn, error) {
	return func(context.Context, string) (net.Conn, error) {
		here, there := net.Pipe()
		go func() {
			defer there.Close()
			question := make([]byte, 20)
			if _, err := io.ReadFull(there, question); err != nil || binary.NativeEndian.Uint32(question[4:]) != commandVersion {
				return
			}
			answer := binary.NativeEndian.AppendUint32(nil, major)
			answer = binary.NativeEndian.AppendUint32(answer, minor)
			_, _ = there.Write(binary.NativeEndian.AppendUint32(answer, 0))
		}()
		return here, nil
	}
}

// closing is a service that closes every connection.
func closing(context.Context, string) (net.Conn, error) {
	here, there := net.Pipe()
	there.Close()
	return here, nil
}

func failing(err error) func(context.Context, string) (net.Conn, error) {
	return func(context.Context, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: err}
	}
}

func environment(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func readers(list ...Reader) func(context.Context) ([]Reader, error) {
	return func(context.Context) ([]Reader, error) {
		if len(list) == 0 {
			return nil, card.ErrNoReader
		}
		return list, nil
	}
}

func noService(context.Context) ([]Reader, error) {
	return nil, fmt.Errorf("list readers: %w", card.ErrNoService)
}

// Each fault of a machine gives its finding and no other. Catches a fault that
// is not seen, is taken for another, or draws findings that only follow from it.
func TestFindings(t *testing.T) {
	const nothing Name = ""
	picc := Reader{Name: "ACS ACR1251 PICC 00 00", Present: true, ATR: []byte{0x3B, 0x80, 0x80, 0x01, 0x01}}
	for name, c := range map[string]struct {
		spoil  func(*Machine, fstest.MapFS)
		want   Name
		detail string
	}{
		"good":    {func(*Machine, fstest.MapFS) {}, nothing, ""},
		"a card":  {func(m *Machine, _ fstest.MapFS) { m.Readers = readers(picc) }, nothing, ""},
		"windows": {func(m *Machine, f fstest.MapFS) { m.OS = "windows"; clear(f) }, nothing, ""},
		"built without cgo": {func(m *Machine, _ fstest.MapFS) {
			m.WithoutPCSC, m.Readers = true, noService
		}, BuiltWithoutPCSC, ""},
		"variable to nowhere": {func(m *Machine, _ fstest.MapFS) {
			m.Env, m.Readers = environment(map[string]string{socketVariable: "/nowhere/pcscd.comm"}), noService
		}, SocketVariable, "/nowhere/pcscd.comm"},
		"variable to a file": {func(m *Machine, f fstest.MapFS) {
			f["srv/file"] = &fstest.MapFile{}
			m.Env, m.Readers = environment(map[string]string{socketVariable: "/srv/file"}), noService
		}, SocketVariable, "/srv/file"},
		"relative variable": {func(m *Machine, f fstest.MapFS) {
			f["pcscd.comm"] = &fstest.MapFile{Mode: fs.ModeSocket}
			m.Env, m.Readers = environment(map[string]string{socketVariable: "pcscd.comm"}), noService
		}, SocketVariable, "pcscd.comm"},
		"variable to another service": {func(m *Machine, f fstest.MapFS) {
			f["srv/pcscd.comm"] = &fstest.MapFile{Mode: fs.ModeSocket}
			delete(f, "run/pcscd/pcscd.comm")
			m.Env = environment(map[string]string{socketVariable: "/srv/pcscd.comm"})
		}, nothing, ""},
		"not installed": {func(m *Machine, f fstest.MapFS) {
			delete(f, "run/pcscd/pcscd.comm")
			delete(f, "usr/sbin/pcscd")
			m.Readers = noService
		}, ServiceNotInstalled, defaultSocket},
		"not started": {func(m *Machine, f fstest.MapFS) {
			delete(f, "run/pcscd/pcscd.comm")
			m.Readers = noService
		}, ServiceNotRunning, ""},
		"socket left behind": {func(m *Machine, _ fstest.MapFS) {
			m.Dial, m.Readers = failing(errors.New("connection refused")), noService
		}, ServiceNotRunning, ""},
		"no permission": {func(m *Machine, _ fstest.MapFS) {
			m.Dial, m.Readers = failing(fs.ErrPermission), noService
		}, SocketPermission, defaultSocket},
		"refused by polkit": {func(m *Machine, _ fstest.MapFS) { m.Dial, m.Readers = closing, noService }, AccessRefused, defaultSocket},
		"nonsense":          {func(m *Machine, _ fstest.MapFS) { m.Dial, m.Readers = serving(0, 70000), noService }, ServiceSilent, ""},
		"another version":   {func(m *Machine, _ fstest.MapFS) { m.Dial, m.Readers = serving(4, 5), noService }, ProtocolMismatch, "4:5"},
		"another version in a snap": {func(m *Machine, _ fstest.MapFS) {
			m.Dial, m.Readers = serving(4, 5), noService
			m.Env = environment(map[string]string{"SNAP": "/snap/cnie/1", "SNAP_NAME": "cnie"})
		}, ProtocolMismatch, "4:5, snap cnie"},
		"closed flatpak": {func(m *Machine, f fstest.MapFS) {
			clear(f)
			f[".flatpak-info"] = &fstest.MapFile{}
			m.Readers, m.Env = noService, environment(map[string]string{"FLATPAK_ID": "example.cnie"})
		}, SandboxClosed, "flatpak example.cnie"},
		"no service elsewhere": {func(m *Machine, _ fstest.MapFS) { m.OS, m.Readers = "darwin", noService }, NoService, "list readers: smart card service not running"},
		"no driver": {func(m *Machine, f fstest.MapFS) {
			delete(f, "usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/Info.plist")
			m.Readers = readers()
		}, DriverMissing, ""},
		"drivers elsewhere": {func(_ *Machine, f fstest.MapFS) {
			delete(f, "usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/Info.plist")
		}, nothing, ""},
		"unknown to the driver": {func(m *Machine, f fstest.MapFS) {
			f["usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/Info.plist"].Data = []byte(bundle("0x072F", "0x0001"))
			m.Readers = readers()
		}, DriverUnknownReader, "SPECIMEN Reader (072f:223b)"},
		"driver for all": {func(_ *Machine, f fstest.MapFS) {
			f["usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/Info.plist"].Data = []byte("<key>CFBundleName</key><string>CCIDCLASSDRIVER</string>")
		}, nothing, ""},
		"kernel driver": {func(m *Machine, f fstest.MapFS) {
			f["sys/bus/usb/drivers/pn533_usb/1-2:1.0"] = &fstest.MapFile{Mode: fs.ModeDir}
			m.Readers = readers()
		}, KernelDriver, "SPECIMEN Reader (072f:223b): pn533_usb"},
		"not taken": {func(m *Machine, _ fstest.MapFS) { m.Readers = readers() }, ReaderNotTaken, "SPECIMEN Reader (072f:223b)"},
		"no reader": {func(m *Machine, f fstest.MapFS) {
			for name := range f {
				if strings.HasPrefix(name, "sys/") {
					delete(f, name)
				}
			}
			m.Readers = readers()
		}, NoReader, ""},
		"no antenna": {func(m *Machine, _ fstest.MapFS) { m.Readers = readers(Reader{Name: "Gemalto PC Twin Reader 00 00"}) }, NoContactless, "Gemalto PC Twin Reader 00 00"},
		"known fault": {func(m *Machine, _ fstest.MapFS) {
			m.Readers = readers(Reader{Name: "ACS ACR1281 1S Dual Reader 00 01"})
		}, ExtendedLength, ""},
		"short only": {func(_ *Machine, f fstest.MapFS) { plug(f, "1-2", "072f", "223b", levelShortAPDU) }, ShortLength, "SPECIMEN Reader (072f:223b)"},
		"short before": {func(m *Machine, _ fstest.MapFS) {
			m.Readers = readers(picc, Reader{Name: "ACS ACR1251 SAM 00 01"}) // of which nothing is known without a card
			m.MaxLe = func(reader string, atr []byte) int {
				if reader == picc.Name && bytes.Equal(atr, picc.ATR) || atr == nil {
					return 256
				}
				return 0
			}
		}, LengthRemembered, picc.Name + ": 256"},
		"mute card":   {func(m *Machine, _ fstest.MapFS) { r := picc; r.Mute = true; m.Readers = readers(r) }, CardMute, picc.Name},
		"card in use": {func(m *Machine, _ fstest.MapFS) { r := picc; r.InUse = true; m.Readers = readers(r) }, CardInUse, picc.Name},
	} {
		t.Run(name, func(t *testing.T) {
			m, files := machine()
			c.spoil(&m, files)
			report, err := Examine(t.Context(), m)
			if err != nil {
				t.Fatal(err)
			}
			if c.want == nothing && len(report.Findings) == 0 {
				return
			}
			if len(report.Findings) != 1 || report.Findings[0].Name != c.want || c.detail != "" && report.Findings[0].Detail != c.detail {
				t.Errorf("%+v", report.Findings)
			}
		})
	}
}

// A service that accepts and never answers ends with the examination's own
// patience or with the context. Catches a wait without end.
func TestInterrupted(t *testing.T) {
	m, _ := machine()
	ctx, cancel := context.WithCancel(t.Context())
	m.Readers = func(ctx context.Context) ([]Reader, error) {
		cancel()
		<-ctx.Done()
		return nil, ctx.Err()
	}
	report, err := Examine(ctx, m)
	if !errors.Is(err, context.Canceled) || slices.Contains(report.Checks, "pcsc") {
		t.Errorf("%v, %v", err, report.Checks)
	}
}

// Catches a service that accepts and never answers, and holds up the examination
// for longer than its patience, or than the person who interrupts it.
func TestSilentService(t *testing.T) {
	silent := func(context.Context, string) (net.Conn, error) {
		here, there := net.Pipe()
		go func() { _, _ = io.Copy(io.Discard, there) }()
		return here, nil
	}
	synctest.Test(t, func(t *testing.T) {
		m, _ := machine()
		m.Dial, m.Readers = silent, noService
		begun := time.Now()
		report, err := Examine(t.Context(), m)
		if err != nil || len(report.Findings) != 1 || report.Findings[0].Name != ServiceSilent || time.Since(begun) != patience {
			t.Errorf("%+v, %v after %v", report.Findings, err, time.Since(begun))
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		begun = time.Now()
		if _, err := Examine(ctx, m); !errors.Is(err, context.Canceled) || time.Since(begun) != time.Second {
			t.Errorf("interrupted: %v after %v", err, time.Since(begun))
		}
	})
}

// Catches a name without words, words in one language only, and two findings
// with the same words.
func TestTexts(t *testing.T) {
	seen := map[string]Name{}
	all := texts()
	if len(all) < 20 {
		t.Errorf("%d texts", len(all))
	}
	for name := range all {
		for _, tag := range []language.Tag{language.French, language.English} {
			text := Finding{Name: name}.Text(tag)
			for _, s := range []string{text.Title, text.Cause, text.Remedy} {
				if other, taken := seen[s]; taken || len(s) < 10 {
					t.Errorf("%s and %s share %q", name, other, s)
				}
				seen[s] = name
			}
			if strings.HasSuffix(text.Title, ".") || !strings.HasSuffix(text.Cause, ".") || !strings.HasSuffix(text.Remedy, ".") {
				t.Errorf("%s: %+v", name, text)
			}
			if tag == language.French && badFrench(text) {
				t.Errorf("%s: French spacing in %+v", name, text)
			}
		}
	}
}

// badFrench finds a sign that may begin a line.
func badFrench(text problem.Text) bool {
	whole := " " + text.Title + " " + text.Cause + " " + text.Remedy
	for i, r := range whole {
		if strings.ContainsRune(";?!»", r) && !strings.HasSuffix(whole[:i], "\u00a0") {
			return true
		}
	}
	return strings.Contains(whole, " :")
}

// Catches a reader that is taken for contactless by a part of a word, and one
// that is not recognised by its model or by its card.
func TestContactless(t *testing.T) {
	for name, want := range map[string]bool{
		"ACS ACR122U PICC Interface 00 00": true, "HID Global OMNIKEY 5022 Smart Card Reader 00 00": true,
		"Identiv CLOUD 4700 F Dual Interface Reader 00 01": true, "Virtual PCD 00 00": true,
		"SCM Microsystems Inc. SCL3711 reader & NFC device 00 00": true, "REINER SCT cyberJack RFID komfort 00 00": true,
		"Generic CLASSIC Reader 00 00": false, "Gemalto PC Twin Reader 00 00": false, "Alcor Micro AU9560 00 00": false,
	} {
		if got := isContactless(Reader{Name: name}); got != want {
			t.Errorf("%s: %t", name, got)
		}
	}
	if !isContactless(Reader{Name: "x", ATR: []byte{0x3B, 0x8B, 0x80, 0x01, 0x00}}) || isContactless(Reader{Name: "x", ATR: []byte{0x3B, 0xDB, 0x96, 0xFF, 0x80}}) {
		t.Error("answer to reset")
	}
}

// Catches a line of the table without a public source.
func TestLengthFaultsHaveSources(t *testing.T) {
	for _, f := range lengthFaults() {
		if f.model != strings.ToUpper(f.model) || !strings.HasPrefix(f.source, "https://") || f.fault == "" {
			t.Errorf("%+v", f)
		}
	}
}

// Descriptors and property lists come from devices and packages. Whatever they
// hold, nothing panics and nothing grows beyond the input.
func FuzzDevice(f *testing.F) {
	f.Add([]byte{2, 1, descriptorSize, descriptorCCID}, bundle("0x072F", "0x223B"))
	f.Add(append([]byte{descriptorSize, descriptorCCID}, make([]byte, descriptorSize-2)...), "<key>ifdVendorID</key><string>0x1</string>")
	f.Add([]byte{0, 0}, "<a")
	f.Add([]byte{9, descriptorCCID, 0x11, 1, 0, 1, 0x22, 0, 0}, "") // of a keyboard, under the same number
	f.Fuzz(func(t *testing.T, descriptors []byte, list string) {
		if exchangesShortOnly(descriptors) && len(descriptors) < descriptorSize {
			t.Error("no descriptor says so")
		}
		if d := parseBundle(list); len(d.serves) > len(list) {
			t.Errorf("%d devices of %d bytes", len(d.serves), len(list))
		}
	})
}
