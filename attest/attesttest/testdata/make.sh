#!/bin/sh
# Makes the SPECIMEN keys of this folder anew. RSA-8192 takes a minute.
set -eu
cd "$(dirname "$0")"
key() { openssl genrsa -traditional -out "$1.pem" "$2"; }
key rsa-1024 1024
key rsa-2048-1 2048
key rsa-2048-2 2048
key rsa-4096-1 4096
key rsa-4096-2 4096
key rsa-8192 8192
