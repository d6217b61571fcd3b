// SPDX-License-Identifier: GPL-2.0-only
// ant-agent: the control channel's service on Linux.
#include <unistd.h>

#include "antlinux/testbed.h"

#include "userland/agent/agent.h"
#include "userland/agent/port.h"
#include "userland/common/log.h"

int main() {
    using namespace antlinux;

    log_to("ant-agent", STDERR_FILENO);
    auto port = open_port(ANTLINUX_CONTROL_PORT_NAME);
    if (!port.is_ok()) {
        log_error("virtio port " ANTLINUX_CONTROL_PORT_NAME, port.error());
        log_line("does the machine have it (QEMU: -device virtserialport,name=...)?");
        return 1;
    }
    Agent agent(port.value().get());
    log_error("virtio port " ANTLINUX_CONTROL_PORT_NAME, agent.run());
    return 1;
}
