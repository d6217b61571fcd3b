// SPDX-License-Identifier: GPL-2.0-only
// Results of a test program, one numbered line each ("ok 3 what", TAP as Perl has it).
#ifndef ANT_APPS_COMMON_TEST_RESULTS_H
#define ANT_APPS_COMMON_TEST_RESULTS_H

#include <ant/lib/report.h>

namespace ant {

class TestResults {
public:
    void check(bool holds, const char* what) {
        ant::printf("%s %d %s\n", holds ? "ok" : "not ok", ++count_, what);
        failed_ += holds ? 0 : 1;
    }
    /// Prints how many there were; what to exit with.
    [[nodiscard]] int status() const {
        ant::printf("1..%d\n", count_);
        return failed_ == 0 ? 0 : exit_failure;
    }

private:
    int count_ = 0;
    int failed_ = 0;
};

} // namespace ant

#endif
