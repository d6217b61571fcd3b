// SPDX-License-Identifier: GPL-2.0-only
// A buffer that Linux fills and empties directly (an ICA area), given back at the
// end of its scope.
#ifndef ANT_APPS_COMMON_ICA_BUFFER_H
#define ANT_APPS_COMMON_ICA_BUFFER_H

#include <ant/lib/stdlib.h>
#include <cstddef>

namespace ant {

class IcaBuffer {
public:
    /// On failure valid() is false and last_error says why.
    explicit IcaBuffer(size_t bytes)
        : data_(static_cast<std::byte*>(ica_alloc(bytes))), size_(bytes) {}
    ~IcaBuffer() {
        if (data_ != nullptr)
            ica_free(data_);
    }
    IcaBuffer(const IcaBuffer&) = delete;
    IcaBuffer& operator=(const IcaBuffer&) = delete;

    [[nodiscard]] bool valid() const { return data_ != nullptr; }
    [[nodiscard]] std::byte* data() const { return data_; }
    /// The area is somebody else's from now on.
    void give_up() { data_ = nullptr; }
    [[nodiscard]] size_t size() const { return size_; }

private:
    std::byte* data_;
    size_t size_;
};

} // namespace ant

#endif
