// SPDX-License-Identifier: GPL-2.0-only
// The steps that calltest makes: one call each, described by words.
#ifndef ANT_APPS_CALLTEST_STEPS_H
#define ANT_APPS_CALLTEST_STEPS_H

#include "test_buffer.h"

#include <ant/lib/format.h>
#include <ant/lib/linux_files.h>
#include <span>

namespace ant {

using Words = std::span<char* const>;

/// Makes calls on one LCA and describes each result in one line.
class StepRunner {
public:
    StepRunner(LinuxFiles& files, TestBuffer& buffer, Sink& output)
        : files_(files), buffer_(buffer), output_(output) {}

    /// Makes one step. False: the words are wrong, or the buffer's guards are
    /// broken; the output says what. A call that fails is a result like any other.
    [[nodiscard]] bool run(Words step);

    /// The longest buffer that a step needs, in bytes.
    [[nodiscard]] static uint64_t buffer_length(Words step);

private:
    struct Kind;
    static const Kind kinds[];

    [[gnu::format(printf, 2, 3)]] void print(const char* format, ...);
    void print_result(int64_t retval);
    void print_stat(int64_t retval, const antlinux_stat& s);
    bool descriptor(const char* word, int& value) const;
    bool raw_argument(const char* word, uint64_t& value);

    bool step_open(Words words);
    bool step_close(Words words);
    bool step_read(Words words);
    bool step_write(Words words);
    bool step_lseek(Words words);
    bool step_stat(Words words);
    bool step_fstat(Words words);
    bool step_getdents(Words words);
    bool step_getpid(Words words);
    bool step_null(Words words);
    bool step_sleep(Words words);
    bool step_raw(Words words);
    bool step_badlca(Words words);

    LinuxFiles& files_;
    TestBuffer& buffer_;
    Sink& output_;
    int opened_ = -1;               // what "@" stands for: the last file opened
    std::byte* text_end_ = nullptr; // in the payload, behind the strings of a raw step
};

} // namespace ant

#endif
