// SPDX-License-Identifier: GPL-2.0-only
// printf to a descriptor through a buffer on the stack.
#include <ant/lib/errno.h>
#include <ant/lib/stdio.h>
#include <ant/lib/string.h>
#include <ant/lib/unistd.h>

namespace ant {

namespace {

/// Collects text so that one printf is one write as a rule.
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): final, and Sink's is protected
class OutputBuffer final : public Sink {
public:
    explicit OutputBuffer(int descriptor) : descriptor_(descriptor) {}

    void write(std::string_view text) override {
        total_ += text.size();
        while (!text.empty()) {
            if (used_ == sizeof(buffer_))
                flush();
            const size_t room = sizeof(buffer_) - used_;
            const size_t count = text.size() < room ? text.size() : room;
            memcpy(buffer_ + used_, text.data(), count);
            used_ += count;
            text.remove_prefix(count);
        }
    }

    void flush() {
        if (write_all(descriptor_, buffer_, used_) != 0)
            failed_ = true;
        used_ = 0;
    }

    [[nodiscard]] int result() const { return failed_ ? -1 : static_cast<int>(total_); }

private:
    int descriptor_;
    bool failed_ = false;
    size_t total_ = 0;
    size_t used_ = 0;
    char buffer_[512] = {};
};

} // namespace

int vdprintf(int descriptor, const char* format, va_list arguments) {
    OutputBuffer buffer(descriptor);
    vformat(buffer, format, arguments);
    buffer.flush();
    return buffer.result();
}

int dprintf(int descriptor, const char* format, ...) {
    va_list arguments{};
    va_start(arguments, format);
    const int result = vdprintf(descriptor, format, arguments);
    va_end(arguments);
    return result;
}

int printf(const char* format, ...) {
    va_list arguments{};
    va_start(arguments, format);
    const int result = vdprintf(standard_output, format, arguments);
    va_end(arguments);
    return result;
}

int puts(const char* text) { return printf("%s\n", text) < 0 ? -1 : 0; }

void perror(const char* subject) {
    dprintf(standard_error, "%s: %s\n", subject, strerror(last_error));
}

} // namespace ant
