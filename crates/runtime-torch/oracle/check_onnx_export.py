"""Checks the ONNX models that examples/export_onnx.rs writes with the official packages.

    cargo run -p runtime-torch --features pytorch --example export_onnx -- FOLDER
    python oracle/check_onnx_export.py FOLDER

Each model passes onnx.checker with full_check, has its weights as initializers that are no inputs and uses the
standard operators only; and ONNX Runtime gives for it what LibTorch gave, for each batch that was saved.
"""

import collections
import pathlib
import sys

import numpy
import onnx
import onnxruntime

TYPES = {"tensor(bool)": bool, "tensor(double)": numpy.float64}


def check(path, operators):
    """One model, with its inputs and results beside it. Returns the largest difference."""
    model = onnx.load(str(path))
    onnx.checker.check_model(model, full_check=True)
    assert {entry.domain for entry in model.opset_import} == {""}, "another domain"
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = {value.name for value in model.graph.input}
    assert not weights & inputs, "a weight is an input"
    operators.update(node.op_type for node in model.graph.node)

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 2
    session = onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
    cases = collections.defaultdict(lambda: {"in": [], "out": []})
    saved = numpy.load(path.with_suffix(".npz"))
    for key in sorted(saved.files):
        batch, kind, _ = key.split("_")
        cases[int(batch)][kind].append(saved[key])
    worst = 0.0
    for batch, case in cases.items():
        feed = {}
        for value, array in zip(session.get_inputs(), case["in"], strict=True):
            feed[value.name] = array.astype(bool) if value.type == "tensor(bool)" else array
        results = session.run(None, feed)
        assert len(results) == len(case["out"]), f"{len(results)} results, not {len(case['out'])}"
        for place, (actual, wanted) in enumerate(zip(results, case["out"])):
            if actual.dtype == bool:
                wanted = wanted.astype(bool)
            assert actual.dtype == wanted.dtype, f"output {place} is {actual.dtype}, not {wanted.dtype}"
            assert actual.shape == wanted.shape, f"batch {batch}, output {place}: {actual.shape}, not {wanted.shape}"
            numpy.testing.assert_allclose(
                actual, wanted, rtol=1e-5, atol=1e-5, err_msg=f"batch {batch}, output {place}"
            )
            if actual.size and actual.dtype.kind == "f":
                difference = numpy.abs(actual - wanted)
                worst = max(worst, float(difference[numpy.isfinite(difference)].max(initial=0)))
    return worst, sorted(cases)


def main():
    """Every model of the folder."""
    paths = sorted(pathlib.Path(sys.argv[1]).glob("*.onnx"))
    if not paths:
        raise SystemExit("there is no model")
    operators, failed, both = collections.Counter(), [], 0
    largest = 0.0
    for path in paths:
        try:
            worst, batches = check(path, operators)
        except Exception as error:  # pylint: disable=broad-except
            failed.append(path.name)
            print(f"{path.name}: {type(error).__name__}: {str(error).strip()[:600]}")
            continue
        largest = max(largest, worst)
        both += len(batches) > 1
    print(f"onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}")
    print(f"{len(paths)} models, {both} of them at two batches, {len(operators)} operators of ONNX")
    print(f"largest difference {largest:.2e}")
    if failed:
        raise SystemExit(f"{len(failed)} failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
