// SPDX-License-Identifier: GPL-2.0-only
// Linux's file calls; see linux_files.h.
#include <algorithm>
#include <ant/lib/errno.h>
#include <ant/lib/linux_files.h>
#include <ant/lib/own_memory.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>
#include <ant/lib/system_call.h>

namespace ant {

namespace {

// Linux's PATH_MAX: longest path, its NUL included.
constexpr size_t path_bytes = 4096;

// The payload: a path, close behind it a stat result. With a path of ordinary length they are in
// the LCA's page; each further one is a page fault of the proxy's.
constexpr size_t stat_offset(size_t path_end) {
    return (path_end + alignof(antlinux_stat) - 1) & ~(alignof(antlinux_stat) - 1);
}
static_assert(stat_offset(path_bytes) + sizeof(antlinux_stat) <= LinuxCall::payload_bytes);

/// An int argument as Linux takes it: sign extended.
uint64_t extended(int value) { return static_cast<uint64_t>(int64_t{value}); }

} // namespace

int64_t LinuxFiles::call(LinuxNumber number, std::initializer_list<uint64_t> arguments) {
    const int64_t result = call_.call(number, continues_, arguments);
    if (result != -EOWNERDEAD) [[likely]]
        return result;
    proxy_died();
    return call_.nothing_was_done() ? call_.call(number, continues_, arguments) : result;
}

int64_t LinuxFiles::call_on(int descriptor, LinuxNumber number, Continue continues,
                            std::initializer_list<uint64_t> arguments) {
    if (any_dead_ && dead_.contains(descriptor))
        return -EOWNERDEAD;
    const int64_t result = call_.call(number, continues, arguments);
    if (result != -EOWNERDEAD) [[likely]]
        return result;
    proxy_died();
    // One that was never open means EBADF, as ever.
    const bool again = call_.nothing_was_done() && !dead_.contains(descriptor);
    return again ? call_.call(number, continues, arguments) : result;
}

void LinuxFiles::proxy_died() {
    dead_.insert(open_);
    open_ = {};
    any_dead_ = true;
}

int64_t LinuxFiles::opened(int64_t descriptor) {
    // Linux's numbers begin anew with each proxy: those in the way are closed in the end.
    DescriptorSet in_the_way;
    while (descriptor >= 0 && any_dead_ && dead_.contains(descriptor)) {
        in_the_way.insert(descriptor);
        descriptor = call_.call(LinuxNumber::dup, continues_, {static_cast<uint64_t>(descriptor)});
    }
    if (any_dead_)
        for (int64_t i = 0; i < DescriptorSet::capacity; ++i)
            if (in_the_way.contains(i))
                static_cast<void>(
                    call_.call(LinuxNumber::close, continues_, {static_cast<uint64_t>(i)}));
    if (continues_ == Continue::on)
        open_.insert(descriptor);
    return descriptor;
}

int64_t LinuxFiles::put_path(const char* path) {
    if (const int error = call_.prepare(); error != 0)
        return error;
    const int64_t length = string_length(path, path_bytes);
    if (length < 0)
        return length;
    if (length == path_bytes)
        return -ENAMETOOLONG;
    memcpy(call_.payload().data(), path, static_cast<size_t>(length) + 1);
    return 0;
}

int64_t LinuxFiles::open(const char* path, int flags, unsigned mode) {
    if (const int64_t error = put_path(path); error != 0)
        return error;
    return opened(
        call(LinuxNumber::open, {address_of(call_.payload().data()), extended(flags), mode}));
}

int64_t LinuxFiles::close(int descriptor) {
    if (any_dead_ && dead_.contains(descriptor)) {
        dead_.erase(descriptor); // Linux has closed it
        return 0;
    }
    const int64_t result =
        call_on(descriptor, LinuxNumber::close, continues_, {extended(descriptor)});
    open_.erase(descriptor);
    dead_.erase(descriptor);
    return result;
}

const std::byte* LinuxFiles::stat_place(size_t path_end) const {
    return call_.payload().data() + stat_offset(path_end);
}

int64_t LinuxFiles::path_stat(LinuxNumber number, const char* path, antlinux_stat& result) {
    if (const int64_t error = put_path(path); error != 0)
        return error;
    const std::byte* place = stat_place(strlen(path) + 1);
    const int64_t retval = call(number, {address_of(call_.payload().data()), address_of(place)});
    if (retval >= 0)
        memcpy(&result, place, sizeof(result));
    return retval;
}

int64_t LinuxFiles::stat(const char* path, antlinux_stat& result) {
    return path_stat(LinuxNumber::stat, path, result);
}

int64_t LinuxFiles::lstat(const char* path, antlinux_stat& result) {
    return path_stat(LinuxNumber::lstat, path, result);
}

int64_t LinuxFiles::fstat(int descriptor, antlinux_stat& result) {
    if (const int error = call_.prepare(); error != 0)
        return error;
    const std::byte* place = stat_place(0);
    const int64_t retval = call_on(descriptor, LinuxNumber::fstat, continues_,
                                   {extended(descriptor), address_of(place)});
    if (retval >= 0)
        memcpy(&result, place, sizeof(result));
    return retval;
}

int64_t LinuxFiles::lseek(int descriptor, int64_t offset, int whence) {
    return call_on(descriptor, LinuxNumber::lseek, continues_,
                   {extended(descriptor), static_cast<uint64_t>(offset), extended(whence)});
}

int64_t LinuxFiles::dup(int descriptor) {
    return opened(make(LinuxNumber::dup, {Descriptor{descriptor}}));
}

std::byte* LinuxFiles::find_space(size_t bytes, size_t& used) {
    const auto payload = call_.payload();
    used = (used + 7) & ~size_t{7}; // Linux's structures are aligned
    if (used < payload.size() && bytes > payload.size() - used)
        used = payload.size();
    std::byte* place = payload.data() + used;
    if (used >= payload.size()) {
        const size_t offset = used - payload.size();
        if (bytes > bounce_bytes - offset || prepare_bounce() != 0)
            return nullptr;
        place = bounce_ + offset;
    }
    used += bytes;
    return place;
}

int64_t LinuxFiles::put(const CallArgument& argument, size_t& used) {
    using Kind = CallArgument::Kind;
    size_t bytes = argument.bytes;
    if (argument.kind == Kind::path) {
        const int64_t length = string_length(static_cast<const char*>(argument.from), path_bytes);
        if (length < 0)
            return length;
        if (length == path_bytes)
            return -ENAMETOOLONG;
        bytes = static_cast<size_t>(length) + 1;
    } else if (bytes == 0) {
        return 0;
    }
    std::byte* const place = find_space(bytes, used);
    if (place == nullptr)
        return -ENOMEM;
    if (argument.kind != Kind::out) {
        if (accessible_bytes(argument.from, bytes, Access::read) < bytes)
            return -EFAULT;
        memcpy(place, argument.from, bytes);
    }
    return static_cast<int64_t>(address_of(place));
}

int64_t LinuxFiles::make(LinuxNumber number, std::initializer_list<CallArgument> arguments) {
    using Kind = CallArgument::Kind;
    if (const int error = call_.prepare(); error != 0)
        return error;
    uint64_t w[ANTLINUX_MAX_ARGS] = {};
    const CallArgument* file = nullptr;
    const CallArgument* out = nullptr;
    uint64_t out_place = 0;
    size_t used = 0;
    size_t count = 0;
    for (const CallArgument& argument : arguments) {
        uint64_t& word = w[count++];
        word = argument.number;
        if (argument.kind == Kind::file)
            file = &argument;
        if (argument.kind == Kind::number || argument.kind == Kind::file)
            continue;
        const int64_t place = put(argument, used);
        if (place < 0)
            return place;
        word = static_cast<uint64_t>(place);
        if (argument.kind == Kind::out) {
            out = &argument;
            out_place = word;
        }
    }
    const std::initializer_list<uint64_t> words = {w[0], w[1], w[2], w[3], w[4], w[5]};
    const int64_t result = file != nullptr
                               ? call_on(static_cast<int>(file->number), number, continues_, words)
                               : call(number, words);
    if (out == nullptr || result <= 0)
        return result;
    const auto written = static_cast<size_t>(result);
    if (static_cast<uint64_t>(result) > out->bytes)
        return -EIO; // no Linux answers so
    if (accessible_bytes(out->into, written, Access::write) < written)
        return -EFAULT;
    memcpy(out->into, reinterpret_cast<const void*>(static_cast<uintptr_t>(out_place)), written);
    return result;
}

int64_t LinuxFiles::getpid() { return call(LinuxNumber::getpid, {}); }

int64_t LinuxFiles::null() { return call(LinuxNumber::null, {}); }

int64_t LinuxFiles::prepare_bounce() {
    if (bounce_ != nullptr)
        return 0;
    const intptr_t area = system_call<SystemCall::ica_map>(bounce_bytes);
    if (is_error(area))
        return area;
    bounce_ = reinterpret_cast<std::byte*>(area);
    return 0;
}

void LinuxFiles::release_bounce() {
    static_cast<void>(system_call<SystemCall::ica_unmap>(bounce_));
    bounce_ = nullptr;
}

int64_t LinuxFiles::bounce(const Transfer& transfer) {
    const size_t wanted = transfer.length < max_transfer ? transfer.length : max_transfer;
    // As on Linux, up to where the memory ends.
    const size_t length = transfer.into != nullptr
                              ? accessible_bytes(transfer.into, wanted, Access::write)
                              : accessible_bytes(transfer.from, wanted, Access::read);
    if (length == 0 && wanted > 0)
        return -EFAULT;
    if (const int64_t error = prepare_bounce(); error != 0)
        return error;
    size_t done = 0;
    while (true) {
        const size_t chunk = length - done < bounce_bytes ? length - done : bounce_bytes;
        const bool last = done + chunk == length;
        if (transfer.from != nullptr)
            memcpy(bounce_, transfer.from + done, chunk);
        const uint64_t offset =
            transfer.offset < 0 ? 0 : static_cast<uint64_t>(transfer.offset) + done;
        const int64_t count =
            call_on(transfer.descriptor, transfer.number, last ? continues_ : Continue::on,
                    {extended(transfer.descriptor), address_of(bounce_), chunk, offset});
        if (count > static_cast<int64_t>(chunk))
            return -EIO; // no Linux answers so: never copy what was not asked for
        if (transfer.into != nullptr && count > 0)
            memcpy(transfer.into + done, bounce_, static_cast<size_t>(count));
        if (count > 0)
            done += static_cast<size_t>(count);
        if (last || count < static_cast<int64_t>(chunk)) {
            if (!last && continues_ == Continue::off)
                static_cast<void>(call_.end_proxy());
            return count < 0 && done == 0 ? count : static_cast<int64_t>(done);
        }
    }
}

int64_t LinuxFiles::transfer(const Transfer& transfer) {
    const std::byte* data = transfer.into != nullptr ? transfer.into : transfer.from;
    if (!is_ica_memory(data, transfer.length))
        return bounce(transfer);
    const auto offset = static_cast<uint64_t>(transfer.offset < 0 ? 0 : transfer.offset);
    return call_on(transfer.descriptor, transfer.number, continues_,
                   {extended(transfer.descriptor), address_of(data), transfer.length, offset});
}

int64_t LinuxFiles::read(int descriptor, void* data, size_t length) {
    return transfer(
        {LinuxNumber::read, descriptor, static_cast<std::byte*>(data), nullptr, length, -1});
}

int64_t LinuxFiles::write(int descriptor, const void* data, size_t length) {
    return transfer(
        {LinuxNumber::write, descriptor, nullptr, static_cast<const std::byte*>(data), length, -1});
}

int64_t LinuxFiles::pread(int descriptor, void* data, size_t length, int64_t offset) {
    if (offset < 0)
        return -EINVAL;
    return transfer(
        {LinuxNumber::pread64, descriptor, static_cast<std::byte*>(data), nullptr, length, offset});
}

int64_t LinuxFiles::pwrite(int descriptor, const void* data, size_t length, int64_t offset) {
    if (offset < 0)
        return -EINVAL;
    return transfer({LinuxNumber::pwrite64, descriptor, nullptr,
                     static_cast<const std::byte*>(data), length, offset});
}

int64_t LinuxFiles::getdents64(int descriptor, void* buffer, size_t length) {
    if (is_ica_memory(buffer, length))
        return call_on(descriptor, LinuxNumber::getdents64, continues_,
                       {extended(descriptor), address_of(buffer), length});
    // Entries are never split, so a second call could overtake a short first one:
    // private memory gets one call's worth.
    return bounce({LinuxNumber::getdents64, descriptor, static_cast<std::byte*>(buffer), nullptr,
                   length < bounce_bytes ? length : bounce_bytes, -1});
}

} // namespace ant
