// SPDX-License-Identifier: GPL-2.0-only
// edu N: the factorial of N, computed by QEMU's edu device.
// edu copy TEXT: the text, there and back by the device's DMA.
// Both ask the driver, the server "edu".
#include <ant/lib/names.h>
#include <ant/lib/report.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>
#include <ant/servers/edu/protocol.h>
#include <ant/servers/edu/registers.h>

using namespace ant;

namespace {

/// Sends the request; its result is 0, or the error has been reported.
int ask(edu::Operation operation, uint32_t value, ant_message& message) {
    message.words[0] = static_cast<uint32_t>(operation);
    message.words[1] = value;
    if (call_server("edu", message) != 0) {
        if (last_error != ENOENT && last_error != ESRCH)
            return report("edu", "the server edu");
        const char* const missing = last_error == ENOENT ? "edu" : "names";
        dprintf(standard_error, "edu: there is no server %s: servers start %s\n", missing, missing);
        return exit_failure;
    }
    if (posix_result(static_cast<int>(message.words[0])) != 0)
        return report("edu", "the device");
    return 0;
}

int factorial(uint64_t number) {
    if (number > edu::largest_factorial) {
        dprintf(standard_error, "edu: %" PRIu64 "! has more than the device's 32 bits\n", number);
        return exit_failure;
    }
    ant_message message = {};
    const int status = ask(edu::Operation::factorial, static_cast<uint32_t>(number), message);
    if (status == 0)
        ant::printf("%u\n", message.words[1]);
    return status;
}

int lend(edu::Operation operation, void* area, size_t bytes) {
    ant_message message = {};
    message.area_count = 1;
    message.areas[0] = {.address = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(area)),
                        .size = 0,
                        .use = ANT_AREA_LEND};
    return ask(operation, static_cast<uint32_t>(bytes), message);
}

int copy(std::string_view text) {
    if (text.empty() || text.size() > edu::buffer_bytes)
        return usage("edu copy TEXT (1 to 4095 bytes)");
    auto* const area = static_cast<char*>(ica_alloc(edu::buffer_bytes));
    if (area == nullptr)
        return report("edu", "ICA");
    memcpy(area, text.data(), text.size());
    int status = lend(edu::Operation::to_device, area, text.size());
    if (status != 0)
        return status;
    memset(area, 0, text.size()); // what is printed comes from the device
    status = lend(edu::Operation::from_device, area, text.size());
    if (status == 0)
        ant::printf("%.*s\n", static_cast<int>(text.size()), area);
    return status;
}

} // namespace

int main(int argc, char** argv) {
    uint64_t number = 0;
    if (argc == 2 && parse_number(argv[1], number))
        return factorial(number);
    if (argc == 3 && std::string_view(argv[1]) == "copy")
        return copy(argv[2]);
    return usage("edu N | edu copy TEXT");
}
