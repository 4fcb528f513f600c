#!/bin/sh
# Makes the self-signed SPECIMEN certificates with unusual RSA keys and
# signatures of this folder with OpenSSL 3: known answers for what crypto/rsa
# does not verify. The private keys are thrown away. Run it in this folder; the
# tests need no particular key.
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
END

key() { # name, bits, exponent, further options of genpkey
	name=$1 bits=$2 exponent=$3
	shift 3
	openssl genpkey -quiet -algorithm RSA -pkeyopt "rsa_keygen_bits:$bits" \
		-pkeyopt "rsa_keygen_pubexp:$exponent" -out "$work/$name" "$@"
}

self() { # name, key, further options of req
	name=$1 key=$2
	shift 2
	openssl req -new -x509 -config "$work/ext.cnf" -extensions csca -key "$work/$key" \
		-subj "/C=UT/O=SPECIMEN/CN=CSCA $name" -days 7300 -set_serial 0x1234 \
		-outform DER -out "$name.der" "$@"
}

pss() { # name, key, hash, salt length, hash of MGF1
	self "$1" "$2" "-$3" -sigopt rsa_padding_mode:pss -sigopt "rsa_pss_saltlen:$4" -sigopt "rsa_mgf1_md:$5"
}

key usual 2048 65537
# The encoded message of PSS is one octet shorter than this modulus. OpenSSL
# makes an odd number of bits of three primes only.
key odd 2049 65537 -pkeyopt rsa_keygen_primes:3
key small 2047 65537
key long 4098 65537
key e31 2048 2147483647 # the highest exponent of crypto/rsa
key e32 2048 4294967295 # the highest that is used unless the operator raises it
key e33 2048 4294967297
key e64 2048 18446744073709551615
key e65 2048 18446744073709551617

self rsa-2047 small -sha256
self rsa-4098 long -sha256
self rsa-e31 e31 -sha256
self rsa-e32 e32 -sha256
self rsa-e33 e33 -sha384
self rsa-e64 e64 -sha512
self rsa-e65 e65 -sha256
pss rsa-e32-pss e32 sha256 32 sha256
pss rsa-pss-salt0 usual sha256 0 sha256
pss rsa-pss-salt0-odd odd sha256 0 sha256
pss rsa-pss-odd odd sha384 48 sha384
pss rsa-pss-salt-most usual sha256 222 sha256
pss rsa-pss-mask512 usual sha256 32 sha512
pss rsa-pss-mask224 odd sha512 64 sha224
pss rsa-pss-mask1 usual sha256 20 sha1
