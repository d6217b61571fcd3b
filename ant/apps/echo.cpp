// SPDX-License-Identifier: GPL-2.0-only
// echo [-n] [TEXT...]: prints its arguments; -n: without a newline. All else is text.
#include <ant/apps/common/words.h>
#include <ant/lib/report.h>

int main(int argc, char** argv) {
    const std::span<const char* const> words(argv, static_cast<size_t>(argc));
    return ant::echo_words(words.subspan(1)) == 0 ? 0 : ant::report("echo", "standard output");
}
