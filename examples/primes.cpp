// SPDX-License-Identifier: GPL-2.0-only
// primes LIMIT: how many primes there are below it, and how long it took to find them.
// Nothing but memory and the processor: start it on several cores at once.
#include <ant/lib/process.h>
#include <ant/lib/stdio.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>

int main(int argc, char** argv) {
    uint64_t limit = 0;
    if (argc != 2 || !ant::parse_number(argv[1], limit) || limit > 100'000'000) {
        ant::dprintf(ant::standard_error, "usage: primes LIMIT\n");
        return 2;
    }
    const uint64_t start = ant::time_ns();
    const auto count = static_cast<size_t>(limit);
    auto* composite = static_cast<bool*>(ant::calloc(count + 1, 1));
    if (composite == nullptr) {
        ant::dprintf(ant::standard_error, "primes: not enough memory\n");
        return 1;
    }
    size_t primes = 0;
    for (size_t number = 2; number < count; number++) {
        if (composite[number])
            continue;
        primes++;
        for (uint64_t multiple = uint64_t{number} * number; multiple < limit; multiple += number)
            composite[multiple] = true;
    }
    ant::free(composite);
    ant::printf("%zu primes below %zu, %" PRIu64 " us\n", primes, count,
                (ant::time_ns() - start) / 1000);
    return 0;
}
