// SPDX-License-Identifier: GPL-2.0-only
// dm-create NAME: a device of the device mapper, /dev/mapper/NAME, from the table on standard
// input. It is what `dmsetup create NAME` does, in a machine that has no shared libraries for
// dmsetup.
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <string>
#include <vector>

#include "userland/common/descriptor.h"
#include "userland/common/errno.h"
#include "userland/common/log.h"
#include "userland/dm/table.h"

namespace {

using namespace antlinux;

constexpr int status_usage = 2;
constexpr const char* directory = "/dev/" DM_DIR "/";

// The device mapper's control file, for one device by its name.
class DeviceMapper {
public:
    explicit DeviceMapper(std::string_view name) : name_(name) {}

    Result<void> open() {
        const std::string path = std::string(directory) + DM_CONTROL_NODE;
        control_.reset(::open(path.c_str(), O_RDWR | O_CLOEXEC));
        if (!control_.is_open())
            return last_errno();
        return {};
    }

    // The answer of the kernel, or why there is none. The table goes behind the fixed part.
    Result<dm_ioctl> command(unsigned long request, std::size_t targets = 0,
                             const std::vector<std::byte>& table = {}) const {
        dm_ioctl header = {};
        // The oldest interface that has these commands: a kernel refuses a newer one than its own.
        header.version[0] = DM_VERSION_MAJOR;
        header.data_start = sizeof(header);
        header.data_size = static_cast<unsigned>(sizeof(header) + table.size());
        header.target_count = static_cast<unsigned>(targets);
        std::ranges::copy(name_, std::begin(header.name));

        std::vector<std::byte> block(header.data_size);
        std::memcpy(block.data(), &header, sizeof(header));
        std::ranges::copy(table, block.begin() + sizeof(header));
        if (::ioctl(control_.get(), request, block.data()) != 0)
            return last_errno();
        std::memcpy(&header, block.data(), sizeof(header));
        return header;
    }

private:
    std::string name_;
    Descriptor control_;
};

int failure(const char* what, Errno why) {
    log_error(what, why);
    return 1;
}

Result<std::string> read_standard_input() {
    std::string text;
    std::array<char, 4096> piece{};
    while (true) {
        const ssize_t count = ::read(STDIN_FILENO, piece.data(), piece.size());
        if (count < 0)
            return last_errno();
        if (count == 0)
            return text;
        text.append(piece.data(), static_cast<std::size_t>(count));
    }
}

// Linux names the device by its number, /dev/dm-0; people by its name.
Result<void> link_name(const std::string& name, const dm_ioctl& created) {
    const std::string link = directory + name;
    const std::string target = "../dm-" + std::to_string(minor(created.dev));
    if (::unlink(link.c_str()) != 0 && errno != ENOENT)
        return last_errno();
    if (::symlink(target.c_str(), link.c_str()) != 0)
        return last_errno();
    return {};
}

int create(const std::string& name, const std::vector<MappedRange>& ranges) {
    DeviceMapper mapper(name);
    if (const auto opened = mapper.open(); !opened.is_ok())
        return failure("the device mapper's control file", opened.error());
    const auto created = mapper.command(DM_DEV_CREATE);
    if (!created.is_ok())
        return failure(name.c_str(), created.error());
    const auto loaded = mapper.command(DM_TABLE_LOAD, ranges.size(), pack_table(ranges));
    // "Suspend" without its flag resumes: the table just loaded comes into force.
    const auto resumed = loaded.is_ok() ? mapper.command(DM_DEV_SUSPEND) : loaded;
    if (!resumed.is_ok()) {
        static_cast<void>(mapper.command(DM_DEV_REMOVE)); // the first error is the one to tell
        return failure("the table (the kernel's log says more)", resumed.error());
    }
    if (const auto linked = link_name(name, created.value()); !linked.is_ok())
        return failure("the link to the device", linked.error());
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    log_to("dm-create", STDERR_FILENO);
    const std::string name = argc == 2 ? argv[1] : "";
    if (name.empty() || name.size() >= DM_NAME_LEN || name.find('/') != std::string::npos) {
        static_cast<void>(std::fputs(
            "usage: dm-create NAME <TABLE\n"
            "TABLE has lines START LENGTH TARGET ARGUMENTS, in sectors, as for dmsetup\n",
            stderr));
        return status_usage;
    }
    const auto text = read_standard_input();
    if (!text.is_ok())
        return failure("standard input", text.error());
    const auto ranges = parse_table(text.value());
    if (!ranges || ranges->empty()) {
        log_line("the table has no lines START LENGTH TARGET ARGUMENTS");
        return 1;
    }
    return create(name, *ranges);
}
