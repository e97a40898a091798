"""Models that are broken in one way each, for make_onnx.py: the name says how."""

import onnx
import onnxruntime
from onnx import AttributeProto, TensorProto, helper


def port(name, dtype=TensorProto.FLOAT, shape=(2,)):
    """An input or a result."""
    return helper.make_tensor_value_info(name, dtype, shape)


def whole():
    """A model that nothing is wrong with: y = (x + w) * x."""
    graph = helper.make_graph(
        [
            helper.make_node("Add", ["x", "w"], ["h"], name="first"),
            helper.make_node("Mul", ["h", "x"], ["y"], name="second"),
        ],
        "graph",
        [port("x")],
        [port("y")],
        [helper.make_tensor("w", TensorProto.FLOAT, [2], [1.0, 2.0])],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def weight(model):
    return model.graph.initializer[0]


def node(model, *arguments, **attributes):
    """Puts another node between the two."""
    model.graph.node.insert(1, helper.make_node(*arguments, **attributes))


def attribute(model, name, **fields):
    """Gives the first node an attribute, as it is."""
    model.graph.node[0].attribute.append(AttributeProto(name=name, **fields))


def external(model, **entries):
    """Moves the weight to another file."""
    weight(model).ClearField("float_data")
    weight(model).data_location = TensorProto.EXTERNAL
    for key, value in entries.items():
        weight(model).external_data.add(key=key, value=str(value))


def function(model, name, calls):
    """Adds a function that calls others."""
    nodes = [helper.make_node(one, ["x"], [f"h{at}"], domain="own") for at, one in enumerate(calls)]
    nodes.append(helper.make_node("Identity", ["x"], ["y"]))
    sets = [helper.make_opsetid("", 20), helper.make_opsetid("own", 1)]
    model.functions.append(helper.make_function("own", name, ["x"], ["y"], nodes, sets))
    if len(model.opset_import) == 1:
        model.opset_import.append(helper.make_opsetid("own", 1))


def no_ir_version(model):
    model.ClearField("ir_version")


def future_ir_version(model):
    model.ir_version = 99


def no_opset(model):
    model.ClearField("opset_import")


def negative_opset(model):
    model.opset_import[0].version = -3


def no_graph(model):
    model.ClearField("graph")


def no_graph_name(model):
    model.graph.ClearField("name")


def double_property(model):
    model.metadata_props.add(key="a", value="1")
    model.metadata_props.add(key="a", value="2")


def unsorted(model):
    first, second = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend([second, first])


def undefined_input(model):
    model.graph.node[1].input[1] = "nowhere"


def two_definitions(model):
    node(model, "Neg", ["x"], ["h"])


def input_defined_again(model):
    node(model, "Neg", ["h"], ["x"])


def double_input(model):
    model.graph.input.append(port("x"))


def double_initializer(model):
    model.graph.initializer.append(weight(model))


def undefined_output(model):
    model.graph.output.append(port("nowhere"))


def no_input_type(model):
    model.graph.input[0].ClearField("type")


def no_element_type(model):
    model.graph.input[0].type.tensor_type.ClearField("elem_type")


def no_shape(model):
    model.graph.input[0].type.tensor_type.ClearField("shape")


def unknown_operator(model):
    model.graph.node[0].op_type = "Frobnicate"


def operator_of_later_version(model):
    model.opset_import[0].version = 9
    node(model, "GridSample", ["x", "w"], ["g"])


def removed_operator(model):
    node(model, "Upsample", ["x", "w"], ["g"])


def domain_not_imported(model):
    model.graph.node[0].domain = "com.example"


def too_few_inputs(model):
    del model.graph.node[0].input[1]


def too_many_inputs(model):
    model.graph.node[0].input.append("x")


def needed_input_left_out(model):
    model.graph.node[0].input[1] = ""


def unknown_attribute(model):
    attribute(model, "speed", type=AttributeProto.INT, i=3)


def attribute_of_wrong_type(model):
    node(model, "LeakyRelu", ["x"], ["g"], alpha=1)


def attribute_missing(model):
    node(model, "Cast", ["x"], ["g"])


def attribute_without_value(model):
    attribute(model, "a", type=AttributeProto.INT)


def attribute_without_type(model):
    attribute(model, "a", i=3)


def attribute_with_two_values(model):
    attribute(model, "a", type=AttributeProto.INT, i=3, f=2.0)


def attribute_says_another_type(model):
    attribute(model, "a", type=AttributeProto.INT, f=2.0)


def attribute_of_no_function(model):
    node(model, "LeakyRelu", ["x"], ["g"])
    model.graph.node[1].attribute.append(
        AttributeProto(name="alpha", ref_attr_name="slope", type=AttributeProto.FLOAT)
    )


def double_attribute(model):
    node(model, "LeakyRelu", ["x"], ["g"], alpha=1.0)
    model.graph.node[1].attribute.append(model.graph.node[1].attribute[0])


def no_data_type(model):
    weight(model).data_type = 0


def unknown_data_type(model):
    weight(model).data_type = 77


def negative_dims(model):
    weight(model).dims[0] = -2


def dims_that_overflow(model):
    weight(model).dims[:] = [1 << 40, 1 << 40]


def too_little_data(model):
    weight(model).dims[0] = 3


def too_much_raw_data(model):
    weight(model).ClearField("float_data")
    weight(model).raw_data = bytes(12)


def no_data(model):
    weight(model).ClearField("float_data")


def data_in_two_places(model):
    weight(model).raw_data = bytes(8)


def data_in_wrong_field(model):
    weight(model).ClearField("float_data")
    weight(model).int64_data.extend([1, 2])


def data_without_elements(model):
    weight(model).dims[0] = 0


def external_missing(model):
    external(model, location="nowhere.bin", length=8)


def external_without_location(model):
    external(model, length=8)


def external_outside(model):
    external(model, location="../external.bin", length=8)


def external_absolute(model):
    external(model, location="/etc/passwd", length=8)


def external_in_memory(model):
    external(model, location="*/_ORT_MEM_ADDR_/*", offset=4096, length=8)


def external_too_short(model):
    external(model, location="short.bin", offset=4, length=8)


def external_of_other_length(model):
    external(model, location="short.bin", length=4)


def external_negative_offset(model):
    external(model, location="short.bin", offset=-4, length=8)


def external_and_internal(model):
    weight(model).data_location = TensorProto.EXTERNAL
    weight(model).external_data.add(key="location", value="short.bin")


def inner_graph_undefined(model):
    inner = helper.make_graph([helper.make_node("Neg", ["nowhere"], ["z"])], "inner", [], [port("z")])
    node(model, "If", ["c"], ["g"], then_branch=inner, else_branch=inner)
    model.graph.input.append(port("c", TensorProto.BOOL, []))


def inner_graph_defines_again(model):
    inner = helper.make_graph([helper.make_node("Neg", ["x"], ["h"])], "inner", [], [port("h")])
    node(model, "If", ["c"], ["g"], then_branch=inner, else_branch=inner)
    model.graph.input.append(port("c", TensorProto.BOOL, []))


def function_calls_itself(model):
    function(model, "F", ["F"])
    node(model, "F", ["x"], ["g"], domain="own")


def functions_call_each_other(model):
    function(model, "F", ["G"])
    function(model, "G", ["F"])
    node(model, "F", ["x"], ["g"], domain="own")


def functions_without_end(model):
    function(model, "F0", [])
    for level in range(1, 41):
        function(model, f"F{level}", [f"F{level - 1}"] * 2)
    node(model, "F40", ["x"], ["g"], domain="own")


def double_function(model):
    function(model, "F", [])
    function(model, "F", [])


def types_that_do_not_fit(model):
    weight(model).data_type = TensorProto.DOUBLE
    weight(model).ClearField("float_data")
    weight(model).double_data.extend([1.0, 2.0])


def shapes_that_do_not_fit(model):
    weight(model).dims[0] = 3
    weight(model).float_data.append(3.0)


def sparse_index_outside(model):
    values = helper.make_tensor("s", TensorProto.FLOAT, [1], [2.0])
    indices = helper.make_tensor("s_at", TensorProto.INT64, [1], [9])
    model.graph.sparse_initializer.append(helper.make_sparse_tensor(values, indices, [2, 3]))


def sparse_of_any_size(model):
    values = helper.make_tensor("s", TensorProto.FLOAT, [1], [2.0])
    indices = helper.make_tensor("s_at", TensorProto.INT64, [1], [9])
    dims = [1 << 20, 1 << 16]
    model.graph.sparse_initializer.append(helper.make_sparse_tensor(values, indices, dims))


WAYS = [
    no_ir_version,
    future_ir_version,
    no_opset,
    negative_opset,
    no_graph,
    no_graph_name,
    double_property,
    unsorted,
    undefined_input,
    two_definitions,
    input_defined_again,
    double_input,
    double_initializer,
    undefined_output,
    no_input_type,
    no_element_type,
    no_shape,
    unknown_operator,
    operator_of_later_version,
    removed_operator,
    domain_not_imported,
    too_few_inputs,
    too_many_inputs,
    needed_input_left_out,
    unknown_attribute,
    attribute_of_wrong_type,
    attribute_missing,
    attribute_without_value,
    attribute_without_type,
    attribute_with_two_values,
    attribute_says_another_type,
    attribute_of_no_function,
    double_attribute,
    no_data_type,
    unknown_data_type,
    negative_dims,
    dims_that_overflow,
    too_little_data,
    too_much_raw_data,
    no_data,
    data_in_two_places,
    data_in_wrong_field,
    data_without_elements,
    external_missing,
    external_without_location,
    external_outside,
    external_absolute,
    external_in_memory,
    external_too_short,
    external_of_other_length,
    external_negative_offset,
    external_and_internal,
    inner_graph_undefined,
    inner_graph_defines_again,
    function_calls_itself,
    functions_call_each_other,
    functions_without_end,
    double_function,
    types_that_do_not_fit,
    shapes_that_do_not_fit,
    sparse_index_outside,
    sparse_of_any_size,
]

# What Python's ONNX Runtime does not bear to be asked about: it would never be done, or take all memory.
NOT_RUN = {functions_without_end, function_calls_itself, functions_call_each_other, sparse_of_any_size}


def refuses(check):
    """Whether something raises."""
    try:
        check()
    except Exception as error:
        return str(error).replace("\n", " ")
    return None


def write_broken(fixtures, folder):
    """Writes the models, and whether Python's checker and ONNX Runtime refuse each."""
    broken = folder / "broken"
    broken.mkdir(exist_ok=True)
    (broken / "short.bin").write_bytes(bytes(8))
    onnx.checker.check_model(whole(), full_check=True)
    for way in WAYS:
        model = whole()
        way(model)
        path = broken / f"{way.__name__}.onnx"
        path.write_bytes(model.SerializeToString())
        full = lambda: onnx.checker.check_model(str(path), full_check=True)
        checker = refuses(full) if way is not functions_without_end else None
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        load = lambda: onnxruntime.InferenceSession(path, options)
        runtime = None if way in NOT_RUN else refuses(load)
        print(f"{way.__name__}: checker {checker and checker[:90]} | runtime {runtime and runtime[:90]}")
        fixtures.case(
            f"broken/{way.__name__}", {}, checker=checker is not None, runtime=runtime is not None
        )
