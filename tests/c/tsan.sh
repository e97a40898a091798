#!/usr/bin/env bash
# Runs a stress program under ThreadSanitizer, with the runtime instrumented too, so that its
# atomics are understood and nothing needs to be suppressed.
#
#     tests/c/tsan.sh [PROGRAM [ROUNDS]]      PROGRAM is stress_concurrent or stress_sync
#
# The sanitizer is an unstable option of rustc, hence RUSTC_BOOTSTRAP. The standard library is not
# instrumented; what the runtime uses of its atomics and locks is generic or inlined, and is. GCC's
# own runtime of the sanitizer lacks functions that LLVM's instrumentation calls, so rustc's is linked.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=${1:-stress_concurrent}
host=$(rustc -vV | sed -n 's/^host: //p')
target=${CARGO_TARGET_DIR:-target}/tsan
runtime=$(rustc --print sysroot)/lib/rustlib/$host/lib/librustc-stable_rt.tsan.a

RUSTC_BOOTSTRAP=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_TARGET_DIR=$target \
    RUSTFLAGS="-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer" \
    cargo rustc --quiet --release --package simple-runtime-artifact --lib \
    --crate-type staticlib --target "$host"

gcc -std=c11 -D_POSIX_C_SOURCE=200809L -g -O1 -fsanitize=thread -Iffi-facade/include -Itests/c \
    -c "tests/c/$program.c" -o "$target/$program.o"
g++ -no-pie "$target/$program.o" "$target/$host/release/libsimple_runtime.a" \
    -Wl,--whole-archive "$runtime" -Wl,--no-whole-archive -lpthread -lm -ldl -lrt \
    -o "$target/$program"

# The sanitizer wants its shadow memory at fixed addresses, which randomised ones may take.
exec setarch -R "$target/$program" "${2:-5000}"
