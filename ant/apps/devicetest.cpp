// SPDX-License-Identifier: GPL-2.0-only
// driver devicetest HOW: what the kernel allows a driver and refuses others, tried with QEMU's edu
// device. Without the shell's word `driver` it may not even claim it.
//   stranger    while the server edu drives it
//   driver      while nobody does: drives it itself
//   leave       starts DMA into an ICA area, and ends while it is under way
//   look        after leave: an ICA area stays as it is
//   touch       reads the registers without having them: the kernel ends it
#include <algorithm>
#include <ant/apps/common/test_results.h>
#include <ant/lib/device.h>
#include <ant/lib/server.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>
#include <ant/lib/unistd.h>
#include <ant/servers/edu/registers.h>

using namespace ant;

namespace {

using Registers = Mmio<edu::Register>;

constexpr uint32_t pattern = 0xedededed;
constexpr int segmentation_fault = 128 + 11;
constexpr size_t dma_bytes = 2048;
constexpr uint64_t dma_takes_ns = 100'000'000; // QEMU's edu, always

TestResults results;

bool fails_with(int result, int error) { return result == -1 && last_error == error; }

Registers registers_of(int device) {
    ant_device_info info = {};
    static_cast<void>(device_info(static_cast<uint32_t>(device), &info));
    return Registers(reinterpret_cast<void*>(static_cast<uintptr_t>(info.bar[0])));
}

int touch(int device) { return static_cast<int>(registers_of(device).read(edu::Register::status)); }

bool another_process_faults() {
    const char* const words[] = {"devicetest", "touch"};
    const int process = spawn(words);
    int status = 0;
    return process > 0 && wait(process, &status) == process && status == segmentation_fault;
}

void try_without_claim(int device) {
    results.check(fails_with(device_bus_master(device, true), EPERM), "no bus mastering");
    results.check(fails_with(device_interrupt(device), EPERM), "no interrupts");
    results.check(device_map(device, 0) == nullptr && last_error == EPERM, "no registers");
    results.check(another_process_faults(), "whoever touches the registers is ended");
}

int be_stranger(int device) {
    results.check(fails_with(device_claim(device), EBUSY), "the device has a driver");
    try_without_claim(device);
    results.check(fails_with(device_claim(99), ENODEV), "there is no such device");
    results.check(fails_with(device_claim(-1), ENODEV), "nor one with a strange number");
    return results.status();
}

/// Asks edu for an interrupt by itself.
bool interrupt_comes(const Registers& registers) {
    constexpr auto raise = static_cast<edu::Register>(0x60);
    constexpr uint32_t mark = 0x40;
    registers.write(raise, mark);
    ant_message message = {};
    const bool came = receive(message, 10'000'000'000) == 0 &&
                      message.kind == ANT_MESSAGE_INTERRUPT && message.words[0] != 0;
    const bool said = registers.read(edu::Register::interrupt_status) == mark;
    registers.write(edu::Register::acknowledge, mark);
    return came && said && registers.read(edu::Register::interrupt_status) == 0;
}

int be_driver(int device) {
    try_without_claim(device);
    results.check(device_claim(device) == 0, "it can be claimed");
    results.check(device_claim(device) == 0, "twice is once");
    results.check(device_map(device, 1) == nullptr && last_error == ENODEV, "it has one range");
    results.check(device_map(device, 6) == nullptr && last_error == ENODEV, "never a seventh");
    void* const base = device_map(device, 0);
    results.check(base != nullptr, "its registers are mapped");
    results.check(device_map(device, 0) == base, "twice is once, again");
    const Registers registers(base);
    results.check((registers.read(edu::Register::identification) & edu::identification_mask) ==
                      edu::identification,
                  "they are edu's");
    // The kernel would reach them with the wrong width, and on another core not at all.
    results.check(ant::write(standard_output, base, 4) == -1 && last_error == EFAULT,
                  "they are no buffer for the kernel");
    results.check(another_process_faults(), "they are this process's alone");
    ant_message message = {};
    results.check(fails_with(receive(message, 0), ETIMEDOUT), "nothing comes by itself");
    results.check(device_interrupt(device) == 0, "interrupts come to this core");
    results.check(interrupt_comes(registers), "one comes as a message");
    results.check(interrupt_comes(registers), "and another");
    results.check(fails_with(receive(message, 0), ETIMEDOUT), "and no third");
    results.check(device_bus_master(device, false) == 0, "bus mastering ends");
    return results.status();
}

void start_dma(const Registers& registers, uint32_t from, uint32_t to, uint32_t command) {
    registers.write(edu::Register::dma_source, from);
    registers.write(edu::Register::dma_destination, to);
    registers.write(edu::Register::dma_count, dma_bytes);
    registers.write(edu::Register::dma_command, edu::dma_start | command);
}

bool dma_ends(const Registers& registers) {
    const uint64_t limit = time_ns() + 100 * dma_takes_ns;
    while ((registers.read(edu::Register::dma_command) & edu::dma_start) != 0) {
        if (time_ns() > limit)
            return false;
        static_cast<void>(sleep_ns(dma_takes_ns / 10));
    }
    return true;
}

bool all_are(const uint32_t* area, uint32_t value) {
    return std::all_of(area, area + dma_bytes / sizeof(value),
                       [value](uint32_t word) { return word == value; });
}

int leave(int device) {
    auto* const area = static_cast<uint32_t*>(ica_alloc(dma_bytes));
    if (area == nullptr || device_claim(device) != 0 || device_map(device, 0) == nullptr ||
        device_bus_master(device, true) != 0)
        return report("devicetest", "edu");
    const Registers registers = registers_of(device);
    const auto address = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(area));
    std::fill_n(area, dma_bytes / sizeof(pattern), pattern);
    start_dma(registers, address, edu::buffer_address, 0);
    results.check(dma_ends(registers), "the device has read the area");
    std::fill_n(area, dma_bytes / sizeof(pattern), 0u);
    start_dma(registers, edu::buffer_address, address, edu::dma_from_device);
    results.check(dma_ends(registers), "the device has written the area");
    results.check(all_are(area, pattern), "what it wrote is what it had read");
    ant::printf("area 0x%x\n", address);
    start_dma(registers, edu::buffer_address, address, edu::dma_from_device);
    return results.status();
}

int look() {
    auto* const area = static_cast<uint32_t*>(ica_alloc(dma_bytes));
    if (area == nullptr)
        return report("devicetest", "ICA");
    ant::printf("area 0x%x\n", static_cast<uint32_t>(reinterpret_cast<uintptr_t>(area)));
    static_cast<void>(sleep_ns(3 * dma_takes_ns));
    results.check(all_are(area, 0), "no device has written into it");
    return results.status();
}

} // namespace

int main(int argc, char** argv) {
    const std::string_view how = argc == 2 ? argv[1] : "";
    const int device = find_device(edu::vendor_id, edu::device_id);
    if (device < 0)
        return report("devicetest", "1234:11e8");
    if (how == "stranger")
        return be_stranger(device);
    if (how == "driver")
        return be_driver(device);
    if (how == "leave")
        return leave(device);
    if (how == "look")
        return look();
    if (how == "touch")
        return touch(device);
    return usage("devicetest stranger | driver | leave | look | touch");
}
