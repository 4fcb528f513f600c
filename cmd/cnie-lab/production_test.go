package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"cnie.example/card/vcard"
	"cnie.example/card/vcard/issuer"
	"cnie.example/card/vcard/vpcd"
	"cnie.example/cmd/cnie-lab/internal/lab"
	"cnie.example/pcsc/pcscd"
)

// The installed programs, as processes, with a real pcscd and a virtual card
// that nobody can tell from a real one but by its anchor. Would catch: a
// document of the laboratory that is believed outside of it, programs that work
// in the laboratory only, and a laboratory that is wired otherwise.
func TestPCSCProduction(t *testing.T) {
	if testing.Short() {
		t.Skip("builds two programs")
	}
	dir := t.TempDir()
	document, err := issuer.LoadLab("../../card/vcard/issuer/testdata/lab")
	if err != nil {
		t.Fatal(err)
	}
	profile := issuer.Specimen()
	present(t, dir, document, profile)
	p := newInstallation(t, dir)
	p.start("cnie-idp", "serve", "--origin", p.origin, "--listen", p.idp, "--agent-url", "http://"+p.agent,
		"--tls-cert", p.file("tls.pem"), "--tls-key", p.file("tls.key"), "--signing-key", p.file("signing.pem"), "--anchors", p.file("csca.pem"))
	p.start("cnie-agent", "--listen", p.agent, "--providers", p.file("providers.d"), "--verbose")

	report, err := lab.Visit(t.Context(), p.origin, p.roots, lab.Login{Level: "eidas1", CANs: []string{profile.CAN}, Language: "fr"})
	if err != nil {
		t.Fatalf("%v\n%s", err, p.output.Bytes())
	}
	if report.Refused == nil || report.Refused.Reason != "lab_document" || report.Lab || !slices.Equal(report.Verified, []string{"sod_syntax"}) {
		t.Errorf("got %v, lab %v, verified %v", report, report.Lab, report.Verified)
	}
	p.stop()
	for _, secret := range []string{profile.CAN, profile.DocumentNumber, profile.FamilyName} {
		if bytes.Contains(p.output.Bytes(), []byte(secret)) {
			t.Errorf("the programs wrote %q", secret)
		}
	}

	// Neither program has a way into the laboratory.
	if out, err := p.command("cnie-idp", "serve", "--origin", p.origin, "--listen", p.idp, "--tls-cert", p.file("tls.pem"), "--tls-key", p.file("tls.key"),
		"--signing-key", p.file("signing.pem"), "--anchors", "../../card/vcard/issuer/testdata/lab/csca.pem").CombinedOutput(); err == nil || !bytes.Contains(out, []byte("laboratory")) {
		t.Errorf("an anchor of the laboratory: %v\n%s", err, out)
	}
	record := p.read("providers.d/provider.json")
	p.write("providers.d/provider.json", bytes.Replace(record, []byte(`"name"`), []byte(`"lab": true, "name"`), 1))
	if out, err := p.command("cnie-agent", "--listen", p.agent, "--providers", p.file("providers.d")).CombinedOutput(); err == nil || !bytes.Contains(out, []byte("laboratory")) {
		t.Errorf("a provider of the laboratory: %v\n%s", err, out)
	}
}

// present puts a card of the laboratory into the virtual reader of a private
// pcscd whose socket is in dir.
func present(t *testing.T, dir string, document *issuer.Lab, profile issuer.Profile) {
	t.Helper()
	daemon, err := pcscd.Start(t.Context(), dir, pcscd.Options{})
	if errors.Is(err, pcscd.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(daemon.Stop)
	personalisation, err := document.Personalise(rand.Reader, profile)
	if err != nil {
		t.Fatal(err)
	}
	card, err := vcard.New(personalisation, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := daemon.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = vpcd.Serve(context.Background(), conn, card) }() // it ends with the daemon
}

// installation is a provider and an agent with their files.
type installation struct {
	t                  *testing.T
	dir                string
	origin, idp, agent string
	roots              *x509.CertPool
	output             output
	running            []*exec.Cmd
}

// output collects what several processes write.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

// Bytes is what was written so far.
func (o *output) Bytes() []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	return bytes.Clone(o.b.Bytes())
}

func newInstallation(t *testing.T, dir string) *installation {
	t.Helper()
	p := &installation{t: t, dir: dir, idp: freeAddress(t), agent: freeAddress(t), roots: x509.NewCertPool()}
	_, port, err := net.SplitHostPort(p.idp)
	if err != nil {
		t.Fatal(err)
	}
	p.origin = "https://localhost:" + port
	build := exec.Command("go", "build", "-o", dir, "cnie.example/cmd/cnie-agent", "cnie.example/cmd/cnie-idp")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p.certificates()
	if out, err := p.command("cnie-idp", "keygen", p.file("signing.pem")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	record, err := p.command("cnie-idp", "enrolment", "--origin", p.origin, "--signing-key", p.file("signing.pem"), "--tls-ca", p.file("tls.pem")).Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(p.file("providers.d"), 0o700); err != nil {
		t.Fatal(err)
	}
	p.write("providers.d/provider.json", record)
	return p
}

func (p *installation) file(name string) string { return filepath.Join(p.dir, name) }

func (p *installation) write(name string, content []byte) {
	p.t.Helper()
	if err := os.WriteFile(p.file(name), content, 0o600); err != nil {
		p.t.Fatal(err)
	}
}

func (p *installation) read(name string) []byte {
	p.t.Helper()
	content, err := os.ReadFile(p.file(name))
	if err != nil {
		p.t.Fatal(err)
	}
	return content
}

// certificates makes the provider's TLS certificate, which is its own root, and
// a country signing authority that has signed nothing.
func (p *installation) certificates() {
	p.t.Helper()
	now := time.Now()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		p.t.Fatal(err)
	}
	cert := p.selfSigned(&x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "SPECIMEN"}, DNSNames: []string{"localhost"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}, &key.PublicKey, key, "tls.pem")
	p.roots.AddCert(cert)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		p.t.Fatal(err)
	}
	p.write("tls.key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))

	authority, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		p.t.Fatal(err)
	}
	p.selfSigned(&x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{Country: []string{"FR"}, CommonName: "CSCA SPECIMEN"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, SubjectKeyId: []byte{1, 2, 3, 4},
	}, &authority.PublicKey, authority, "csca.pem")
}

func (p *installation) selfSigned(template *x509.Certificate, public, private any, name string) *x509.Certificate {
	p.t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		p.t.Fatal(err)
	}
	p.write(name, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		p.t.Fatal(err)
	}
	return cert
}

// command is an installed program that knows the private pcscd.
func (p *installation) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(p.file(name), args...)
	cmd.Env = append(os.Environ(), pcscd.SocketVariable+"="+pcscd.Socket(p.dir))
	return cmd
}

// start runs a server until the end of the test and waits until it answers.
func (p *installation) start(name string, args ...string) {
	p.t.Helper()
	cmd := p.command(name, args...)
	cmd.Stdout, cmd.Stderr = &p.output, &p.output
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.running = append(p.running, cmd)
	p.t.Cleanup(p.stop)
	address := map[string]string{"cnie-idp": p.idp, "cnie-agent": p.agent}[name]
	for range 200 {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	p.t.Fatalf("%s does not listen\n%s", name, p.output.Bytes())
}

// stop ends the servers as an administrator does and takes note when one fails.
func (p *installation) stop() {
	p.t.Helper()
	for _, cmd := range p.running {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			p.t.Errorf("%s ended by itself: %v", cmd.Path, err)
		}
		if err := cmd.Wait(); err != nil {
			p.t.Errorf("%s: %v\n%s", cmd.Path, err, p.output.Bytes())
		}
	}
	p.running = nil
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
