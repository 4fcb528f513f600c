#!/bin/sh
# Makes the SPECIMEN authorities and revocation lists of this folder with OpenSSL
# 3. The private keys are thrown away. Run it in this folder.
set -eu
work=$(mktemp -d)
here=$(pwd)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > ca.cnf <<'END'
[req]
distinguished_name = dn
[dn]
[csca]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[ca]
default_ca = authority
[authority]
database = index.txt
crlnumber = number
default_md = sha256
[authority1]
database = index.txt
default_md = sha256
[usual]
authorityKeyIdentifier = keyid
[delta]
authorityKeyIdentifier = keyid
2.5.29.27 = critical,DER:020101
[deltanotcritical]
authorityKeyIdentifier = keyid
2.5.29.27 = DER:020101
[partial]
authorityKeyIdentifier = keyid
issuingDistributionPoint = critical,@scope
[scope]
onlyuser = TRUE
[indirect]
authorityKeyIdentifier = keyid
issuingDistributionPoint = critical,@indirectscope
[indirectscope]
indirectCRL = TRUE
[unknown]
authorityKeyIdentifier = keyid
1.3.6.1.4.1.99999.1 = critical,DER:0500
[lab]
authorityKeyIdentifier = keyid
2.25.203877467912930218650397571128396205451 = critical,DER:0500
END

# Status, end of validity, revocation with its reason, serial number, file, name.
line() { printf '%s\t%s\t%s\t%s\tunknown\t/C=UT/O=SPECIMEN/CN=DS\n' "$1" "$2" "$3" "$4"; }
{
	line R 360101000000Z 260301120000Z 0A
	line R 360101000000Z 260302120000Z,keyCompromise 00
	line V 360101000000Z '' 0B
	line R 360101000000Z 260303120000Z,CACompromise 7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF
	line R 360101000000Z 260304120000Z,keyTime,20260215000000Z 8000
	line R 360101000000Z 260305120000Z,superseded 010203
} > full.txt
: > none.txt

authority() { # name, key algorithm and its options
	name=$1
	shift
	openssl genpkey -quiet "$@" -out "$name.key"
	openssl req -new -x509 -config ca.cnf -extensions csca -key "$name.key" -sha256 \
		-subj "/C=UT/O=SPECIMEN/CN=CSCA $name" -days 7300 -set_serial 1 -outform PEM -out "$name.pem"
	openssl x509 -in "$name.pem" -outform DER -out "$here/$name.der"
}

list() { # name, authority, entries, section or -, further options of ca
	name=$1 authority=$2 entries=$3 section=$4
	shift 4
	cp "$entries.txt" index.txt
	rm -f index.txt.attr
	echo 1000 > number
	test "$section" = - || set -- -crlexts "$section" "$@"
	openssl ca -config ca.cnf -gencrl -cert "$authority.pem" -keyfile "$authority.key" \
		-crl_lastupdate 20260310120000Z -crl_nextupdate 20260609120000Z -out list "$@"
	openssl crl -in list -outform DER -out "$here/$name.crl"
}

authority list-rsa -algorithm RSA -pkeyopt rsa_keygen_bits:2048
authority list-brainpool -algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP256r1

list list-rsa list-rsa full usual
list list-pss list-rsa full usual -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32
list list-brainpool list-brainpool full usual
list list-empty list-rsa none usual
list list-sha1 list-rsa full usual -md sha1
list list-version1 list-rsa none - -name authority1
list list-delta list-rsa full delta
list list-delta-not-critical list-rsa full deltanotcritical
list list-partial list-rsa full partial
list list-indirect list-rsa full indirect
list list-unknown-critical list-rsa full unknown
list list-lab list-rsa full lab
