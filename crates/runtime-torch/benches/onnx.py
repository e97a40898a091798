"""What benches/onnx.rs measures, in Python: onnxruntime on the same model, with arrays of numpy."""

import pathlib
import time

import numpy
import onnxruntime

MODEL = pathlib.Path(__file__).parent.parent / "tests" / "fixtures" / "onnx" / "cnn.onnx"
ROUNDS = 30


def main():
    for threads in [1, 2]:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        session = onnxruntime.InferenceSession(MODEL, options)
        for batch, runs in [(1, 300), (64, 20)]:
            images = numpy.random.rand(batch, 1, 28, 28).astype(numpy.float32)
            best = float("inf")
            for _ in range(ROUNDS):
                begin = time.perf_counter()
                for _ in range(runs):
                    session.run(None, {"x": images})
                best = min(best, (time.perf_counter() - begin) / runs)
            print(f"{threads} threads, batch {batch:2}: {best * 1e6:8.1f} us")


if __name__ == "__main__":
    main()
