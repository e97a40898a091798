// Exceptions stop here: what a body throws becomes a text that the caller frees with free(), and a body
// that throws nothing gives null.
#pragma once

#include <cstring>
#include <exception>

#include <c10/util/Exception.h>

template <class Body>
char *guarded(Body body) noexcept {
  try {
    body();
    return nullptr;
  } catch (const c10::Error &error) {
    return strdup(error.what_without_backtrace());
  } catch (const std::exception &error) {
    return strdup(error.what());
  } catch (...) {
    return strdup("an exception of an unknown type");
  }
}
