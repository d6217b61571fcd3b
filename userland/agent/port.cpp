// SPDX-License-Identifier: GPL-2.0-only
// Looking for a virtio serial port by its name.
#include "userland/agent/port.h"

#include <dirent.h>
#include <fcntl.h>

#include <array>
#include <memory>

namespace antlinux {
namespace {

// The first line of a small file; empty when it cannot be read.
std::string first_line(const std::string& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 256> bytes{};
    const ssize_t got = file.is_open() ? ::read(file.get(), bytes.data(), bytes.size()) : -1;
    if (got <= 0)
        return {};
    const std::string_view text(bytes.data(), static_cast<std::size_t>(got));
    return std::string(text.substr(0, text.find('\n')));
}

struct CloseDirectory {
    void operator()(DIR* directory) const { static_cast<void>(::closedir(directory)); }
};

} // namespace

Result<std::string> find_port(std::string_view name, const std::string& class_directory) {
    const std::unique_ptr<DIR, CloseDirectory> directory(::opendir(class_directory.c_str()));
    if (!directory)
        return last_errno();
    while (const dirent* entry = ::readdir(directory.get())) {
        std::string file = class_directory;
        file.append("/").append(entry->d_name).append("/name");
        if (first_line(file) == name)
            return std::string(entry->d_name);
    }
    return Errno{ENOENT};
}

Result<Descriptor> open_port(std::string_view name) {
    const auto port = find_port(name);
    if (!port.is_ok())
        return port.error();
    const std::string path = "/dev/" + port.value();
    Descriptor fd(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    if (!fd.is_open())
        return last_errno();
    return fd;
}

} // namespace antlinux
