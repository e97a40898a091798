// A tensor's storage as files keep it. As in shim.cpp, every function catches every exception.

#include <ATen/Functions.h>
#include <ATen/core/Tensor.h>
#include <c10/core/GradMode.h>

#include "guarded.h"

using at::Tensor;

extern "C" {

// `elements` gets a tensor of one dimension with all elements of the storage that `tensor` is a part of;
// `offset` is where in it the tensor begins. `storage_identity` and `tensor_identity` are the same for handles of the same storage, or tensor.
char *runtime_torch_storage(const Tensor *tensor, Tensor **elements, int64_t *offset,
                            const void **storage_identity, const void **tensor_identity) {
  return guarded([&] {
    TORCH_CHECK(tensor->defined(), "the tensor is undefined");
    TORCH_CHECK(tensor->layout() == at::kStrided, "the tensor is not dense, its layout is ", tensor->layout());
    c10::NoGradGuard guard;
    const at::Storage &storage = tensor->storage();
    const auto count = static_cast<int64_t>(storage.nbytes() / tensor->itemsize());
    Tensor all = at::empty({0}, tensor->options());
    all.set_(storage, 0, {count}, {1});
    *offset = tensor->storage_offset();
    *storage_identity = storage.unsafeGetStorageImpl();
    *tensor_identity = tensor->unsafeGetTensorImpl();
    *elements = new Tensor(all);
  });
}

// A tensor that is this part of the storage of `elements`, which has one dimension. The part lies in it.
char *runtime_torch_part(const Tensor *elements, int64_t offset, const int64_t *sizes, const int64_t *strides,
                         std::size_t dimensions, Tensor **result) {
  return guarded([&] {
    c10::NoGradGuard guard;
    Tensor part = at::empty({0}, elements->options());
    part.set_(elements->storage(), offset, {sizes, dimensions}, {strides, dimensions});
    *result = new Tensor(part);
  });
}

} // extern "C"
