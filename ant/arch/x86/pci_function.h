// SPDX-License-Identifier: GPL-2.0-only
// The configuration registers of one PCI function, over any way to reach them (PCI Local Bus
// Specification 3.0, chapter 6).
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>

#include "ant/arch/x86/pci_bar.h"
#include "ant/base/address.h"
#include "ant/base/result.h"

namespace ant::x86 {

// The function's 256 bytes of configuration space, in aligned words. The kernel's is ECAM; the unit
// tests' is a fake device.
template<typename Space>
concept PciConfigSpace = requires(Space space, std::uint32_t offset) {
    { space.read(offset) } -> std::same_as<std::uint32_t>;
    space.write(offset, std::uint32_t{});
};

// A message-signalled interrupt is a write to memory: at this address, which means a core's local
// APIC, of these data, which are the vector (Intel SDM vol. 3, 11.11 "Message Signalled
// Interrupts").
struct MsiMessage {
    std::uint32_t address = 0;
    std::uint32_t data = 0;

    // Fixed delivery, edge triggered, to one core by its physical number: redirection hint and
    // destination mode 0. (A logical destination could reach the other OS's cores.)
    static constexpr MsiMessage to(CoreNumber core, Vector vector) {
        ASSERT(core.value() < 0xff);    // 0xff is everybody
        ASSERT(vector.value() >= 0x20); // the others are exceptions
        ASSERT(vector.value() <= 0xff);
        return {0xfee0'0000 | (core.value() << 12), vector.value()};
    }
    friend constexpr bool operator==(const MsiMessage&, const MsiMessage&) = default;
};

template<PciConfigSpace Space> class PciFunction {
public:
    explicit constexpr PciFunction(Space space) : space_(space) {}

    // Finds out where the address ranges are and how large, which means to write to them: the
    // device answers to none meanwhile.
    std::array<PciBar, pci_bars> measure_bars();

    // Offset of the first capability of that kind. The list is the device's own: one that leads
    // outside the configuration space or round in circles is at its end there.
    std::optional<std::uint32_t> find_capability(std::uint8_t kind);

    // The device can neither reach memory nor interrupt anybody. Returns when it knows.
    void quiesce();

    // Its registers answer. The line interrupt stays off: it leads to an IO-APIC entry of Linux's.
    void enable_registers() { change_command(memory_enable | line_interrupt_off, 0); }

    // May the device read and write memory by itself (DMA, and MSI, which is a write too)?
    void set_bus_master(bool on) { change_command(on ? bus_master : 0, on ? 0 : bus_master); }

    // One message for all its interrupts. ENODEV: the device has no MSI.
    Result<void> enable_msi(const MsiMessage& message);
    void disable_msi();

private:
    // Offsets of registers.
    static constexpr std::uint32_t command = 0x04; // the upper half is the status
    static constexpr std::uint32_t header = 0x0c;
    static constexpr std::uint32_t first_bar = 0x10;
    static constexpr std::uint32_t first_capability = 0x34;
    static constexpr std::uint32_t capabilities_begin = 0x40;
    static constexpr std::uint32_t space_end = 0x100;

    // Bits of the command register, and one of the status above it.
    static constexpr std::uint32_t port_enable = 1u << 0;
    static constexpr std::uint32_t memory_enable = 1u << 1;
    static constexpr std::uint32_t bus_master = 1u << 2;
    static constexpr std::uint32_t line_interrupt_off = 1u << 10;
    static constexpr std::uint32_t has_capabilities = 1u << 20;

    static constexpr std::uint8_t msi_capability = 0x05;
    // Bits of the message control register, the upper half of the capability's first word.
    static constexpr std::uint32_t msi_enable = 1u << 16;
    static constexpr std::uint32_t msi_messages = 7u << 20; // how many, as a power of two
    static constexpr std::uint32_t msi_64_bit = 1u << 23;
    static constexpr std::uint32_t msi_maskable = 1u << 24;

    // The status bits are cleared by writing ones to them, so they are written as zeros.
    void write_command(std::uint32_t value) { space_.write(command, value & 0xffff); }
    void change_command(std::uint32_t set, std::uint32_t clear) {
        write_command((space_.read(command) & ~clear) | set);
        (void)space_.read(command); // a write may be on its way still; a read comes behind it
    }
    std::uint32_t ask_for_size(std::uint32_t bar);
    bool is_endpoint() { return (space_.read(header) & 0x007f'0000) == 0; }
    // Offset of the MSI capability, if all of it lies inside the configuration space.
    std::optional<std::uint32_t> find_msi();

    Space space_;
};

template<PciConfigSpace Space> std::uint32_t PciFunction<Space>::ask_for_size(std::uint32_t bar) {
    const std::uint32_t offset = first_bar + 4 * bar;
    const std::uint32_t before = space_.read(offset);
    space_.write(offset, 0xffff'ffff);
    const std::uint32_t answer = space_.read(offset);
    space_.write(offset, before);
    return answer;
}

template<PciConfigSpace Space> std::array<PciBar, pci_bars> PciFunction<Space>::measure_bars() {
    std::array<PciBar, pci_bars> bars{};
    if (!is_endpoint())
        return bars; // a bridge has other registers there
    const std::uint32_t before = space_.read(command);
    write_command(before & ~(port_enable | memory_enable));
    for (std::uint32_t i = 0; i < pci_bars; ++i) {
        PciBarWords words{.low = space_.read(first_bar + 4 * i), .low_size = ask_for_size(i)};
        const bool wide = is_64_bit_bar(words.low) && i + 1 < pci_bars;
        if (wide) {
            words.high = space_.read(first_bar + 4 * (i + 1));
            words.high_size = ask_for_size(i + 1);
        }
        bars[i] = decode_bar(words);
        if (wide)
            ++i; // the upper half is no range of its own
    }
    write_command(before);
    return bars;
}

template<PciConfigSpace Space>
std::optional<std::uint32_t> PciFunction<Space>::find_capability(std::uint8_t kind) {
    if ((space_.read(command) & has_capabilities) == 0)
        return std::nullopt;
    constexpr std::uint32_t most = (space_end - capabilities_begin) / 4;
    std::uint32_t at = space_.read(first_capability) & 0xfc; // the lowest bits are reserved
    for (std::uint32_t seen = 0; seen < most && at >= capabilities_begin; ++seen) {
        const std::uint32_t word = space_.read(at);
        if ((word & 0xff) == kind)
            return at;
        at = (word >> 8) & 0xfc;
    }
    return std::nullopt;
}

template<PciConfigSpace Space> std::optional<std::uint32_t> PciFunction<Space>::find_msi() {
    const auto at = find_capability(msi_capability);
    if (!at)
        return std::nullopt;
    const std::uint32_t control = space_.read(*at);
    std::uint32_t size = (control & msi_64_bit) != 0 ? 16 : 12;
    if ((control & msi_maskable) != 0)
        size += 8;
    return *at + size <= space_end ? at : std::nullopt;
}

template<PciConfigSpace Space> void PciFunction<Space>::quiesce() {
    disable_msi();
    change_command(line_interrupt_off, bus_master);
}

template<PciConfigSpace Space>
Result<void> PciFunction<Space>::enable_msi(const MsiMessage& message) {
    const auto at = find_msi();
    if (!at)
        return Errno::enodev;
    const std::uint32_t control = space_.read(*at) & ~(msi_enable | msi_messages);
    const bool wide = (control & msi_64_bit) != 0;
    space_.write(*at, control); // off while the message is half written
    space_.write(*at + 4, message.address);
    if (wide)
        space_.write(*at + 8, 0);
    space_.write(*at + (wide ? 12 : 8), message.data);
    if ((control & msi_maskable) != 0)
        space_.write(*at + (wide ? 16 : 12), 0);
    space_.write(*at, control | msi_enable);
    return {};
}

template<PciConfigSpace Space> void PciFunction<Space>::disable_msi() {
    const auto at = find_msi();
    if (!at)
        return;
    const std::uint32_t control = space_.read(*at);
    space_.write(*at, control & ~msi_enable);
    if ((control & msi_maskable) != 0)
        space_.write(*at + ((control & msi_64_bit) != 0 ? 16 : 12), 0xffff'ffff);
}

} // namespace ant::x86
