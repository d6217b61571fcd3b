// SPDX-License-Identifier: GPL-2.0-only
// The functions of the calls that the m-kernel serves (the table of ant/abi/syscall.h). On its
// core.
#pragma once

#include <cstdint>
#include <optional>

#include "ant/base/result.h"
#include "ant/base/system_call.h"
#include "ant/core/process.h"

namespace ant::mkernel {

// What a call returns, or that it must wait: then serve_call() comes again when there is what it
// waits for, or answer(). Or that this was one step: serve_call() comes for the next.
class Answer {
public:
    constexpr Answer(std::int32_t value) : value_(value) {}
    constexpr Answer(Errno error) : value_(system_call_result(error)) {}
    static constexpr Answer later() { return Answer{false}; }
    static constexpr Answer again() { return Answer{true}; }

    constexpr std::optional<std::int32_t> value() const { return value_; }
    constexpr bool is_step() const { return is_step_; }

private:
    constexpr explicit Answer(bool is_step) : is_step_(is_step) {}

    std::optional<std::int32_t> value_{};
    bool is_step_ = false;
};

// Serves process.as_client.request.
void serve_call(Process& process);

namespace calls {
#define ANT_DECLARE(name, purpose, ...) Answer name(Process& caller __VA_OPT__(, ) __VA_ARGS__);
#define ANT_NOT_HERE(...)
ANT_SYSTEM_CALLS(ANT_NOT_HERE, ANT_DECLARE, ANT_DECLARE, ANT_DECLARE)
#undef ANT_DECLARE
#undef ANT_NOT_HERE
} // namespace calls

} // namespace ant::mkernel
