// SPDX-License-Identifier: GPL-2.0-only
// Linux's side of platform.h.
#ifndef BENCH_PROGRAMS_LINUX_BENCH_PLATFORM_H
#define BENCH_PROGRAMS_LINUX_BENCH_PLATFORM_H

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>

namespace bench {

enum class Continue : uint32_t { off, on };
using FileStatus = struct stat;

/// System calls by their numbers, those that a proxy executes for AnT: the C library's open()
/// and stat() are others by now (openat, newfstatat).
class Files {
public:
    void set_continue(Continue) {} // there is no proxy
    int64_t open(const char* path, int flags, unsigned mode);
    int64_t close(int descriptor);
    int64_t read(int descriptor, void* data, size_t length);
    int64_t write(int descriptor, const void* data, size_t length);
    int64_t stat(const char* path, FileStatus& result);
    int64_t fstat(int descriptor, FileStatus& result);
    int64_t lseek(int descriptor, int64_t offset, int whence);
    int64_t getpid();
    int64_t null(); ///< -ENOSYS: Linux has no null call
};

/// Page aligned, as AnT's is, and touched: no page fault will be measured.
class Buffer {
public:
    explicit Buffer(size_t bytes);
    ~Buffer();
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    bool valid() const { return data_ != nullptr; }
    std::byte* data() const { return data_; }
    size_t size() const { return size_; }

private:
    std::byte* data_ = nullptr;
    size_t size_;
};

} // namespace bench

#endif
