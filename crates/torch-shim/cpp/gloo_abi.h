/*
 * What PyTorch's ProcessGroupGloo.hpp, and the files here, need to know of gloo.
 *
 * LibTorch has gloo in libtorch_cpu.so, and its symbols are exported, but no package of LibTorch brings
 * gloo's headers. So the few classes are declared here. build.rs puts the names that ProcessGroupGloo.hpp
 * includes (gloo/context.h and so on) in front of this file.
 *
 * What has to agree with the library, and how it was checked: against the sources of pytorch/gloo,
 * gloo/context.h at 16681ec, gloo/rendezvous/store.h at 3bc6839, gloo/transport/pair.h at 1edf518 and
 * gloo/transport/tcp/pair.cc at 5b46c34 (facebookincubator/gloo 003bd68 for unbound_buffer.h), and against
 * the dynamic symbols of LibTorch 2.13.0.
 *
 * - Of Context and tcp::Pair only member functions that are not virtual are called: their mangled names are
 *   all that counts, and the linker refuses a library without them. Nobody here makes one, asks for its size
 *   or looks into it.
 * - Of transport::Pair the virtual function close() is called: the third, after the destructor's two entries
 *   in the table. tcp::Pair has transport::Pair as its first base, so both have one address; what an object
 *   is, is asked of its type_info before it is treated as a tcp::Pair.
 * - Store, Device and UnboundBuffer are named in declarations only. No object of them is made here, and no
 *   function of them is called, so the order of their virtual functions does not matter. It is the
 *   library's none the less.
 */
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <vector>

/* gloo/rendezvous/store.h defines this: the store has multi_get and its kin. */
#define GLOO_STORE_HAS_STORE_V2 1

namespace gloo {

namespace transport {

class Address;
class Device;

class UnboundBuffer {
public:
    virtual ~UnboundBuffer() = 0;
};

class Pair {
public:
    virtual ~Pair() = 0;
    virtual const Address &address() const = 0;
    virtual void connect(const std::vector<char> &bytes) = 0;
    /* Closes the connection. Operations that wait for it on this side are not told. */
    virtual void close() = 0;
};

namespace tcp {

class Pair : public transport::Pair {
public:
    /* Fails whatever waits on the connection with this text, now and later, and closes it. */
    std::exception_ptr signalExceptionExternal(const std::string &message);
};

} // namespace tcp
} // namespace transport

namespace rendezvous {

class Store {
public:
    virtual ~Store() = default;
    virtual void set(const std::string &key, const std::vector<char> &data) = 0;
    virtual std::vector<char> get(const std::string &key) = 0;
    virtual void wait(const std::vector<std::string> &keys) = 0;
    virtual void wait(const std::vector<std::string> &keys, const std::chrono::milliseconds &timeout) = 0;
    virtual bool has_v2_support() = 0;
    virtual std::vector<std::vector<char>> multi_get(const std::vector<std::string> &keys) = 0;
    virtual void multi_set(const std::vector<std::string> &keys,
                           const std::vector<std::vector<char>> &values) = 0;
    virtual void append(const std::string &key, const std::vector<char> &data) = 0;
    virtual int64_t add(const std::string &key, int64_t value) = 0;
};

} // namespace rendezvous

class Context {
public:
    void setTimeout(std::chrono::milliseconds timeout);
    std::unique_ptr<transport::Pair> &getPair(int rank);
    void closeConnections();
};

} // namespace gloo
