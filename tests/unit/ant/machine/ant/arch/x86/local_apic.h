// SPDX-License-Identifier: GPL-2.0-only
// In place of the kernel's header of this name: the local APICs of the played machine (machine.h).
#pragma once

#include <cstdint>

#include "ant/base/address.h"

namespace ant::x86 {

class LocalApic final {
public:
    static constexpr std::uint32_t base = 0xfee0'0000; // mapped, never touched

    LocalApic() = delete;

    static CoreNumber core();
    static void enable(Vector, Vector) {}
    static void end_of_interrupt() {}
    static bool is_in_service(Vector) { return true; } // none is spurious here
    static void start_timer(std::uint32_t ticks); // a tick of the timer is a count of the clock
    static std::uint32_t timer_ticks_left();
    static void send(CoreNumber to, Vector vector);
    static void send_nmi(CoreNumber to);
};

} // namespace ant::x86
