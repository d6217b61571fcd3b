// SPDX-License-Identifier: GPL-2.0-only
// Programs that lie in Linux's file system: read by linux_call, checked and loaded
// by AnT's kernel.
#ifndef ANT_LIB_PROGRAM_FILE_H
#define ANT_LIB_PROGRAM_FILE_H

#include <ant/lib/process.h>

namespace ant {

/// A whole file of Linux's in an ICA area, which is given back at the end of the scope.
class ProgramFile {
public:
    ProgramFile() = default;
    ProgramFile(const ProgramFile&) = delete;
    ProgramFile& operator=(const ProgramFile&) = delete;
    ~ProgramFile();

    /// Reads the file `path` (from Linux's root when it does not begin with a slash), once,
    /// through a proxy process of its own, which ends with this call. 0, or minus an errno:
    ///   what stat(), open() and read() of the file answer (ENOENT, EACCES, ENXIO no Linux ...)
    ///   EISDIR, EACCES  a directory, or something else that is no file
    ///   EFBIG           larger than 4 GiB
    ///   ENOMEM          it does not fit into the ICA
    [[nodiscard]] int64_t read(const char* path);

    [[nodiscard]] std::span<const std::byte> bytes() const { return {area_, filled_}; }

    /// Somebody else owns the area from now on; the file is empty here.
    void give_up() {
        area_ = nullptr;
        filled_ = 0;
    }

private:
    std::byte* area_ = nullptr;
    size_t filled_ = 0;
};

/// spawn_image(); after ENOEXEC `*why` says what is wrong with the program.
[[nodiscard]] int spawn_program(std::span<const std::byte> image,
                                std::span<const char* const> arguments, uint32_t core,
                                uint32_t priority, uint32_t rights, const char** why);

/// Starts the program in the Linux file `path`; arguments[0] is what the program gets as its
/// name. Core and priority are spawn()'s. Returns the process number, or -1 with last_error set:
/// what ProgramFile::read() answers, ENOEXEC (then `*why` says what is wrong with it), or
/// E2BIG, EINVAL, EAGAIN, ENOMEM as spawn().
[[nodiscard]] int spawn_file(const char* path, std::span<const char* const> arguments,
                             uint32_t core = ANT_CORE_HERE,
                             uint32_t priority = ANT_PRIORITY_INHERIT, const char** why = nullptr);

} // namespace ant

#endif
