"""Writes ONNX models, what ONNX Runtime in Python makes of them, and models that are broken in one way each.

    python oracle/make_onnx.py

Makes tests/fixtures/onnx/*.onnx, tests/fixtures/onnx/broken/*.onnx onnx.txt and onnx_dtypes.txt.
"""

import pathlib

import numpy
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

from fixtures import Fixtures
from onnx_broken import write_broken

FOLDER = pathlib.Path(__file__).parent.parent / "tests" / "fixtures"
MODELS = FOLDER / "onnx"
PINNED = {"onnx": "1.23.2", "onnxruntime": "1.32.0"}
OPSETS = [helper.make_opsetid("", 20)]

DTYPES = {
    "float32": TensorProto.FLOAT,
    "float64": TensorProto.DOUBLE,
    "int8": TensorProto.INT8,
    "int16": TensorProto.INT16,
    "int32": TensorProto.INT32,
    "int64": TensorProto.INT64,
    "uint8": TensorProto.UINT8,
    "bool": TensorProto.BOOL,
    "float16": TensorProto.FLOAT16,
    "bfloat16": TensorProto.BFLOAT16,
}

random = numpy.random.default_rng(7)


def weights(name, *shape):
    """An initializer of small random numbers."""
    return numpy_helper.from_array(random.normal(0, 0.2, shape).astype(numpy.float32), name)


def port(name, dtype, shape):
    """An input or a result."""
    return helper.make_tensor_value_info(name, dtype, shape)


def model(graph, **rest):
    """A model that the checker takes; it infers no shapes of sparse weights."""
    made = helper.make_model(graph, opset_imports=rest.pop("opsets", OPSETS), ir_version=10, **rest)
    onnx.checker.check_model(made, full_check=not graph.sparse_initializer)
    return made


def save(made, name, **rest):
    """Writes the model."""
    onnx.save_model(made, MODELS / f"{name}.onnx", **rest)


def mlp():
    """A small perceptron with a batch of any size, and everything that a model can say about itself."""
    nodes = [
        helper.make_node("Gemm", ["x", "w1", "b1"], ["h"], name="first", transB=1),
        helper.make_node("Relu", ["h"], ["r"]),
        helper.make_node("Gemm", ["r", "w2", "b2"], ["y"], name="second", transB=1),
    ]
    graph = helper.make_graph(
        nodes,
        "perceptron",
        [port("x", TensorProto.FLOAT, ["batch", 4])],
        [port("y", TensorProto.FLOAT, ["batch", 3])],
        [weights("w1", 5, 4), weights("b1", 5), weights("w2", 3, 5), weights("b2", 3)],
    )
    made = model(graph, producer_name="make_onnx", producer_version="1.2", domain="com.example")
    made.model_version = 7
    made.doc_string = "A perceptron."
    helper.set_model_props(made, {"classes": "a,b,c", "größe": "klein"})
    return made


def cnn():
    """A convolutional network for pictures of digits."""
    nodes = [
        helper.make_node("Conv", ["x", "c1", "d1"], ["a"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        helper.make_node("BatchNormalization", ["a", "s", "t", "m", "v"], ["b"]),
        helper.make_node("Relu", ["b"], ["c"]),
        helper.make_node("MaxPool", ["c"], ["d"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Conv", ["d", "c2", "d2"], ["e"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["e"], ["f"]),
        helper.make_node("MaxPool", ["f"], ["g"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["g"], ["h"]),
        helper.make_node("Gemm", ["h", "w", "u"], ["y"], transB=1),
    ]
    variance = numpy_helper.from_array(random.uniform(0.5, 2, 8).astype(numpy.float32), "v")
    graph = helper.make_graph(
        nodes,
        "cnn",
        [port("x", TensorProto.FLOAT, ["batch", 1, 28, 28])],
        [port("y", TensorProto.FLOAT, ["batch", 10])],
        [
            weights("c1", 8, 1, 3, 3),
            weights("d1", 8),
            *(weights(name, 8) for name in "stm"),
            variance,
            weights("c2", 16, 8, 3, 3),
            weights("d2", 16),
            weights("w", 10, 16 * 7 * 7),
            weights("u", 10),
        ],
    )
    return model(graph)


def several():
    """Two inputs, and results of different dtypes and ranks."""
    nodes = [
        helper.make_node("Add", ["a", "b"], ["sum"]),
        helper.make_node("ReduceSum", ["sum"], ["total"], keepdims=0),
        helper.make_node("ArgMax", ["a"], ["at"], axis=1, keepdims=0),
        helper.make_node("Greater", ["a", "b"], ["greater"]),
    ]
    graph = helper.make_graph(
        nodes,
        "several",
        [port("a", TensorProto.FLOAT, ["n", 3]), port("b", TensorProto.FLOAT, ["n", 3])],
        [
            port("sum", TensorProto.FLOAT, ["n", 3]),
            port("total", TensorProto.FLOAT, []),
            port("at", TensorProto.INT64, ["n"]),
            port("greater", TensorProto.BOOL, ["n", 3]),
        ],
    )
    return model(graph)


def dtypes():
    """Every dtype goes in and comes out twice."""
    nodes, inputs, outputs = [], [], []
    for name, dtype in DTYPES.items():
        nodes.append(helper.make_node("Concat", [name, name], [f"{name}_twice"], axis=0))
        inputs.append(port(name, dtype, [None]))
        outputs.append(port(f"{name}_twice", dtype, [None]))
    return model(helper.make_graph(nodes, "dtypes", inputs, outputs))


def optional():
    """An input that has a value in the model, unless another is given."""
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "bias"], ["y"])],
        "optional",
        [port("x", TensorProto.FLOAT, [2]), port("bias", TensorProto.FLOAT, [2])],
        [port("y", TensorProto.FLOAT, [2])],
        [numpy_helper.from_array(numpy.float32([10, 20]), "bias")],
    )
    return model(graph)


def branches():
    """A graph within a graph, which uses what is outside of it."""
    inner = lambda name, sign: helper.make_graph(
        [helper.make_node("Mul" if sign else "Sub", ["x", "x"], [f"{name}_y"])],
        name,
        [],
        [port(f"{name}_y", TensorProto.FLOAT, [2])],
    )
    graph = helper.make_graph(
        [helper.make_node("If", ["c"], ["y"], then_branch=inner("yes", 1), else_branch=inner("no", 0))],
        "branches",
        [port("c", TensorProto.BOOL, []), port("x", TensorProto.FLOAT, [2])],
        [port("y", TensorProto.FLOAT, [2])],
    )
    return model(graph)


def functions():
    """A function of the model's own, with an attribute, called twice."""
    leaky = helper.make_function(
        "com.example",
        "Twice",
        ["x"],
        ["y"],
        [
            helper.make_node("LeakyRelu", ["x"], ["r"]),
            helper.make_node("Add", ["r", "r"], ["y"]),
        ],
        [helper.make_opsetid("", 20)],
        ["slope"],
    )
    attribute = leaky.node[0].attribute.add()
    attribute.name, attribute.ref_attr_name = "alpha", "slope"
    attribute.type = onnx.AttributeProto.FLOAT
    call = lambda source, target: helper.make_node(
        "Twice", [source], [target], domain="com.example", slope=0.25
    )
    graph = helper.make_graph(
        [call("x", "h"), call("h", "y")],
        "functions",
        [port("x", TensorProto.FLOAT, [3])],
        [port("y", TensorProto.FLOAT, [3])],
    )
    return model(
        graph,
        functions=[leaky],
        opsets=[helper.make_opsetid("", 20), helper.make_opsetid("com.example", 1)],
    )


def sequence():
    """A result that is a sequence of tensors."""
    items = helper.make_tensor_sequence_value_info("parts", TensorProto.FLOAT, ["n"])
    graph = helper.make_graph(
        [helper.make_node("SplitToSequence", ["x"], ["parts"], axis=0, keepdims=0)],
        "sequence",
        [port("x", TensorProto.FLOAT, [2, 3])],
        [items],
    )
    return model(graph)


def strings():
    """A result that is of texts, and one of unsigned ints that tensors here do not have."""
    graph = helper.make_graph(
        [
            helper.make_node("Cast", ["x"], ["text"], to=TensorProto.STRING),
            helper.make_node("Cast", ["x"], ["wide"], to=TensorProto.UINT32),
            helper.make_node("Identity", ["x"], ["same"]),
        ],
        "strings",
        [port("x", TensorProto.FLOAT, [2])],
        [
            port("text", TensorProto.STRING, [2]),
            port("wide", TensorProto.UINT32, [2]),
            port("same", TensorProto.FLOAT, [2]),
        ],
    )
    return model(graph)


def sparse():
    """Weights that are mostly zeros, and a constant of four bits each."""
    values = numpy_helper.from_array(numpy.float32([2, -3]), "w")
    indices = numpy_helper.from_array(numpy.int64([1, 5]), "w_at")
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["x", "w"], ["h"]),
            helper.make_node("DequantizeLinear", ["q", "scale"], ["k"]),
            helper.make_node("Add", ["h", "k"], ["y"]),
        ],
        "sparse",
        [port("x", TensorProto.FLOAT, [1, 2])],
        [port("y", TensorProto.FLOAT, [1, 3])],
        [
            helper.make_tensor("q", TensorProto.INT4, [3], [-8, 7, 1]),
            numpy_helper.from_array(numpy.float32(0.5), "scale"),
        ],
        sparse_initializer=[helper.make_sparse_tensor(values, indices, [2, 3])],
    )
    return model(graph, opsets=[helper.make_opsetid("", 21)])


def smallest():
    """The smallest int by -1, which ends ONNX Runtime's process: it is loaded, and never run."""
    graph = helper.make_graph(
        [
            helper.make_node("Neg", ["one"], ["divisor"]),
            helper.make_node("Div", ["least", "divisor"], ["quotient"]),
            helper.make_node("Add", ["quotient", "x"], ["y"]),
        ],
        "smallest",
        [port("x", TensorProto.INT32, [2])],
        [port("y", TensorProto.INT32, [2])],
        [
            numpy_helper.from_array(numpy.int32([-(2**31), 1]), "least"),
            numpy_helper.from_array(numpy.int32([1, 1]), "one"),
        ],
    )
    return model(graph)


def tensor_of(array):
    """PyTorch's tensor of what ONNX Runtime gives."""
    array = numpy.asarray(array)
    if array.dtype.name == "bfloat16":
        return torch.tensor(array.astype(numpy.float32)).bfloat16()
    return torch.tensor(array)


def run(fixtures, name, inputs, outputs=None, case=None):
    """Runs a model with Python's package, and writes what goes in and what comes out."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(MODELS / f"{name}.onnx", options)
    results = session.run(outputs, {key: value.numpy() for key, value in inputs.items()})
    names = outputs or [output.name for output in session.get_outputs()]
    tensors = {f"in.{key}": value for key, value in inputs.items()}
    for key, value in zip(names, results):
        if isinstance(value, list):
            tensors |= {f"out.{key}.{index}": tensor_of(item) for index, item in enumerate(value)}
        else:
            tensors[f"out.{key}"] = tensor_of(value)
    fixtures.case(case or name, tensors, model=name)


def run_dtypes(fixtures):
    """Each dtype by itself: numpy has no bfloat16, so that one is PyTorch's."""
    tensors = {}
    for name in DTYPES:
        dtype = getattr(torch, name)
        numbers = torch.tensor([0, 1, 0, 1]) if name == "bool" else torch.tensor([1, 2, 100, 3])
        if dtype.is_floating_point:
            numbers = torch.tensor([0.5, -1.25, 3e-5, 300.0])
        tensors[f"in.{name}"] = numbers.to(dtype)
    for name in DTYPES:
        tensors[f"out.{name}_twice"] = torch.cat([tensors[f"in.{name}"]] * 2)
    fixtures.case("dtypes", tensors, model="dtypes")


def main():
    for package, version in PINNED.items():
        if (found := __import__(package).__version__) != version:
            raise SystemExit(f"the fixtures are of {package} {version}, and this is {found}")
    MODELS.mkdir(parents=True, exist_ok=True)
    makers = [mlp, cnn, several, dtypes, optional, branches, functions, sequence, strings]
    makers += [sparse, smallest]
    for maker in makers:
        save(maker(), maker.__name__)
    external = dict(save_as_external_data=True, location="external.bin", size_threshold=0)
    (MODELS / "external.bin").unlink(missing_ok=True)
    save(mlp(), "external", **external)

    fixtures = Fixtures(FOLDER / "onnx.txt", "make_onnx.py")
    torch.manual_seed(1)
    for batch in [1, 5, 0]:
        run(fixtures, "mlp", {"x": torch.randn(batch, 4)}, case=f"mlp-{batch}")
    run(fixtures, "external", {"x": torch.randn(2, 4)})
    run(fixtures, "cnn", {"x": torch.rand(3, 1, 28, 28)})
    run(fixtures, "several", {"a": torch.randn(2, 3), "b": torch.randn(2, 3)})
    run(fixtures, "optional", {"x": torch.tensor([1.0, 2.0])}, case="optional-kept")
    given = {"x": torch.tensor([1.0, 2.0]), "bias": torch.tensor([-1.0, 0.5])}
    run(fixtures, "optional", given, case="optional-given")
    for choice in [True, False]:
        inputs = {"c": torch.tensor(choice), "x": torch.tensor([3.0, -2.0])}
        run(fixtures, "branches", inputs, case=f"branches-{choice}")
    run(fixtures, "functions", {"x": torch.tensor([-4.0, 0.0, 2.0])})
    run(fixtures, "sequence", {"x": torch.arange(6.0).reshape(2, 3)})
    run(fixtures, "strings", {"x": torch.tensor([1.0, 2.0])}, outputs=["same"])
    run(fixtures, "sparse", {"x": torch.tensor([[2.0, 10.0]])})
    write_broken(fixtures, MODELS)
    fixtures.write()

    # The C side reads the other file, and not all of these dtypes.
    fixtures = Fixtures(FOLDER / "onnx_dtypes.txt", "make_onnx.py")
    run_dtypes(fixtures)
    fixtures.write()


if __name__ == "__main__":
    main()
