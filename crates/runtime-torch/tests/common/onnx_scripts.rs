//! Operations in scripts to export to ONNX: a name, the script, its inputs.

/// Bodies of `def forward`, with the inputs' names before the colon.
pub const SCRIPTS: &[(&str, &str, &[&str])] = &[
    (
        "script_arithmetic",
        "x, y: return torch.add(x, y, alpha=3) * 2 - y / 3 + torch.rsub(x, y) - 1",
        &["B,3", "B,3"],
    ),
    (
        "script_promotion",
        "x, n: return (x + n, n * 2.5, n / 3, n // 2, n % 3 - 1, (n > 4) & (x > 0), n < x)",
        &["B,3", "ids9:B,3"],
    ),
    (
        "script_rounding",
        "x, y: return (torch.div(x, y, rounding_mode='floor'), torch.div(x, y, rounding_mode='trunc'), torch.remainder(x, y), torch.fmod(x, y), torch.floor(x), torch.ceil(x), torch.trunc(x), torch.round(x), torch.frac(x))",
        &["B,3", "B,3"],
    ),
    (
        "script_functions",
        "x: return (torch.exp(x), torch.log(x), torch.sqrt(x), torch.rsqrt(x), torch.sin(x), torch.cos(x), torch.tan(x), torch.atan(x), torch.sinh(x), torch.cosh(x), torch.asin(x), torch.acos(x), torch.erf(x), torch.erfc(x), torch.log1p(x), torch.expm1(x), torch.log2(x), torch.log10(x), torch.exp2(x), torch.square(x), torch.reciprocal(x), torch.neg(x), torch.sign(x - 0.5), torch.abs(x - 0.5))",
        &["share:B,3"],
    ),
    (
        "script_powers",
        "x, y: return (x ** 2, x ** y, 2 ** y, torch.pow(x, 0.5))",
        &["share:B,3", "B,3"],
    ),
    (
        "script_bounds",
        "x, y: return (torch.clamp(x, -0.5, 0.5), torch.clamp(x, min=0.1), torch.clamp(x, max=y), torch.maximum(x, y), torch.minimum(x, y), torch.max(x, y))",
        &["B,3", "B,3"],
    ),
    (
        "script_choices",
        "x, y, m: return (torch.where(m, x, y), x.masked_fill(m, 7.0), torch.where(x > y, x, 2.0), torch.logical_not(m), m ^ (x > 0), x == y, x != y, x >= y, x <= y)",
        &["B,3", "B,3", "bool:B,3"],
    ),
    (
        "script_reductions",
        "x: return (x.sum(), x.sum(1), x.mean(-1, True), x.mean([1, 2]), x.amax(1), x.amin([0, 2]), torch.prod(x, 1), x.max(), x.min(), torch.logsumexp(x, 1), torch.norm(x, 2.0, [1]), torch.norm(x, 3.0, [1], True))",
        &["B,3,4"],
    ),
    (
        "script_variances",
        "x: return (torch.var(x, 1), torch.std(x, [0, 2], False), torch.var(x, 0, True, True), torch.std(x))",
        &["B,3,4"],
    ),
    (
        "script_places",
        "x: return (torch.argmax(x, 1), torch.argmin(x, 0, True), torch.argmax(x), torch.max(x, 1)[0], torch.min(x, 1)[1], torch.topk(x, 2, 1)[0], torch.topk(x, 2, 1, False)[1], torch.sort(x, 1, True)[0], torch.argsort(x, 1), torch.cumsum(x, 1))",
        &["B,3,4"],
    ),
    (
        "script_truth",
        "m: return (torch.any(m), torch.any(m, 1), torch.all(m, 1, True), torch.all(m))",
        &["bool:B,3"],
    ),
    (
        "script_shapes",
        "x: return (x.view(x.size(0), -1), x.reshape(-1, 4), x.transpose(1, 2), x.permute(2, 0, 1), x.flatten(0, 1), x.unsqueeze(1).squeeze(1), x[:, 0].unsqueeze(1).expand(-1, 5, -1), x.repeat(1, 2, 1), x.unflatten(2, [2, 2]), torch.movedim(x, 0, 2), x.flip([1]))",
        &["B,3,4"],
    ),
    (
        "script_parts",
        "x: return (x[:, 1], x[:, :, 1:3], x[:, ::2], x[-1], x.narrow(2, 1, 2), torch.split(x, 3, 2)[1], torch.chunk(x, 2, 2)[0], torch.unbind(x, 1)[2], x[1:], x[:, :, -1], torch.split(x, [1, 3], 2)[1])",
        &["B,3,4"],
    ),
    (
        "script_together",
        "x, y: return (torch.cat([x, y], 1), torch.stack([x, y], -1), torch.cat([x, torch.zeros_like(x)], 0))",
        &["B,3", "B,3"],
    ),
    (
        "script_index",
        "x, i: return (torch.index_select(x, 1, torch.tensor([2, 0])), torch.gather(x, 1, i), x[torch.tensor([1, 0])], torch.tril(x), torch.triu(x, 1))",
        &["B,3", "ids3:B,2"],
    ),
    (
        "script_new",
        "x: return (torch.zeros(x.size(0), 3) + 1, torch.ones_like(x), torch.full([2, x.size(0)], 7.0), torch.arange(x.size(0)), torch.arange(0, 6, 2) + 1)",
        &["B,3"],
    ),
    (
        "script_products",
        "x, y: return (torch.matmul(x, y), torch.bmm(x, y), torch.baddbmm(torch.ones(1, 1, 5), x, y, beta=2, alpha=0.5), torch.einsum('bij,bjk->bik', [x, y]), x[0] @ y[0], torch.addmm(torch.ones(5), x[0], y[0]), torch.mv(x[0], y[0, :, 0]))",
        &["B,3,4", "B,4,5"],
    ),
    ("script_sizes", "x: return x * x.size(0) + x.numel() - x.shape[0] * 2", &["ids5:B,3"]),
    (
        "script_attention",
        "q, k, m: return (torch.scaled_dot_product_attention(q, k, k), torch.scaled_dot_product_attention(q, k, k, is_causal=True), torch.scaled_dot_product_attention(q, k, k, attn_mask=m), torch.scaled_dot_product_attention(q, k, k, scale=0.3))",
        &["B,2,4,8", "B,2,4,8", "4,4"],
    ),
    (
        "script_losses",
        "x, y: return (torch.mse_loss(x, y), torch.l1_loss(x, y, 2), torch.smooth_l1_loss(x, y, 0, 0.5), torch.huber_loss(x, y, 1, 0.4), torch.binary_cross_entropy(x, y), torch.binary_cross_entropy_with_logits(x, y))",
        &["share:B,3", "share:B,3"],
    ),
    (
        "script_classes",
        "x, n: return (torch.cross_entropy_loss(x, n), torch.cross_entropy_loss(x, n, reduction=0, ignore_index=1), torch.nll_loss(torch.log_softmax(x, 1), n, reduction=2))",
        &["B,4", "ids4:B"],
    ),
    ("script_branches", "x: return helper(x, 3)", &["B,3"]),
    (
        "script_casts",
        "x: return (x.to(torch.float64), x.to(torch.int64), x.double().float(), (x > 0).float(), x.to(torch.float64).type_as(x))",
        &["B,3"],
    ),
    ("script_in_place", "x:\n    y = x * 2\n    y.add_(1)\n    y.relu_()\n    return y", &["B,3"]),
    ("script_same_twice", "x:\n    y = torch.relu(x)\n    return (y, y, x)", &["B,3"]),
    ("script_double", "x: return torch.softmax(x @ x.t(), 1)", &["double:B,3"]),
    (
        "script_more_arithmetic",
        "x, y: return (torch.acosh(x + 2), torch.asinh(x), torch.atanh(x * 0.5), torch.addcmul(x, x, y, value=2), torch.addcdiv(x, x, y + 2, value=0.5), torch.lerp(x, y, 0.3), torch.lerp(x, y, x), torch.rsub(x, 2, alpha=3), torch.subtract(x, y), torch.multiply(x, y), torch.divide(x, y + 1), torch.true_divide(x, 3), torch.negative(x), torch.clamp_min(x, 0.3), torch.clamp_max(x, y), torch.clip(x, 0.2, 0.7), torch.sgn(x))",
        &["share:B,3", "share:B,3"],
    ),
    (
        "script_bits",
        "n, m: return (n | 3, n & 6, n ^ 5, ~n, torch.bitwise_and(n, 3), torch.bitwise_or(n, n), torch.bitwise_xor(n, 1), torch.bitwise_not(m), torch.logical_and(n, m), torch.logical_or(n, m), torch.logical_xor(n, m), m | (n > 3), m & m, m ^ m)",
        &["ids9:B,3", "bool:B,3"],
    ),
    (
        "script_not_finite",
        "x: return (torch.isinf(x / torch.relu(x)), torch.isnan(torch.log(x)), torch.isnan(x / x))",
        &["B,3"],
    ),
    (
        "script_copies",
        "x, y: return (x.clone() + 1, x.contiguous() * 2, x.detach() + 1, torch.broadcast_to(x, [2, x.size(0), 3]), x[:1].expand_as(y), x.view_as(y), x.t().reshape_as(y), torch.tile(x, [2]), torch.tile(x, [2, 1, 3]), x.T, torch.swapaxes(x, 0, 1), torch.swapdims(x, 0, 1), torch.split_with_sizes(x, [1, 2], 1)[1], torch.constant_pad_nd(x, [1, 2], 3.0), torch.alias(x) * 2, torch.lift_fresh(x) * 3, torch._reshape_alias(x, [x.size(0), 1, 3], [3, 3, 1]), torch._unsafe_view(x, [1, x.size(0), 3]))",
        &["B,3", "B,3"],
    ),
    (
        "script_more_new",
        "x: return (torch.full_like(x, 2.0), x.new_full([2], 3.0) + x[:, :1], x.new_ones([x.size(0)]), x.new_zeros([2, x.size(0)]), torch.ones([2, x.size(0)]), torch.scalar_tensor(3.0) * x, torch.scalar_tensor(x.size(0)) * x)",
        &["B,3"],
    ),
    (
        "script_more_reductions",
        "x: return (torch.std_mean(x, 1), torch.var_mean(x, [0, 1]), torch.linalg_vector_norm(x, 1.0, [1]), torch.linalg_vector_norm(x, float('inf'), [0], True), torch.linalg_vector_norm(x), torch.mm(x, x.t()), torch.dot(x[0], x[1]))",
        &["B,3"],
    ),
    (
        "script_functional",
        "x, w: return (torch.conv1d(x, w), torch.convolution(x, w, None, [2], [1], [1], False, [0], 1), torch.reflection_pad1d(x, [1, 2]), torch.replication_pad1d(x, [1, 2]), torch.max_pool1d_with_indices(x, [2]), torch._upsample_nearest_exact1d(x, [9], None), torch.upsample_linear1d(x, [9], True, None), torch.gru_cell(x[:, 0], x[:, 1, :5], torch.ones([15, 6]), torch.ones([15, 5])), torch.rnn_tanh_cell(x[:, 0], x[:, 1, :5], torch.ones([5, 6]), torch.ones([5, 5])))",
        &["B,2,6", "3,2,3"],
    ),
    (
        "script_functional_2d",
        "x, n: return (torch.reflection_pad2d(x, [1, 2, 1, 0]), torch.replication_pad2d(x, [1, 2, 1, 0]), torch.nll_loss2d(x, n, None, 1, -100), torch.nll_loss_nd(x, n), torch.cross_entropy_loss(x, n), torch.conv2d(x, torch.ones([2, 4, 2, 2])), torch.conv_transpose2d(x, torch.ones([4, 2, 2, 2])))",
        &["B,4,3,5", "ids4:B,3,5"],
    ),
    (
        "script_functional_3d",
        "x: return (torch.reflection_pad3d(x, [1, 0, 1, 0, 1, 1]), torch.replication_pad3d(x, [1, 2, 1, 0, 0, 1]), torch.max_pool3d_with_indices(x, [2]), torch._upsample_nearest_exact3d(x, [3, 7, 6], None), torch.upsample_trilinear3d(x, [3, 7, 6], True, None))",
        &["B,2,3,4,5"],
    ),
];
