// SPDX-License-Identifier: GPL-2.0-only
// ant-region read OFFSET BYTES | write OFFSET: bytes of AnT's region, as root sees them through
// /dev/ant, to standard output or from standard input. For looking into a machine that does not
// work, and for tests that play a misbehaving neighbour: nothing is checked.
#include <fcntl.h>
#include <unistd.h>

#include <antlinux/device.h>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "userland/common/ant_memory.h"
#include "userland/common/log.h"

namespace {

using namespace antlinux;

constexpr int status_usage = 2;

int usage() {
    static_cast<void>(std::fputs("usage: ant-region read OFFSET BYTES | write OFFSET\n", stderr));
    return status_usage;
}

bool parse(const char* text, std::size_t& number) {
    char* end = nullptr;
    errno = 0;
    number = std::strtoul(text, &end, 0);
    return errno == 0 && *text >= '0' && *text <= '9' && *end == '\0';
}

// The pages of the region that have `bytes` bytes from `offset` on; the first of the bytes.
Result<std::byte*> map(const Descriptor& device, std::size_t offset, std::size_t bytes) {
    const std::size_t before = offset % ANTLINUX_PAGE_SIZE;
    void* memory = ::mmap(nullptr, before + bytes, PROT_READ | PROT_WRITE, MAP_SHARED, device.get(),
                          static_cast<off_t>(ANTLINUX_REGION_BASE + offset - before));
    if (memory == MAP_FAILED)
        return last_errno();
    return static_cast<std::byte*>(memory) + before;
}

int fail(const char* what) {
    log_error(what, last_errno());
    return 1;
}

} // namespace

int main(int argc, char** argv) {
    log_to("ant-region", STDERR_FILENO);
    const std::string_view what = argc > 1 ? argv[1] : "";
    std::size_t offset = 0;
    std::size_t bytes = 0;
    const bool reads = what == "read" && argc == 4 && parse(argv[3], bytes) && bytes > 0;
    if (!(reads || (what == "write" && argc == 3)) || !parse(argv[2], offset))
        return usage();
    std::array<std::byte, 4096> data{}; // of a write
    if (!reads) {
        const ssize_t count = ::read(STDIN_FILENO, data.data(), data.size());
        if (count <= 0)
            return fail("standard input");
        bytes = static_cast<std::size_t>(count);
    }
    const Descriptor device(::open(ANTLINUX_DEVICE_PATH, O_RDWR | O_CLOEXEC));
    if (!device.is_open())
        return fail(ANTLINUX_DEVICE_PATH);
    const auto memory = map(device, offset, bytes);
    if (!memory.is_ok()) {
        log_error("not in AnT's region", memory.error());
        return 1;
    }
    if (reads)
        return std::fwrite(memory.value(), 1, bytes, stdout) == bytes && std::fflush(stdout) == 0
                   ? 0
                   : 1;
    std::memcpy(memory.value(), data.data(), bytes);
    return 0;
}
