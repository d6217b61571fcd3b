// SPDX-License-Identifier: GPL-2.0-only
// Filling in an LCA and handing it over; see linux_call.h.
#include <ant/lib/errno.h>
#include <ant/lib/linux_call.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/system_call.h>

namespace ant {

namespace {

uint32_t process_limit = 0;

} // namespace

void set_linux_limit(uint32_t milliseconds) { process_limit = milliseconds; }

int LinuxCall::prepare() {
    if (block_ != nullptr)
        return 0;
    const intptr_t area = system_call<SystemCall::ica_map>(sizeof(antlinux_lca) + payload_bytes);
    if (is_error(area))
        return static_cast<int>(area);
    block_ = reinterpret_cast<antlinux_lca*>(area);
    block_->magic = ANTLINUX_LCA_MAGIC;
    return 0;
}

int64_t LinuxCall::call(LinuxNumber number, Continue continues,
                        std::initializer_list<uint64_t> arguments) {
    if (const int error = prepare(); error != 0)
        return error;
    block_->syscallno = static_cast<antlinux_u32>(number);
    block_->cflag = static_cast<antlinux_u16>(continues);
    block_->retval = 0;
    const uint64_t* argument = arguments.begin();
    for (antlinux_u64& slot : block_->args)
        slot = argument != arguments.end() ? *argument++ : 0;

    const intptr_t error =
        system_call<SystemCall::linux_call>(block_, limit_ != 0 ? limit_ : process_limit);
    if (is_error(error)) {
        // No answer, so no proxy that we could count on.
        proxy_kept_ = false;
        return error;
    }
    proxy_kept_ = continues == Continue::on;
    if (block_->retval == -EOWNERDEAD) [[unlikely]] {
        proxy_kept_ = false;
        nothing_was_done_ = block_->incarnation != 0;
        block_->incarnation = 0; // the caller knows now
    }
    return block_->retval;
}

std::span<std::byte> LinuxCall::payload() const {
    if (block_ == nullptr)
        return {};
    return {reinterpret_cast<std::byte*>(block_ + 1), payload_bytes};
}

int LinuxCall::end_proxy() {
    if (!proxy_kept_)
        return 0;
    return static_cast<int>(call(LinuxNumber::null, Continue::off, {}));
}

void LinuxCall::release_area() {
    // Neither can fail in a way the owner could still do something about.
    static_cast<void>(end_proxy());
    static_cast<void>(system_call<SystemCall::ica_unmap>(block_));
    block_ = nullptr;
}

} // namespace ant
