// SPDX-License-Identifier: GPL-2.0-only
// An open Linux file that is closed at the end of its scope.
#ifndef ANT_APPS_COMMON_FILE_H
#define ANT_APPS_COMMON_FILE_H

#include <ant/lib/unistd.h>

namespace ant {

class File {
public:
    /// On failure valid() is false and last_error says why.
    File(const char* path, int flags, mode_t mode = 0) : descriptor_(open(path, flags, mode)) {}
    ~File() {
        if (valid())
            ant::close(descriptor_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    [[nodiscard]] bool valid() const { return descriptor_ >= 0; }
    [[nodiscard]] int descriptor() const { return descriptor_; }

    /// Closes now, so that the caller learns of a late error. 0 or -1.
    [[nodiscard]] int close() {
        const int descriptor = descriptor_;
        descriptor_ = -1;
        return ant::close(descriptor);
    }

private:
    int descriptor_;
};

} // namespace ant

#endif
