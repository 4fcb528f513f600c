#!/bin/sh
# Makes the SPECIMEN certificates of this folder with OpenSSL 3. The private
# keys are thrown away. Run it in this folder; the tests need no particular key.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/ext.cnf" <<'END'
[req]
distinguished_name = dn
[dn]
[csca]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
2.5.29.16 = ASN1:SEQUENCE:period
issuerAltName = dirName:alt
subjectAltName = dirName:alt
crlDistributionPoints = URI:http://csca.example/crl
certificatePolicies = 2.5.29.32.0
[alt]
L = UTO
[period]
from = IMPLICIT:0,GENERALIZEDTIME:20260101000000Z
to = IMPLICIT:1,GENERALIZEDTIME:20310101000000Z
[ds]
keyUsage = critical,digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
2.16.840.1.113730.1.13 = ASN1:UTF8String:SPECIMEN
2.23.136.1.1.6.1 = DER:0500
2.23.136.1.1.6.2 = ASN1:SEQUENCE:types
[types]
version = INTEGER:0
list = SET:codes
[codes]
p = PRINTABLESTRING:P
id = PRINTABLESTRING:ID
[lab]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
2.25.203877467912930218650397571128396205451 = critical,DER:0500
[labnotcritical]
keyUsage = critical,digitalSignature
2.25.203877467912930218650397571128396205451 = DER:0500
[labvalue]
keyUsage = critical,digitalSignature
2.25.203877467912930218650397571128396205451 = critical,DER:0101FF
[unknown]
keyUsage = critical,digitalSignature
1.3.6.1.4.1.99999.1 = critical,DER:0500
END

self() { # name, section, key, further options of req
	name=$1 section=$2 key=$3
	shift 3
	openssl req -new -x509 -config "$work/ext.cnf" -extensions "$section" -key "$key" \
		-subj "/C=ut/O=SPECIMEN/CN=CSCA $name" -days 7300 -set_serial 0x1234 \
		-outform DER -out "$name.der" "$@"
}

rsa() { openssl genpkey -quiet -algorithm "$2" -pkeyopt "rsa_keygen_bits:$3" -out "$work/$1"; }
ec() { openssl ecparam -name "$2" -param_enc "$3" -genkey -noout -out "$work/$1"; }

rsa rsa RSA 2048
rsa rsa1024 RSA 1024
rsa rsa5120 RSA 5120
rsa pss RSA-PSS 2048
ec p256 prime256v1 named_curve
ec p256x prime256v1 explicit
ec bp256 brainpoolP256r1 named_curve
ec bp256x brainpoolP256r1 explicit
ec bp384x brainpoolP384r1 explicit
ec k256x secp256k1 explicit

self rsa-pkcs1 csca "$work/rsa" -sha256
self rsa-sha1 csca "$work/rsa" -sha1
self rsa-pss csca "$work/rsa" -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32
self rsa-pss-sha512 csca "$work/rsa" -sha512 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:64
self rsa-pss-key csca "$work/pss" -sha256
self rsa-1024 csca "$work/rsa1024" -sha256
self rsa-5120 csca "$work/rsa5120" -sha256
self ec-p256-named csca "$work/p256" -sha256
self ec-p256-explicit csca "$work/p256x" -sha256
self ec-brainpool256-named csca "$work/bp256" -sha256
self ec-brainpool256-explicit csca "$work/bp256x" -sha384
self ec-brainpool384-explicit csca "$work/bp384x" -sha384
self ec-secp256k1-explicit csca "$work/k256x" -sha256
self lab lab "$work/p256" -sha256
self lab-not-critical labnotcritical "$work/p256" -sha256
self lab-value labvalue "$work/p256" -sha256
self unknown-critical unknown "$work/p256" -sha256

# A document signer under rsa-pkcs1.
openssl req -new -config "$work/ext.cnf" -key "$work/p256" -subj "/C=UT/O=SPECIMEN/CN=DS 1" -out "$work/ds.csr"
openssl x509 -req -in "$work/ds.csr" -CA rsa-pkcs1.der -CAkey "$work/rsa" -set_serial -5 -days 3650 \
	-sha256 -extfile "$work/ext.cnf" -extensions ds -outform DER -out ds.der
