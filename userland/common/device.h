// SPDX-License-Identifier: GPL-2.0-only
// /dev/ant as a typed object: one open file of the special-OS cooperation driver.
#pragma once

#include <antlinux/device.h>

#include "userland/common/descriptor.h"
#include "userland/common/errno.h"

namespace antlinux {

// The physical address of an LCA, or of anything else in AnT's memory.
enum class PhysicalAddress : antlinux_u64 {};

inline antlinux_u64 number(PhysicalAddress address) { return static_cast<antlinux_u64>(address); }

class Device {
public:
    static Result<Device> open();
    explicit Device(int fd) : fd_(fd) {}

    int fd() const { return fd_.get(); }
    void close() { fd_.reset(); }
    // The same open file under another descriptor number.
    Result<void> move_to(int number);

    // The parent's. wake() returns the next request, as get_request() does.
    Result<antlinux_request> get_request() const;
    Result<antlinux_request> wake(PhysicalAddress lca) const;
    // The file of a new proxy, one of `most` at a time.
    Result<Device> bind(PhysicalAddress lca, antlinux_u32 most) const;
    // A proxy's: returns the core that the LCA's next request comes from. `files`: it has some
    // open.
    Result<antlinux_u32> answer_and_wait(PhysicalAddress lca, antlinux_u32 core, bool files) const;
    Result<void> answer(PhysicalAddress lca, antlinux_u32 core) const;
    // Either's: answers with an errno instead of a result in the LCA.
    Result<void> fail(PhysicalAddress lca, antlinux_u32 core, Errno why) const;
    Result<antlinux_info> info() const;

private:
    Result<long> command(unsigned long number, void* argument) const;
    Result<void> repeat(unsigned long number, void* argument) const;

    Descriptor fd_;
};

} // namespace antlinux
