// SPDX-License-Identifier: GPL-2.0-only
// The rest of <stdlib.h> and <unistd.h>, <time.h>, <assert.h>.
#include <ant/lib/process.h>
#include <ant/lib/stdio.h>
#include <ant/lib/time.h>
#include <cstdlib>
#include <ctime>
#include <unistd.h>

extern "C" {

char* getenv(const char*) noexcept { return nullptr; } // AnT has no environment

int clock_gettime(clockid_t clock, timespec* time) noexcept {
    return ant::clock_gettime(clock, time);
}
int nanosleep(const timespec* duration, timespec* left) { return ant::nanosleep(duration, left); }
unsigned sleep(unsigned seconds) {
    static_cast<void>(ant::sleep_ns(uint64_t{seconds} * 1'000'000'000));
    return 0;
}
int usleep(useconds_t microseconds) { return ant::sleep_ns(uint64_t{microseconds} * 1000); }

void __assert_fail(const char* expression, const char* file, unsigned line,
                   const char* function) noexcept {
    ant::dprintf(ant::standard_error, "%s:%u: %s: assertion failed: %s\n", file, line, function,
                 expression);
    abort();
}

} // extern "C"
