#!/bin/sh
# Fails if a program holds code that only tests may hold: fuzz targets, the seals of forgers, or the call that replaces
# libsodium's randomness (bundle design 8.1, 8.3).
# usage: no_test_symbols.sh PROGRAM...
set -eu
for program in "$@"; do
  symbols=$({ nm -C "$program"; nm -CD "$program"; } 2>/dev/null)
  case $symbols in *crypto_*) ;; *) echo "$program: nm shows no symbol of libsodium, so this check means nothing"; exit 1 ;; esac
  if printf '%s\n' "$symbols" | grep -E 'tram::fuzz::|LLVMFuzzer|tram::[a-z:]*test::|tram::simulation::|randombytes_set_implementation'; then
    echo "$program: test symbols, listed above"
    exit 1
  fi
done
