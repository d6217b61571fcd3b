// SPDX-License-Identifier: GPL-2.0-only
// What the shell needs of Linux. A shell makes no call to Linux itself: a call may take as long as
// Linux likes, and a shell that waits for one could neither be interrupted nor used to repair
// anything. A child makes the calls, and brings what it got in an ICA area, which changes its owner
// (docs/servers.md) and is not copied. Ctrl-C ends the child.
#ifndef ANT_APPS_ANTSH_ERRAND_H
#define ANT_APPS_ANTSH_ERRAND_H

#include <ant/abi/syscall.h>
#include <cstddef>
#include <cstdint>
#include <span>

namespace ant {

class Errand {
public:
    Errand() = default;
    Errand(const Errand&) = delete;
    Errand& operator=(const Errand&) = delete;
    ~Errand();

    /// The content of a file that is no directory, FIFO or device. 0, or minus an errno: what
    /// ProgramFile::read() answers; EAGAIN, ENOMEM when no child can be started; EINTR when it
    /// was killed.
    [[nodiscard]] int64_t fetch_file(const char* path);
    /// The same for a time at which Linux may still be getting ready for calls.
    [[nodiscard]] int64_t fetch_file_patiently(const char* path);
    /// The names in a directory that begin with `prefix`, each with its NUL; directories with a
    /// slash at their end. E2BIG: too many.
    [[nodiscard]] int64_t fetch_names(const char* directory, const char* prefix);

    /// What was fetched, until this object ends.
    [[nodiscard]] std::span<const std::byte> bytes() const { return {area_, size_}; }
    /// After EINTR: it was Ctrl-C.
    [[nodiscard]] bool interrupted() const { return interrupted_; }

private:
    [[nodiscard]] int64_t fetch(const char* what, const char* path, const char* prefix);
    void take(const ant_message& message);

    std::byte* area_ = nullptr;
    size_t size_ = 0;
    bool interrupted_ = false;
};

/// The child's side, `antsh --errand SHELL WHAT PATH PREFIX`: its exit status. Without the last
/// words as Errand gives them: a usage error.
[[nodiscard]] int run_errand(std::span<const char* const> words);

} // namespace ant

#endif
