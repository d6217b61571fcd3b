// SPDX-License-Identifier: GPL-2.0-only
// calltest: makes the calls that its command line describes and prints each result,
// for the system tests to compare with Linux's own answer.
#include "steps.h"

#include <ant/lib/report.h>
#include <ant/lib/string.h>
#include <ant/lib/unistd.h>

using namespace ant;

namespace {

constexpr const char* usage_text =
    "calltest [-b ica|private] [-o OFFSET] [-n TIMES] [-l LCAS] [-w MS] STEP [, STEP]...\n"
    "  -b PLACE   memory of the buffer: ica (default) or private (copied by libant)\n"
    "  -o OFFSET  the buffer starts so many bytes into a page (0..4095)\n"
    "  -n TIMES   repeat the steps; each time must print the same\n"
    "  -l LCAS    take turns with so many LCAs, each with a proxy of its own (1..16)\n"
    "  -w MS      wait so many milliseconds for each call, no longer\n"
    "STEP: [end] CALL, where end switches the continue function off for this call\n"
    "  open PATH FLAGS [MODE]   FLAGS: r|w|rw and c t a x d (create truncate append\n"
    "                           exclusive directory); MODE octal\n"
    "  close FD   read FD LENGTH   write FD LENGTH SEED   lseek FD OFFSET set|cur|end|NUMBER\n"
    "  stat PATH   fstat FD   getdents FD LENGTH   getpid   null\n"
    "  sleep MS\n"
    "  raw NUMBER [ARGUMENT]...   an argument is a number, @, buf, lca or text:STRING\n"
    "  badlca private|unaligned|magic|kernel|unmapped|null\n"
    "  FD is a number, or @ for the file opened last";

constexpr size_t max_lcas = 16;

struct Settings {
    bool in_ica = true;
    uint64_t offset = 0;
    uint64_t times = 1;
    uint64_t lcas = 1;
};

/// The output of one repetition.
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): final, and Sink's is protected
class Transcript final : public Sink {
public:
    void write(std::string_view text) override {
        const size_t room = sizeof(text_) - length_;
        const size_t count = text.size() < room ? text.size() : room;
        memcpy(text_ + length_, text.data(), count);
        length_ += count;
    }
    [[nodiscard]] std::string_view text() const { return {text_, length_}; }
    void clear() { length_ = 0; }

private:
    char text_[16 * 1024] = {};
    size_t length_ = 0;
};

/// Cuts the first step off `words`, up to the next ",".
Words take_step(Words& words) {
    size_t count = 0;
    while (count < words.size() && std::string_view(words[count]) != ",")
        count++;
    const Words step = words.first(count);
    words = words.subspan(count < words.size() ? count + 1 : count);
    return step;
}

bool run_steps(Words words, LinuxFiles& files, TestBuffer& buffer, Transcript& transcript) {
    transcript.clear();
    StepRunner runner(files, buffer, transcript);
    while (!words.empty())
        if (!runner.run(take_step(words)))
            return false;
    return true;
}

void print(std::string_view text) {
    // Nobody could be told when standard output fails.
    static_cast<void>(write_all(standard_output, text.data(), text.size()));
}

constinit Transcript first;
constinit Transcript later;

int run(Words words, const Settings& settings) {
    uint64_t length = 0;
    for (Words rest = words; !rest.empty();) {
        const uint64_t needed = StepRunner::buffer_length(take_step(rest));
        length = needed > length ? needed : length;
    }
    constexpr uint64_t longest = uint64_t{128} * 1024 * 1024;
    TestBuffer buffer;
    last_error = ENOMEM;
    if (length > longest || !buffer.allocate(settings.in_ica, static_cast<size_t>(settings.offset),
                                             static_cast<size_t>(length)))
        return report("calltest", "buffer");
    LinuxFiles files[max_lcas];
    const bool good = run_steps(words, files[0], buffer, first);
    print(first.text());
    if (!good)
        return exit_failure;
    for (uint64_t i = 1; i < settings.times; i++) {
        const bool again = run_steps(words, files[i % settings.lcas], buffer, later);
        if (again && later.text() == first.text())
            continue;
        ant::printf("repetition %" PRIu64 " differs:\n", i + 1);
        print(later.text());
        return exit_failure;
    }
    if (settings.times > 1)
        ant::printf("repetitions=%" PRIu64 " equal\n", settings.times);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    Settings settings;
    Options options(argc, argv, "b: o: n: l: w:");
    for (int option = options.next(); option != Options::end; option = options.next()) {
        bool good = false;
        if (option == 'b') {
            const std::string_view place = options.value();
            settings.in_ica = place == "ica";
            good = settings.in_ica || place == "private";
        } else if (option == 'o') {
            good = parse_number(options.value(), settings.offset) && settings.offset < 4096;
        } else if (option == 'n') {
            good = parse_number(options.value(), settings.times) && settings.times > 0;
        } else if (option == 'w') {
            uint64_t limit = 0;
            good = parse_number(options.value(), limit) && limit <= UINT32_MAX;
            set_linux_limit(static_cast<uint32_t>(limit));
        } else if (option == 'l') {
            good = parse_number(options.value(), settings.lcas) && settings.lcas > 0 &&
                   settings.lcas <= max_lcas;
        }
        if (!good)
            return usage(usage_text);
    }
    const auto words = options.rest();
    return words.empty() ? usage(usage_text) : run(words, settings);
}
