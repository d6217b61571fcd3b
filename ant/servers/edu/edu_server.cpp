// SPDX-License-Identifier: GPL-2.0-only
// edu_server: the driver of QEMU's educational device, a process. Others reach it by the name
// "edu"; docs/writing-an-ant-driver.md walks through it.
#include <ant/lib/device.h>
#include <ant/lib/names.h>
#include <ant/lib/report.h>
#include <ant/servers/common/areas.h>
#include <ant/servers/edu/service.h>

using namespace ant;

namespace {

constexpr uint64_t busy_poll_ns = 1'000'000;

using Service = edu::Service<Mmio<edu::Register>>;

void send(const std::optional<edu::Answer>& answer) {
    // A client that was killed needs no reply.
    if (answer)
        static_cast<void>(reply(static_cast<int>(answer->client), answer->message));
}

} // namespace

int main() {
    const int device = find_device(edu::vendor_id, edu::device_id);
    if (device < 0)
        return report("edu_server", "1234:11e8");
    if (device_claim(device) != 0)
        return report("edu_server", "claiming the device");
    void* const registers = device_map(device, 0);
    if (registers == nullptr)
        return report("edu_server", "mapping the registers");
    Service service{Mmio<edu::Register>(registers)};
    if (!service.is_edu()) {
        dprintf(standard_error, "edu_server: the device does not identify itself as edu\n");
        return exit_failure;
    }
    while (service.is_busy())
        static_cast<void>(sleep_ns(busy_poll_ns));
    service.begin();
    if (device_interrupt(device) != 0)
        return report("edu_server", "interrupts");
    NamedServer server("edu");
    if (server.begin() != 0)
        return report("edu_server", "the name edu");

    ant_message message = {};
    while (server.receive(message) == 0) {
        if (message.kind == ANT_MESSAGE_INTERRUPT)
            send(service.interrupt());
        if (message.kind != ANT_MESSAGE_REQUEST)
            continue;
        free_moved_areas(message);
        send(service.request(message));
    }
    return report("edu_server", "receive");
}
