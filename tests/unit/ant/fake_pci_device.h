// SPDX-License-Identifier: GPL-2.0-only
// A PCI function that answers like a real one: read-only registers, BARs that can be sized, MSI.
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "ant/arch/x86/pci_function.h"
#include "support.h"

namespace ant::test {

class FakePciDevice {
public:
    struct Write {
        std::uint32_t offset;
        std::uint32_t value;
        friend bool operator==(const Write&, const Write&) = default;
    };

    std::uint32_t read(std::uint32_t offset) const {
        check(offset);
        return words_[offset / 4];
    }
    void write(std::uint32_t offset, std::uint32_t value) {
        check(offset);
        writes_.push_back({offset, value});
        std::uint32_t& word = words_[offset / 4];
        const std::uint32_t before = word;
        if (offset == 0x04) // the upper half is the status: ones clear its bits
            word = (value & 0xffff) | (before & 0xffff'0000 & ~value);
        else
            word = (before & ~writable_[offset / 4]) | (value & writable_[offset / 4]);
        // Bits of the address that are moved while the device decodes it are a bug of the tested
        // code.
        if (offset >= 0x10 && offset < 0x28 && word != before) {
            EXPECT_EQ(words_[1] & 3, 0u) << "BAR changed while the device answers to it";
        }
    }

    void set(std::uint32_t offset, std::uint32_t value, std::uint32_t writable = 0) {
        words_[offset / 4] = value;
        writable_[offset / 4] = writable;
    }
    // `kind` are the lowest bits, `mask` those that can be written.
    void add_bar(std::uint32_t index, std::uint32_t value, std::uint32_t mask) {
        set(0x10 + 4 * index, value, mask);
    }
    void add_capability(std::uint32_t at, std::uint8_t kind, std::uint32_t next,
                        std::uint32_t upper = 0) {
        set(at, (upper << 16) | (next << 8) | kind, 0xffff'0000);
        words_[1] |= 1u << 20;
    }
    void start_list(std::uint32_t at) {
        words_[1] |= 1u << 20;
        set(0x34, at);
    }
    // The whole capability can be written, as in QEMU.
    void add_msi(std::uint32_t at, std::uint32_t control) {
        start_list(at);
        add_capability(at, 0x05, 0, control);
        for (std::uint32_t offset = at + 4; offset < at + 24 && offset < 0x100; offset += 4)
            set(offset, 0, 0xffff'ffff);
    }

    std::uint32_t command() const { return words_[1] & 0xffff; }
    std::vector<Write> take_writes() { return std::exchange(writes_, {}); }

private:
    static void check(std::uint32_t offset) {
        // A test that gets here has found a bad pointer followed.
        if (offset >= 0x100 || offset % 4 != 0)
            panic("access to 0x%x of 256 bytes of configuration space", offset);
    }

    std::array<std::uint32_t, 64> words_{};
    std::array<std::uint32_t, 64> writable_{};
    std::vector<Write> writes_;
};

// What PciFunction gets: a handle, as ECAM's is.
struct FakePciSpace {
    FakePciDevice* device;
    std::uint32_t read(std::uint32_t offset) const { return device->read(offset); }
    void write(std::uint32_t offset, std::uint32_t value) const { device->write(offset, value); }
};
static_assert(x86::PciConfigSpace<FakePciSpace>);

} // namespace ant::test
