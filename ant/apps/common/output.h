// SPDX-License-Identifier: GPL-2.0-only
// Text that is collected for standard output, so that it takes few writes.
#ifndef ANT_APPS_COMMON_OUTPUT_H
#define ANT_APPS_COMMON_OUTPUT_H

#include <ant/lib/stdio.h>
#include <ant/lib/string.h>
#include <ant/lib/unistd.h>

namespace ant {

// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): final, and Sink's is protected
class Output final : public Sink {
public:
    void write(std::string_view text) override {
        if (used_ + text.size() > sizeof(buffer_))
            flush();
        if (text.size() > sizeof(buffer_)) {
            put(text.data(), text.size());
            return;
        }
        memcpy(buffer_ + used_, text.data(), text.size());
        used_ += text.size();
    }
    void flush() {
        put(buffer_, used_);
        used_ = 0;
    }
    /// A write has failed, and last_error said why.
    [[nodiscard]] bool failed() const { return failed_; }

private:
    void put(const char* data, size_t size) {
        failed_ = write_all(standard_output, data, size) != 0 || failed_;
    }

    char buffer_[1024] = {};
    size_t used_ = 0;
    bool failed_ = false;
};

} // namespace ant

#endif
