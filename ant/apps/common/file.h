// SPDX-License-Identifier: GPL-2.0-only
// An open Linux file that is closed at the end of its scope.
#ifndef ANT_APPS_COMMON_FILE_H
#define ANT_APPS_COMMON_FILE_H

#include <ant/lib/stdio.h>
#include <ant/lib/unistd.h>
#include <string_view>

namespace ant {

class File {
public:
    /// On failure valid() is false and last_error says why.
    File(const char* path, int flags, mode_t mode = 0) : descriptor_(open(path, flags, mode)) {}
    ~File() {
        if (descriptor_ > standard_error)
            ant::close(descriptor_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    /// A program's input: the file, or for "-" what is typed on the terminal. On the control
    /// channel nobody types, so that is empty.
    [[nodiscard]] static File input(const char* path) {
        if (std::string_view(path) != "-")
            return {path, O_RDONLY};
        return isatty(standard_input) ? File(standard_input) : File("/dev/null", O_RDONLY);
    }

    [[nodiscard]] bool valid() const { return descriptor_ >= 0; }
    [[nodiscard]] int descriptor() const { return descriptor_; }

    /// Closes now, so that the caller learns of a late error. 0 or -1.
    [[nodiscard]] int close() {
        const int descriptor = descriptor_;
        descriptor_ = -1;
        return ant::close(descriptor);
    }

private:
    explicit File(int descriptor) : descriptor_(descriptor) {}

    int descriptor_;
};

/// The operands, or "-" when there are none: what a program reads.
[[nodiscard]] inline std::span<const char* const> inputs_of(std::span<char* const> operands) {
    static constexpr const char* typed[] = {"-"};
    if (operands.empty())
        return typed;
    return {operands.data(), operands.size()};
}

} // namespace ant

#endif
