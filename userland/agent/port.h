// SPDX-License-Identifier: GPL-2.0-only
// The virtio serial port that is the control channel.
#pragma once

#include <string>
#include <string_view>

#include "userland/common/descriptor.h"
#include "userland/common/errno.h"

namespace antlinux {

// The device file's name of the port that the host calls `name`: the kernel lists the names
// below /sys/class/virtio-ports. ENOENT when there is none.
Result<std::string> find_port(std::string_view name,
                              const std::string& class_directory = "/sys/class/virtio-ports");

// The port with that name, non-blocking.
Result<Descriptor> open_port(std::string_view name);

} // namespace antlinux
