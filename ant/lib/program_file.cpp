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

/// The whole file in an ICA area, given back at the end of the scope.
class FileImage {
public:
    FileImage() = default;
    FileImage(const FileImage&) = delete;
    FileImage& operator=(const FileImage&) = delete;
    ~FileImage() {
        if (area_ != nullptr)
            ica_free(area_);
    }

    /// 0, or minus an errno.
    [[nodiscard]] int64_t read(LinuxFiles& linux, int descriptor, uint64_t size) {
        area_ = static_cast<std::byte*>(ica_alloc(static_cast<size_t>(size)));
        if (area_ == nullptr)
            return -last_error;
        while (filled_ < size) {
            const int64_t count =
                linux.read(descriptor, area_ + filled_, static_cast<size_t>(size) - filled_);
            if (count < 0)
                return count;
            if (count == 0)
                break; // cut short meanwhile: the kernel's checks see what is there
            filled_ += static_cast<size_t>(count);
        }
        return 0;
    }

    [[nodiscard]] std::span<const std::byte> bytes() const { return {area_, filled_}; }

private:
    std::byte* area_ = nullptr;
    size_t filled_ = 0;
};

/// 0, or minus the errno why this can be no program.
int check(const antlinux_stat& file) {
    if (S_ISDIR(file.mode))
        return -EISDIR;
    if ((file.mode & S_IFMT) != S_IFREG)
        return -EACCES;
    return file.size > UINT32_MAX ? -EFBIG : 0;
}

int64_t read_file(LinuxFiles& linux, const char* path, FileImage& image) {
    // A FIFO without a writer must not keep us waiting: what it is comes first.
    antlinux_stat file = {};
    if (const int64_t error = linux.stat(path, file); error != 0)
        return error;
    if (const int error = check(file); error != 0)
        return error;
    const int64_t descriptor = linux.open(path, O_RDONLY, 0);
    if (descriptor < 0)
        return descriptor;
    const int64_t error =
        file.size == 0 ? 0 : image.read(linux, static_cast<int>(descriptor), file.size);
    // The last call: it ends the proxy, and the file with it.
    linux.set_continue(Continue::off);
    static_cast<void>(linux.close(static_cast<int>(descriptor)));
    return error;
}

} // namespace

int spawn_file(const char* path, std::span<const char* const> arguments, uint32_t core,
               uint32_t priority, const char** why) {
    FileImage image;
    LinuxFiles linux;
    if (const int64_t error = read_file(linux, path, image); error != 0)
        return static_cast<int>(posix_result(error));
    // Without a byte there is no image to hand over, and the kernel would look in the RAM disk.
    if (!image.bytes().empty()) {
        const int process = spawn_image(image.bytes(), arguments, core, priority);
        if (process >= 0 || last_error != ENOEXEC)
            return process;
    }
    if (why != nullptr)
        *why = elf_fault(image.bytes());
    last_error = ENOEXEC;
    return -1;
}

} // namespace ant
