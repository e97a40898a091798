"""Python's base64 on the same 1 MiB as the benchmark beside this file; prints GB/s of bytes."""

import base64
import timeit

data = bytes((i * 0x9E3779B9 >> 16) & 0xFF for i in range(1 << 20))
text = base64.b64encode(data)
for name, call in [
    ("Python encode", lambda: base64.b64encode(data)),
    ("Python decode", lambda: base64.b64decode(text)),
    ("Python decode, strict", lambda: base64.b64decode(text, validate=True)),
]:
    best = min(timeit.repeat(call, number=10, repeat=10)) / 10
    print(f"{name}: {len(data) / best / 1e9:.2f} GB/s")
