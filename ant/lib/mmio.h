// SPDX-License-Identifier: GPL-2.0-only
// Memory-mapped registers of a device, by name.
#ifndef ANT_LIB_MMIO_H
#define ANT_LIB_MMIO_H

#include <cstdint>
#include <type_traits>

namespace ant {

/// Registers are an enum class of offsets in bytes, Value is how wide the device wants to
/// be accessed:
///
///     enum class EduRegister : uint32_t { factorial = 0x08, status = 0x20 };
///     Mmio<EduRegister> registers(device_map(device, 0));
///     registers.write(EduRegister::factorial, 10);
///
/// Each access is one instruction, and none is left out or moved past another: volatile
/// binds the compiler, the uncached mapping binds the processor (Intel SDM vol. 3, 11.3).
template<typename Register, typename Value = uint32_t> class Mmio {
    static_assert(std::is_enum_v<Register>);

public:
    explicit Mmio(void* base) : base_(static_cast<volatile uint8_t*>(base)) {}

    [[nodiscard]] Value read(Register which) const { return *word(which); }
    void write(Register which, Value value) const { *word(which) = value; }

private:
    [[nodiscard]] volatile Value* word(Register which) const {
        return reinterpret_cast<volatile Value*>(base_ + static_cast<uint32_t>(which));
    }

    volatile uint8_t* base_;
};

} // namespace ant

#endif
