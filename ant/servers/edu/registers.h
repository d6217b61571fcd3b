// SPDX-License-Identifier: GPL-2.0-only
// Registers of QEMU's educational device (1234:11e8; QEMU's documentation, "EDU device").
#ifndef ANT_SERVERS_EDU_REGISTERS_H
#define ANT_SERVERS_EDU_REGISTERS_H

#include <cstdint>

namespace ant::edu {

constexpr uint16_t vendor_id = 0x1234;
constexpr uint16_t device_id = 0x11e8;

/// Offsets in the device's first address range.
enum class Register : uint32_t {
    identification = 0x00,   // 0xRRrr00ed: versions, and what it is
    factorial = 0x08,        // write n, read n! (modulo 2^32)
    status = 0x20,           // Status bits
    interrupt_status = 0x24, // Interrupt bits of those that are not acknowledged
    acknowledge = 0x64,      // Interrupt bits to be cleared
    dma_source = 0x80,
    dma_destination = 0x88,
    dma_count = 0x90, // bytes
    dma_command = 0x98,
};

constexpr uint32_t identification_mask = 0x0000'ffff;
constexpr uint32_t identification = 0x0000'00ed;

enum Status : uint32_t {
    computing = 0x01, // read only
    interrupt_when_computed = 0x80,
};

enum Interrupt : uint32_t {
    factorial_done = 0x001,
    dma_done = 0x100,
};

enum DmaCommand : uint32_t {
    dma_start = 0x1,
    dma_from_device = 0x2, // otherwise to it
    dma_interrupt = 0x4,
};

/// The device's memory for DMA: its address as the device sees it, and how much of it may be used.
/// It has 4096 bytes, but QEMU ends itself when the very last one is asked for.
constexpr uint32_t buffer_address = 0x40000;
constexpr uint32_t buffer_bytes = 4095;

} // namespace ant::edu

#endif
