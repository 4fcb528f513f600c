#!/bin/sh
# Makes the SPECIMEN security objects of this folder with OpenSSL 3: NAME.sod is
# EF.SOD, NAME.der the CSCA certificate it hangs under. Every signature and
# every digest is OpenSSL's. The private keys are thrown away. Run it in this
# folder; the tests need no particular key.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# LDSSecurityObject (ICAO Doc 9303-10, 4.6.2.3) with the digests of files whose
# content is "SPECIMEN DG" and the number.
object() { # digest
	cat <<END
asn1 = SEQUENCE:object
[object]
version = INTEGER:1
hash = SEQUENCE:hash
values = SEQUENCE:values
info = SEQUENCE:info
[hash]
oid = OID:$1
null = NULL
[info]
lds = PRINTABLESTRING:0108
unicode = PRINTABLESTRING:040000
[values]
END
	for n in 1 2 3 11 12 14; do echo "dg$n = SEQUENCE:dg$n"; done
	for n in 1 2 3 11 12 14; do
		echo "[dg$n]"
		echo "number = INTEGER:$n"
		echo "digest = FORMAT:HEX,OCTETSTRING:$(printf 'SPECIMEN DG%s' "$n" | openssl dgst "-$1" -r | cut -d' ' -f1)"
	done
}

cat > "$work/ext.cnf" <<'END'
[req]
distinguished_name = dn
[dn]
[csca]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ds]
keyUsage = critical,digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:http://csca.example/crl,URI:ldap://csca.example/C=UT?certificateRevocationList
certificatePolicies = 1.3.6.1.4.1.99999.2.1
issuerAltName = dirName:alt,URI:http://csca.example/,email:csca@csca.example
subjectAltName = dirName:alt,URI:http://csca.example/signer
2.5.29.16 = ASN1:SEQUENCE:period
2.23.136.1.1.6.2 = ASN1:SEQUENCE:types
[alt]
L = UTO
[period]
from = IMPLICIT:0,GENERALIZEDTIME:20260101000000Z
to = IMPLICIT:1,GENERALIZEDTIME:20310101000000Z
[types]
version = INTEGER:0
list = SET:codes
[codes]
p = PRINTABLESTRING:P
id = PRINTABLESTRING:ID
END

# sod NAME DIGEST KEY-OF-CSCA KEY-OF-DS OPTIONS-OF-CERTIFICATES OPTIONS-OF-CMS
sod() {
	name=$1 digest=$2
	openssl genpkey -quiet $3 -out "$work/csca.key"
	openssl genpkey -quiet $4 -out "$work/ds.key"
	openssl req -new -x509 -config "$work/ext.cnf" -extensions csca -key "$work/csca.key" "-$digest" \
		-subj "/C=UT/O=SPECIMEN/CN=CSCA $name" -days 7300 -set_serial 1 -outform DER -out "$name.der" $5
	openssl req -new -config "$work/ext.cnf" -key "$work/ds.key" -subj "/C=UT/O=SPECIMEN/CN=DS $name" -out "$work/ds.csr"
	openssl x509 -req -in "$work/ds.csr" -CA "$name.der" -CAkey "$work/csca.key" -set_serial 2 -days 3650 "-$digest" \
		-extfile "$work/ext.cnf" -extensions ds -out "$work/ds.pem" $5
	object "$digest" > "$work/object.cnf"
	openssl asn1parse -genconf "$work/object.cnf" -noout -out "$work/object.der"
	openssl cms -sign -nodetach -binary -in "$work/object.der" -econtent_type 2.23.136.1.1.1 -md "$digest" -nosmimecap \
		-signer "$work/ds.pem" -inkey "$work/ds.key" $6 -outform DER -out "$work/cms.der"
	length=$(wc -c < "$work/cms.der")
	{ printf "\\167\\202\\$(printf %o $((length / 256)))\\$(printf %o $((length % 256)))"; cat "$work/cms.der"; } > "$name.sod"
}

rsa() { echo "-algorithm RSA -pkeyopt rsa_keygen_bits:$1"; }
ec() { echo "-algorithm EC -pkeyopt ec_paramgen_curve:$1 -pkeyopt ec_param_enc:$2"; }

sod rsa sha256 "$(rsa 4096)" "$(rsa 2048)" "" ""
sod rsa-keyid sha512 "$(rsa 3072)" "$(rsa 2048)" "" "-keyid"
sod pss sha256 "$(rsa 3072)" "$(rsa 2048)" "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32" \
	"-keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:32"
sod p256 sha256 "$(ec prime256v1 explicit)" "$(ec prime256v1 named_curve)" "" ""
sod brainpool sha256 "$(ec brainpoolP256r1 explicit)" "$(ec brainpoolP256r1 explicit)" "" ""
sod brainpool384 sha384 "$(ec brainpoolP384r1 explicit)" "$(ec brainpoolP384r1 explicit)" "" ""
sod secp256k1 sha256 "$(ec secp256k1 explicit)" "$(ec secp256k1 explicit)" "" ""
sod sha1 sha1 "$(rsa 2048)" "$(rsa 2048)" "" ""
