// SPDX-License-Identifier: GPL-2.0-only
// Whether somebody is at the port's other end, judged from two sources that may disagree.
#pragma once

#include <chrono>

namespace antlinux {

// The port's state (POLLHUP: nobody there) and its data reach us on different queues of the virtio
// device. When one host leaves and the next one comes at once, the first line of the next may be
// here before the news that the last has left, or that anybody is there. So what is heard counts
// as much as what the port says, and absence counts only when it lasts.
class HostPresence {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds absence_that_counts{500};

    // The port says that somebody is there.
    void seen() {
        seen_ = true;
        gone_ = false;
    }
    // Bytes came. Absence, if the port still claims it, begins anew.
    void heard(Clock::time_point now) {
        gone_ = false;
        absent_since_ = now;
    }
    // The port says that nobody is there. True when with this the host has left: once each time.
    [[nodiscard]] bool not_seen(Clock::time_point now) {
        if (seen_) {
            seen_ = false;
            absent_since_ = now;
        }
        if (gone_ || now - absent_since_ < absence_that_counts)
            return false;
        gone_ = true;
        return true;
    }

    // What the port said last.
    [[nodiscard]] bool is_seen() const { return seen_; }
    // For so long that nobody waits for what was running.
    [[nodiscard]] bool is_gone() const { return gone_; }

private:
    bool seen_ = false;
    bool gone_ = true;
    Clock::time_point absent_since_;
};

} // namespace antlinux
