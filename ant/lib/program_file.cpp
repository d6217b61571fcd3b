// SPDX-License-Identifier: GPL-2.0-only
// From a Linux file to a process; see program_file.h.
#include <ant/base/elf.h>
#include <ant/lib/errno.h>
#include <ant/lib/fcntl.h>
#include <ant/lib/linux_files.h>
#include <ant/lib/program_file.h>
#include <ant/lib/stdlib.h>

namespace ant {

namespace {

/// 0, or minus the errno why this can be no program.
int check(const antlinux_stat& file) {
    if (S_ISDIR(file.mode))
        return -EISDIR;
    if ((file.mode & S_IFMT) != S_IFREG)
        return -EACCES;
    return file.size > UINT32_MAX ? -EFBIG : 0;
}

/// Bytes read, fewer than wanted when the file was cut short meanwhile; or minus an errno.
int64_t fill(LinuxFiles& linux, int descriptor, std::span<std::byte> area) {
    size_t filled = 0;
    while (filled < area.size()) {
        const int64_t count = linux.read(descriptor, area.data() + filled, area.size() - filled);
        if (count < 0)
            return count;
        if (count == 0)
            break; // whoever uses the file sees what is there
        filled += static_cast<size_t>(count);
    }
    return static_cast<int64_t>(filled);
}

} // namespace

ProgramFile::~ProgramFile() {
    if (area_ != nullptr)
        ica_free(area_);
}

int64_t ProgramFile::read(const char* path) {
    LinuxFiles linux;
    // A FIFO without a writer must not keep us waiting: what it is comes first.
    antlinux_stat file = {};
    if (const int64_t error = linux.stat(path, file); error != 0)
        return error;
    if (const int error = check(file); error != 0)
        return error;
    const int64_t opened = linux.open(path, O_RDONLY, 0);
    if (opened < 0)
        return opened;
    const int descriptor = static_cast<int>(opened);
    int64_t result = 0;
    if (file.size > 0) {
        area_ = static_cast<std::byte*>(ica_alloc(static_cast<size_t>(file.size)));
        result = area_ == nullptr
                     ? -last_error
                     : fill(linux, descriptor, {area_, static_cast<size_t>(file.size)});
    }
    // The last call: it ends the proxy, and the file with it.
    linux.set_continue(Continue::off);
    static_cast<void>(linux.close(descriptor));
    if (result < 0)
        return result;
    filled_ = static_cast<size_t>(result);
    return 0;
}

int spawn_program(std::span<const std::byte> image, std::span<const char* const> arguments,
                  uint32_t core, uint32_t priority, uint32_t rights, const char** why) {
    // Without a byte there is no image to hand over, and the kernel would look in the RAM disk.
    if (!image.empty()) {
        const int process = spawn_image(image, arguments, core, priority, rights);
        if (process >= 0 || last_error != ENOEXEC)
            return process;
    }
    if (why != nullptr)
        *why = elf_fault(image);
    last_error = ENOEXEC;
    return -1;
}

int spawn_file(const char* path, std::span<const char* const> arguments, uint32_t core,
               uint32_t priority, const char** why) {
    ProgramFile file;
    if (const int64_t error = file.read(path); error != 0)
        return static_cast<int>(posix_result(error));
    return spawn_program(file.bytes(), arguments, core, priority, 0, why);
}

} // namespace ant
