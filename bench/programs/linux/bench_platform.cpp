// SPDX-License-Identifier: GPL-2.0-only
// Linux's side of platform.h.
#include "bench/programs/platform.h"

#include "bench/programs/cases.h"

#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace bench {

namespace {

template<typename... Arguments> int64_t call(long number, Arguments... arguments) {
    const long result = ::syscall(number, arguments...);
    return result < 0 ? -errno : result;
}

} // namespace

const char* const system_name = "linux";
const bool calls_are_passed_on = false;

int64_t Files::open(const char* path, int flags, unsigned mode) {
    return call(SYS_open, path, flags, mode);
}
int64_t Files::close(int descriptor) { return call(SYS_close, descriptor); }
int64_t Files::read(int descriptor, void* data, size_t length) {
    return call(SYS_read, descriptor, data, length);
}
int64_t Files::write(int descriptor, const void* data, size_t length) {
    return call(SYS_write, descriptor, data, length);
}
int64_t Files::stat(const char* path, FileStatus& result) { return call(SYS_stat, path, &result); }
int64_t Files::fstat(int descriptor, FileStatus& result) {
    return call(SYS_fstat, descriptor, &result);
}
int64_t Files::lseek(int descriptor, int64_t offset, int whence) {
    return call(SYS_lseek, descriptor, offset, whence);
}
int64_t Files::getpid() { return call(SYS_getpid); }
int64_t Files::null() { return -ENOSYS; }

Buffer::Buffer(size_t bytes) : size_(bytes) {
    void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory != MAP_FAILED)
        data_ = static_cast<std::byte*>(memory);
}

Buffer::~Buffer() {
    if (data_ != nullptr)
        static_cast<void>(::munmap(data_, size_));
}

int64_t prepare(Files&) { return 0; }

void pause_ns(uint64_t nanoseconds) {
    constexpr uint64_t per_second = 1'000'000'000;
    timespec rest{static_cast<time_t>(nanoseconds / per_second),
                  static_cast<long>(nanoseconds % per_second)};
    while (::nanosleep(&rest, &rest) < 0 && errno == EINTR) {
    }
}

int64_t spawn(std::span<const char* const> words, uint32_t core) {
    std::array<char*, 32> arguments{};
    if (core != own_core || words.size() >= arguments.size())
        return -EINVAL;
    for (size_t i = 0; i < words.size(); ++i)
        // exec does not write to them; NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
        arguments[i] = const_cast<char*>(words[i]);
    pid_t process = 0;
    const int error =
        ::posix_spawn(&process, "/proc/self/exe", nullptr, nullptr, arguments.data(), environ);
    return error != 0 ? -error : process;
}

int64_t wait_for(int64_t process) {
    int status = 0;
    while (::waitpid(static_cast<pid_t>(process), &status, 0) < 0)
        if (errno != EINTR)
            return -errno;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Trouble measure_steps(const Settings&, Records&) { return "AnT only"; }

bool put(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno != EINTR)
            return false;
        text.remove_prefix(written > 0 ? static_cast<size_t>(written) : 0);
    }
    return true;
}

} // namespace bench
