"""Writes the list of ONNX's operators that the checker of models is held to.

    python oracle/make_onnx_operators.py

Makes src/onnx/check/operators.txt from Python's package onnx 1.23.2.
"""

import pathlib

import onnx
from onnx import defs

PINNED = "1.23.2"
LIST = pathlib.Path(__file__).parent.parent / "src" / "onnx" / "check" / "operators.txt"
LETTERS = {"Single": "1", "Optional": "?", "Variadic": "*"}
DOMAINS = {"", "ai.onnx.ml", "ai.onnx.preview.training"}


def count(least, most, parameters):
    """`2-3/11?`: how few, how many ("*" without end), and which must be there."""
    most = "*" if most > 1_000_000 else most
    return f"{least}-{most}/" + "".join(LETTERS[one.option.name] for one in parameters)


def line(schema):
    """One version of an operator."""
    words = [
        schema.domain or "ai.onnx",
        schema.name,
        str(schema.since_version),
        "removed" if schema.deprecated else "there",
        count(schema.min_input, schema.max_input, schema.inputs),
        count(schema.min_output, schema.max_output, schema.outputs),
    ]
    for name in sorted(schema.attributes):
        attribute = schema.attributes[name]
        required = "!" if attribute.required else ""
        words.append(f"{name}:{attribute.type.name.lower()}{required}")
    return " ".join(words)


def main():
    if onnx.__version__ != PINNED:
        raise SystemExit(f"the list is of onnx {PINNED}, and this is {onnx.__version__}")
    schemas = [one for one in defs.get_all_schemas_with_history() if one.domain in DOMAINS]
    schemas.sort(key=lambda one: (one.domain, one.name, one.since_version))
    lines = [f"# Written by oracle/make_onnx_operators.py with onnx {PINNED}: the operators of ONNX."]
    lines += [line(schema) for schema in schemas]
    LIST.write_text("\n".join(lines) + "\n", encoding="ascii")
    print(f"{LIST}: {len(schemas)} versions of operators")


if __name__ == "__main__":
    main()
